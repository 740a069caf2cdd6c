import FaceRig
public import Geometry

/// A state as a list of numbers in which small equal changes move the picture evenly, at any
/// distance from the camera.
///
/// | index | what | unit |
/// |---|---|---|
/// | 0…51 | the expression, ARKit order | 1 |
/// | 52…55 | yaw and pitch of the left, then the right eye | radian |
/// | 56…58 | the head's turn from the reference pose, a rotation vector | radian |
/// | 59…61 | the head's x ÷ z, y ÷ z and natural logarithm of z ÷ 50 cm | 1 |
/// | 62…67 | the same of the torso | |
/// | 68… | the correction of the code | 1 |
public enum StateCoordinates {
  /// The first index of the gaze.
  public static let gaze = ExpressionChannel.count
  /// The first index of the head's pose.
  public static let head = gaze + 4
  /// The first index of the torso's pose.
  public static let torso = head + 6
  /// The first index of the correction.
  public static let correction = torso + 6
  /// The distance whose logarithm counts as zero, in centimetres.
  public static let unitDistance: Float = 50
  /// The distances that can be told, in centimetres.
  public static let distances: ClosedRange<Float> = 1...10_000

  /// The coordinates of a state.
  ///
  /// - Parameters:
  ///   - reference: the pose from which turns are counted, camera from head.
  ///   - x: receives the numbers; as many corrections as it has room for, zero where there are none.
  public static func write(
    _ state: AvatarState, reference: RigidTransform, into x: inout MutableSpan<Float>
  ) {
    for i in 0..<ExpressionChannel.count { x[i] = state.face.expression[i] }
    x[gaze] = state.face.leftGaze.yaw
    x[gaze + 1] = state.face.leftGaze.pitch
    x[gaze + 2] = state.face.rightGaze.yaw
    x[gaze + 3] = state.face.rightGaze.pitch
    write(state.face.cameraFromHead, reference, at: head, into: &x)
    write(state.cameraFromTorso, reference, at: torso, into: &x)
    for k in correction..<max(correction, x.count) {
      let i = k - correction
      x[k] = i < state.correction.count ? state.correction[i] : 0
    }
  }

  private static func write(
    _ pose: RigidTransform, _ reference: RigidTransform, at i: Int, into x: inout MutableSpan<Float>
  ) {
    let turn = (pose.rotation * reference.rotation.transpose).rotationVector
    let z = min(max(pose.translation.z, distances.lowerBound), distances.upperBound)
    x[i] = turn.x
    x[i + 1] = turn.y
    x[i + 2] = turn.z
    x[i + 3] = pose.translation.x / z
    x[i + 4] = pose.translation.y / z
    x[i + 5] = ElementaryFunctions.log(z / unitDistance)
  }

  /// Fills a state from its coordinates; the inverse of ``write(_:reference:into:)``.
  ///
  /// Coefficients are clamped to 0…1. The state's correction keeps its length: give it as many
  /// numbers as are wanted.
  public static func read(
    _ x: borrowing Span<Float>, reference: RigidTransform, into state: inout AvatarState
  ) {
    for i in 0..<ExpressionChannel.count { state.face.expression[i] = min(max(x[i], 0), 1) }
    state.face.leftGaze = Gaze(yaw: x[gaze], pitch: x[gaze + 1])
    state.face.rightGaze = Gaze(yaw: x[gaze + 2], pitch: x[gaze + 3])
    state.face.cameraFromHead = pose(x, reference, at: head)
    state.cameraFromTorso = pose(x, reference, at: torso)
    for k in 0..<min(state.correction.count, x.count - correction) {
      state.correction[k] = x[correction + k]
    }
  }

  private static func pose(
    _ x: borrowing Span<Float>, _ reference: RigidTransform, at i: Int
  ) -> RigidTransform {
    let logarithm = min(max(x[i + 5], -3.9), 5.29)
    let z = unitDistance * ElementaryFunctions.exp(logarithm)
    let turn = Matrix3(rotationVector: [x[i], x[i + 1], x[i + 2]])
    return RigidTransform(
      rotation: turn * reference.rotation, translation: [x[i + 3] * z, x[i + 4] * z, z])
  }
}
