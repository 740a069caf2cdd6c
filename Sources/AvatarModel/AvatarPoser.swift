internal import AvatarKernels
public import FaceRig
public import GaussianSplats
public import Geometry

#if arch(x86_64)
  internal import AvatarKernelsV3
  internal import AvatarKernelsV4
#endif

/// Turns states into posed splats, the rasteriser's input.
///
/// Use: ``prepare(_:viewFromCamera:)`` once a frame, then ``pose(part:of:planes:stride:)`` for all
/// parts, in parallel if you like: parts write disjoint splats.
public final class AvatarPoser {
  /// The mesh in camera coordinates with the virtual vertices, after `prepare`.
  public private(set) var placed: [Vector3] = []
  /// The code in use.
  public private(set) var code: [Float]
  /// `[splat][16]`: attributes with the bases mixed in, after `pose`.
  public let attributes: UnsafeMutablePointer<Float>
  /// `[splat][12]`: frames of the triangles, after `pose`.
  public let frames: UnsafeMutablePointer<Float>

  private let kernel: Kernel
  /// The points that the person's left and right eyeball turn about, head frame.
  public var eyeCenters: [Vector3] { [rig.leftEyeCenter, rig.rightEyeCenter] }

  private let rig: Rig
  private let headShare: [Float]
  private let count: Int
  /// Whether the avatar learnt nothing of the gazes that it is given: see ``FaceState/pairedGazes``.
  private let pairsEyes: Bool
  private var posed: [Vector3] = []

  /// Makes a poser.
  ///
  /// - Parameter level: the best instruction set to use.
  public init(
    template: Template, headShare: [Float], splats: SplatModel, level: InstructionLevel = .best
  ) {
    rig = Rig(template: template)
    self.headShare = headShare
    count = splats.count
    pairsEyes = splats.isFixed
    code = [Float](repeating: 0, count: splats.codeLength)
    kernel = Self.kernel(level)
    attributes = .allocate(capacity: 16 * max(count, 1))
    attributes.initialize(repeating: 0, count: 16 * max(count, 1))
    frames = .allocate(capacity: 12 * max(count, 1))
    frames.initialize(repeating: 0, count: 12 * max(count, 1))
  }

  deinit {
    attributes.deallocate()
    frames.deallocate()
  }

  /// Poses the mesh and takes the code.
  ///
  /// - Parameters:
  ///   - state: what to show.
  ///   - code: the code, with any correction already added.
  ///   - viewFromCamera: where the viewer stands; identity is the driving camera.
  public func prepare(
    _ state: AvatarState, code: [Float], viewFromCamera: RigidTransform = .identity
  ) {
    self.code = code
    let (left, right) =
      pairsEyes ? state.face.pairedGazes : (state.face.leftGaze, state.face.rightGaze)
    rig.pose(
      expression: state.face.expression, leftGaze: left, rightGaze: right, into: &posed)
    BodyBlend.place(
      posed, headShare: headShare, cameraFromHead: viewFromCamera * state.face.cameraFromHead,
      cameraFromTorso: viewFromCamera * state.cameraFromTorso, into: &placed)
  }

  /// Places one part of the splats.
  ///
  /// - Parameters:
  ///   - part: 0..<`parts`.
  ///   - splats: the model given at `init`.
  ///   - planes: the sixteen planes of the rasteriser's input, `stride` floats apart.
  public func pose(
    part: Int, of parts: Int, _ splats: borrowing SplatModel,
    planes: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let low = count * part / parts, high = count * (part + 1) / parts
    for (g, group) in splats.groups.enumerated() {
      let from = max(low, group.range.lowerBound), to = min(high, group.range.upperBound)
      if from >= to { continue }
      splats.bases[g].withUnsafeBufferPointer { basis in
        if basis.isEmpty {
          // No row has bases: the kernel reads none.
          let none = UnsafePointer(attributes)
          pose(from, to, splats, basis: none, SplatAttribute.count, planes, stride)
        } else {
          let skip = (from - group.range.lowerBound) * group.rows * splats.codeLength
          pose(
            from, to, splats, basis: basis.baseAddress! + skip, group.kind.firstRow, planes,
            stride)
        }
      }
    }
  }

  private func pose(
    _ from: Int, _ to: Int, _ splats: borrowing SplatModel, basis: UnsafePointer<Float>,
    _ firstRow: Int, _ planes: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    splats.base.withUnsafeBufferPointer { base in
      splats.corners.withUnsafeBufferPointer { corners in
        splats.barycentric.withUnsafeBufferPointer { barycentric in
          splats.inverseRestArea.withUnsafeBufferPointer { area in
            pose(
              from, to, base: base.baseAddress!, basis: basis, firstRow: firstRow,
              corners: corners.baseAddress!, barycentric: barycentric.baseAddress!,
              inverseRestArea: area.baseAddress!, planes: planes, stride: stride)
          }
        }
      }
    }
  }

  /// Places splats whose model lies at pointers, as the fit keeps it.
  public func pose(
    _ from: Int, _ to: Int, base: UnsafePointer<Float>, basis: UnsafePointer<Float>, firstRow: Int,
    corners: UnsafePointer<Int32>, barycentric: UnsafePointer<Float>,
    inverseRestArea: UnsafePointer<Float>, planes: UnsafeMutablePointer<Float>, stride: Int
  ) {
    placed.withUnsafeBufferPointer { vertices in
      code.withUnsafeBufferPointer { code in
        kernel(
          from, to, base, basis, firstRow, code.baseAddress!, code.count, corners, barycentric,
          inverseRestArea, vertices.baseAddress!, attributes, frames, planes, stride)
      }
    }
  }

  /// `poseSplats` of one instruction set.
  private typealias Kernel = (
    Int, Int, UnsafePointer<Float>, UnsafePointer<Float>, Int, UnsafePointer<Float>, Int,
    UnsafePointer<Int32>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Vector3>,
    UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int
  ) -> Void

  private static func kernel(_ level: InstructionLevel) -> Kernel {
    switch level.supported {
    #if arch(x86_64)
      case .v4: AvatarKernelsV4.poseSplats
      case .v3: AvatarKernelsV3.poseSplats
    #endif
    default: AvatarKernels.poseSplats
    }
  }
}
