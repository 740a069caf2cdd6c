internal import FaceRig

/// Makes two measured gazes one pair over time: blinks are bridged, the pitch is mostly shared, a
/// fixation is held still and a saccade followed at once.
struct GazeFilter: Sendable {
  private var left = Gaze()
  private var right = Gaze()
  private var hasGaze = false

  /// How far a measurement of an eye that is open by `openness` is trusted, 0…1.
  static func trust(_ openness: Float) -> Float { min(max((openness - 0.35) / 0.3, 0), 1) }

  /// This moment's pair, without remembering it.
  func bridged(
    _ seen: (left: Gaze?, right: Gaze?), openness: (left: Float, right: Float)
  ) -> (left: Gaze, right: Gaze) {
    let l = seen.left == nil ? 0 : Self.trust(openness.left)
    let r = seen.right == nil ? 0 : Self.trust(openness.right)
    if l + r < 0.3 { return (left, right) }
    var a = seen.left ?? left
    var b = seen.right ?? right
    // An eye that is shut follows the other with the vergence it had.
    let vergence = left.yaw - right.yaw
    if l < 0.3 { a.yaw = b.yaw + vergence }
    if r < 0.3 { b.yaw = a.yaw - vergence }
    let pitch = (a.pitch * l + b.pitch * r) / (l + r)
    a.pitch = pitch + 0.2 * (l < 0.3 ? 0 : a.pitch - pitch)
    b.pitch = pitch + 0.2 * (r < 0.3 ? 0 : b.pitch - pitch)
    return (a, b)
  }

  /// Takes in a moment.
  mutating func update(
    _ seen: (left: Gaze?, right: Gaze?), openness: (left: Float, right: Float), steadiness: Float
  ) -> (left: Gaze, right: Gaze) {
    let (a, b) = bridged(seen, openness: openness)
    if hasGaze {
      left = Self.follow(left, a, steadiness)
      right = Self.follow(right, b, steadiness)
    } else {
      (left, right) = (a, b)
      hasGaze = seen.left != nil || seen.right != nil
    }
    return (left, right)
  }

  /// Moves to the new direction: all the way for a saccade, in part within the noise of 1°.
  private static func follow(_ old: Gaze, _ new: Gaze, _ steadiness: Float) -> Gaze {
    let noise: Float = 0.0175
    let yaw = new.yaw - old.yaw
    let pitch = new.pitch - old.pitch
    let distance = (yaw * yaw + pitch * pitch).squareRoot() / noise
    let gain = 1 / (1 + steadiness * MotionGate.strength(distance))
    return Gaze(yaw: old.yaw + gain * yaw, pitch: old.pitch + gain * pitch)
  }
}
