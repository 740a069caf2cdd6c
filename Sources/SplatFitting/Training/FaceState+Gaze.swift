import FaceRig

extension FaceState {
  /// Turns the eyes by four angles: yaw and pitch of the left, then of the right eye.
  mutating func turnEyes(by angles: some Collection<Float>) {
    let a = Array(angles)
    leftGaze.yaw += a[0]
    leftGaze.pitch += a[1]
    rightGaze.yaw += a[2]
    rightGaze.pitch += a[3]
  }
}
