internal import AvatarKernels
internal import GaussianSplats
public import Geometry

/// An avatar posed for a graphics processor: centres, covariances, colours, and the order in which
/// to draw.
///
/// Reuse one object for many frames: its memory is taken once. Not safe for use by two threads at
/// once.
public final class SplatFrame {
  /// How many splats there are.
  public let count: Int
  /// `[splat][3]`: camera coordinates, centimetres.
  public let centers: UnsafeMutablePointer<Float>
  /// `[splat][6]`: xx xy xz yy yz zz, square centimetres.
  public let covariances: UnsafeMutablePointer<Float>
  /// `[splat][4]`: red, green, blue, sRGB-coded, not premultiplied, and opacity.
  public let colors: UnsafeMutablePointer<UInt8>
  /// `[splat]`: splats from far to near.
  public let order: UnsafeMutablePointer<UInt32>

  private let poser: AvatarPoser
  /// The splats as the rasteriser takes them.
  let planes: SplatBuffer
  private let sorter: DepthOrder
  private let depths: UnsafeMutablePointer<Float>

  /// Makes a frame for an avatar; it may get its bases later.
  public init(avatar: borrowing Avatar, level: InstructionLevel = .best) {
    count = avatar.splats.count
    poser = AvatarPoser(
      template: avatar.template, headShare: avatar.headShare, splats: avatar.splats, level: level)
    planes = SplatBuffer(count: count)
    sorter = DepthOrder(capacity: count)
    centers = Self.zeros(3 * count)
    covariances = Self.zeros(6 * count)
    colors = Self.zeros(4 * count)
    order = Self.zeros(count)
    depths = Self.zeros(count)
  }

  deinit {
    centers.deallocate()
    covariances.deallocate()
    colors.deallocate()
    order.deallocate()
    depths.deallocate()
  }

  /// The points that the left and right eyeball turn about, head frame.
  public var eyeCenters: [Vector3] { poser.eyeCenters }

  /// Poses the splats; the order stays what it was.
  public func pose(_ avatar: borrowing Avatar, _ state: AvatarState) {
    posePlanes(avatar, state)
    // One kernel for all instruction sets: it only moves numbers.
    packSplats(
      planes: planes.pointer, stride: planes.planeStride, count: count, centers: centers,
      covariances: covariances, colors: colors)
  }

  /// Poses the splats for a ``SplatPicture`` alone: what a graphics processor reads stays what it
  /// was.
  public func posePlanes(_ avatar: borrowing Avatar, _ state: AvatarState) {
    poser.prepare(state, code: avatar.code(of: state))
    poser.pose(
      part: 0, of: 1, avatar.splats, planes: planes.pointer, stride: planes.planeStride)
  }

  /// Orders the splats as posed last, far to near.
  ///
  /// - Parameter eye: where they are looked at from, in the driving camera's coordinates: by
  ///   distance. Nil is the driving camera itself: by depth, as the rasteriser orders them.
  public func sort(eye: Vector3? = nil) {
    if let eye {
      for i in 0..<count {
        let x = centers[3 * i] - eye.x, y = centers[3 * i + 1] - eye.y
        let z = centers[3 * i + 2] - eye.z
        depths[i] = (x * x + y * y + z * z).squareRoot()
      }
    } else {
      for i in 0..<count { depths[i] = centers[3 * i + 2] }
    }
    sorter.sort(depths: depths, count: count, into: order)
  }

  private static func zeros<Number: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ count: Int
  ) -> UnsafeMutablePointer<Number> {
    let pointer = UnsafeMutablePointer<Number>.allocate(capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
    return pointer
  }
}
