internal import AvatarKernels
internal import GaussianSplats
public import Geometry

/// A posed avatar's picture by the processor, for where no graphics processor draws: the same
/// rasteriser as everywhere, into bytes that a page shows as they are.
///
/// Reuse one object for many pictures: its memory is taken once. Not safe for use by two threads
/// at once.
public final class SplatPicture {
  /// Where a viewer stands, and what they see.
  public struct View: Sendable, Equatable {
    /// The viewer's camera and the picture's size.
    public var camera: PinholeCamera
    /// The driving camera's coordinates to the viewer's: any matrix that is not singular, so that
    /// mirror images are possible.
    public var viewFromCamera: Matrix3
    /// The shift that follows, centimetres.
    public var shift: Vector3
    /// Opacity fades along a x + b y + c z + d, in the driving camera's coordinates: none at 0 and
    /// below, all of it from 1 on. (0, 0, 0, 1) fades nothing.
    public var fade: SIMD4<Float>
    /// What is behind the avatar, sRGB-coded; nil is transparent.
    public var background: Vector3?

    /// A view.
    public init(
      camera: PinholeCamera, viewFromCamera: Matrix3 = .identity, shift: Vector3 = .zero,
      fade: SIMD4<Float> = [0, 0, 0, 1], background: Vector3? = nil
    ) {
      self.camera = camera
      self.viewFromCamera = viewFromCamera
      self.shift = shift
      self.fade = fade
      self.background = background
    }
  }

  /// `[row][column][4]`: red, green, blue, straight alpha; valid until the next ``draw(_:_:)``.
  public private(set) var pixels: UnsafeMutablePointer<UInt8>

  private let splats: SplatBuffer
  private let rasterizer: Rasterizer
  private var capacity = 4

  /// Makes room for the splats of a frame.
  public init(count: Int, level: InstructionLevel = .best) {
    splats = SplatBuffer(count: count)
    rasterizer = Rasterizer(capacity: count, maxWidth: 0, maxHeight: 0, level: level)
    pixels = .allocate(capacity: capacity)
    pixels.initialize(repeating: 0, count: capacity)
  }

  deinit { pixels.deallocate() }

  /// Draws a frame as it was posed last.
  ///
  /// - Precondition: The frame has the splats that room was made for; the picture measures at most
  ///   16,384 × 16,384.
  /// - Complexity: That of ``Rasterizer/forward(_:camera:)``.
  public func draw(_ frame: SplatFrame, _ view: View) {
    precondition(frame.count == splats.count)
    let a = view.viewFromCamera, t = view.shift
    let map: [12 of Float] = [
      a.x.x, a.x.y, a.x.z, t.x, a.y.x, a.y.y, a.y.z, t.y, a.z.x, a.z.y, a.z.z, t.z,
    ]
    map.span.withUnsafeBufferPointer {
      viewSplats(
        planes: frame.planes.pointer, stride: frame.planes.planeStride, count: frame.count,
        map: $0.baseAddress!, fade: view.fade, result: splats.pointer)
    }
    rasterizer.forward(splats, camera: view.camera)
    let image = rasterizer.image
    if let background = view.background { image.fill(behind: background) }
    let needed = 4 * image.width * image.height
    if needed > capacity {
      pixels.deallocate()
      capacity = needed
      pixels = .allocate(capacity: needed)
    }
    image.writeRGBA(to: pixels, level: rasterizer.level)
  }
}
