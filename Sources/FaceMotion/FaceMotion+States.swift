public import AvatarModel
import FaceRig
public import Geometry

extension FaceMotion {
  /// The recording as states that drive an avatar.
  ///
  /// The recording's mean head pose is shown at the avatar's reference pose; sideways movement keeps its
  /// centimetres, and movement in depth is scaled as the two distances from the camera are. The torso
  /// does not turn, and follows the head's movement with a time constant of half a second. There are no
  /// corrections.
  /// - Parameter reference: the avatar's reference pose, camera from head.
  public func states(reference: RigidTransform) -> [AvatarState] {
    var mean = RecordedHeadPose()
    for sample in samples {
      mean.yaw += sample.head.yaw
      mean.pitch += sample.head.pitch
      mean.roll += sample.head.roll
      mean.translation += sample.head.translation
    }
    let count = Float(samples.count)
    mean = RecordedHeadPose(
      yaw: mean.yaw / count, pitch: mean.pitch / count, roll: mean.roll / count,
      translation: mean.translation / count)
    let distance = mean.translation.z
    let depth = distance > 1 ? reference.translation.z / distance : 1
    let referenceFromMean = mean.cameraFromHead.transpose * reference.rotation

    var torso = Vector3.zero
    var last = 0.0
    return samples.enumerated().map { i, sample in
      let shift = (sample.head.translation - mean.translation) * Vector3(1, 1, depth)
      let share = i == 0 ? 1 : Float(1 - 1 / (1 + (sample.time - last) / 0.5))
      torso += (shift - torso) * share
      last = sample.time
      let face = FaceState(
        time: sample.time, expression: sample.expression,
        cameraFromHead: RigidTransform(
          rotation: (sample.head.cameraFromHead * referenceFromMean).orthonormalized,
          translation: reference.translation + shift),
        leftGaze: sample.leftGaze, rightGaze: sample.rightGaze)
      return AvatarState(
        face: face,
        cameraFromTorso: RigidTransform(
          rotation: reference.rotation, translation: reference.translation + torso))
    }
  }
}
