public import AvatarModel
import FaceMotion
public import FaceRig
public import Geometry

/// Puts motions onto an avatar: frames in, states out.
///
/// The head turns and moves from the avatar's reference pose. A source that knows no places has its head
/// turn about the neck rather than about its own middle. The torso turns only by what a source says of it,
/// and follows the head's movement with a time constant of half a second.
public struct MotionPlacement: Sendable {
  /// From the neck's lower end to the middle of the head, centimetres.
  static let neck = Vector3(0, 9, 2)
  /// The farthest that a head may go from where it rests, centimetres.
  static let farthest: Float = 40
  private static let cameraFromRest = Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1])

  private let reference: RigidTransform
  private var torso = Vector3.zero
  private var last: Double?

  /// - Parameter reference: the avatar's reference pose, camera from head.
  public init(reference: RigidTransform) { self.reference = reference }

  /// The state of a frame.
  public mutating func state(_ frame: MotionFrame, time: Double) -> AvatarState {
    let head = frame.head ?? BodyMotion()
    let turning = head.rotation * Self.neck - Self.neck
    var shift = Self.cameraFromRest * Self.near(head.translation ?? turning)
    let share = last.map { Float(1 - 1 / (1 + max(time - $0, 0) / 0.5)) } ?? 1
    torso += (Self.cameraFromRest * Self.near(head.translation ?? .zero) - torso) * share
    last = time
    // Nobody comes through the camera.
    shift.z = max(shift.z, 5 - reference.translation.z)
    let gazes = frame.gazes
    let face = FaceState(
      time: time, expression: frame.expression,
      cameraFromHead: RigidTransform(
        rotation: turned(head.rotation), translation: reference.translation + shift),
      leftGaze: gazes?.left ?? Gaze(), rightGaze: gazes?.right ?? Gaze())
    return AvatarState(
      face: face,
      cameraFromTorso: RigidTransform(
        rotation: frame.torso.map { turned($0.rotation) } ?? reference.rotation,
        translation: reference.translation + torso))
  }

  /// The inverse: what a state says, from the reference pose.
  public func frame(_ state: AvatarState) -> MotionFrame {
    func motion(_ pose: RigidTransform) -> BodyMotion {
      let turn = pose.rotation * reference.rotation.transpose
      let c = Self.cameraFromRest
      return BodyMotion(
        rotation: (c.transpose * turn * c).orthonormalized,
        translation: c.transpose * (pose.translation - reference.translation))
    }
    return MotionFrame(
      expression: state.face.expression, channels: .all, head: motion(state.face.cameraFromHead),
      torso: motion(state.cameraFromTorso), leftGaze: state.face.leftGaze,
      rightGaze: state.face.rightGaze, time: state.face.time)
  }

  private func turned(_ rotation: Matrix3) -> Matrix3 {
    let c = Self.cameraFromRest
    return (c * rotation * c.transpose * reference.rotation).orthonormalized
  }

  private static func near(_ place: Vector3) -> Vector3 {
    let length = place.length
    return length > farthest ? place * (farthest / length) : place
  }
}
