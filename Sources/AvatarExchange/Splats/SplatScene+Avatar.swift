public import AvatarModel
import FaceRig
public import GaussianSplats
public import Geometry

extension SplatScene {
  /// An avatar's splats in a state, in the head's axes.
  ///
  /// - Parameters:
  ///   - state: nil is the avatar's resting state.
  ///   - level: the instruction set that poses.
  public init(avatar: Avatar, state: AvatarState? = nil, level: InstructionLevel = .best) {
    let state = state ?? avatar.restingState
    let buffer = Self.posed(avatar, state, level: level)
    self.init(buffer: buffer, sceneFromCamera: avatar.reference.inverse)
  }

  /// An avatar's splats in a state, in its camera's coordinates.
  public static func posed(
    _ avatar: Avatar, _ state: AvatarState, level: InstructionLevel = .best
  ) -> SplatBuffer {
    let poser = AvatarPoser(
      template: avatar.template, headShare: avatar.headShare, splats: avatar.splats, level: level)
    let buffer = SplatBuffer(count: avatar.splats.count)
    poser.prepare(state, code: avatar.code(of: state))
    poser.pose(
      part: 0, of: 1, avatar.splats, planes: buffer.pointer, stride: buffer.planeStride)
    return buffer
  }

  /// The rasteriser's splats as a scene; those that are not finite or not there are left out.
  public init(buffer: SplatBuffer, sceneFromCamera: RigidTransform) {
    var splats: [Splat] = []
    splats.reserveCapacity(buffer.count)
    for i in 0..<buffer.count {
      func vector(_ x: SplatPlane, _ y: SplatPlane, _ z: SplatPlane) -> Vector3 {
        [buffer[x, i], buffer[y, i], buffer[z, i]]
      }
      let m = Matrix3(
        vector(.m00, .m01, .m02), vector(.m10, .m11, .m12), vector(.m20, .m21, .m22))
      // The columns are the axes, as long as their deviations.
      let axes = m.transpose
      let scale = Vector3(axes.x.length, axes.y.length, axes.z.length)
      let mean = vector(.meanX, .meanY, .meanZ)
      let opacity = buffer[.opacity, i]
      guard opacity > 0, (mean.length + scale.length).isFinite, scale.min() > 1e-9 else { continue }
      var turn = Matrix3(axes.x / scale.x, axes.y / scale.y, axes.z / scale.z).transpose
      // A mirrored frame has the same covariance as one that is not.
      if turn.determinant < 0 { turn = turn * Matrix3([1, 0, 0], [0, 1, 0], [0, 0, -1]) }
      splats.append(
        Splat(
          position: sceneFromCamera * mean * 0.01,
          rotation: Quaternion(sceneFromCamera.rotation * turn.orthonormalized).normalized,
          scale: scale * 0.01, opacity: opacity,
          color: vector(.red, .green, .blue)))
    }
    self.init(splats: splats)
  }
}
