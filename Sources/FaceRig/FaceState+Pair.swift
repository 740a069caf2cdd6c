extension FaceState {
  /// The gazes as those of two eyes that look at one thing: equally high, and never apart.
  ///
  /// Trackers measure each eye for itself, and an avatar that learnt from them shows what they meant.
  /// On another face the errors show as a squint.
  public var pairedGazes: (left: Gaze, right: Gaze) {
    let yaw = (leftGaze.yaw + rightGaze.yaw) / 2
    let pitch = (leftGaze.pitch + rightGaze.pitch) / 2
    let inward = max((rightGaze.yaw - leftGaze.yaw) / 2, 0)
    return (Gaze(yaw: yaw - inward, pitch: pitch), Gaze(yaw: yaw + inward, pitch: pitch))
  }
}
