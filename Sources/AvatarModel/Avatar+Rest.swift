public import FaceRig
public import Geometry

extension Avatar {
  /// The middle of the capture: what the avatar shows before anything drives it.
  ///
  /// Expression, gazes and the head's turn are the capture's means, where the splats are known
  /// best, and the code is near zero; the head and the torso stand at the reference. A face of
  /// zeros is not: few captures hold one, and what the bases make of it was never seen.
  public var restingState: AvatarState {
    let n = ExpressionChannel.count
    let mean = codeMap.mean
    var face = FaceState()
    for i in 0..<n { face.expression[i] = min(max(mean[i], 0), 1) }
    face.leftGaze = Gaze(yaw: mean[n], pitch: mean[n + 1])
    face.rightGaze = Gaze(yaw: mean[n + 2], pitch: mean[n + 3])
    let turn = Matrix3(rotationVector: Vector3(mean[n + 4], mean[n + 5], mean[n + 6]))
    face.cameraFromHead = RigidTransform(
      rotation: turn * reference.rotation, translation: reference.translation)
    return AvatarState(face: face, cameraFromTorso: reference)
  }
}
