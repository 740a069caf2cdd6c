public import FaceRig

/// Between the eight `eyeLook…` coefficients and the gazes that they stand for.
///
/// A whole coefficient is 0.6 rad sideways and 0.5 rad up and down, as in Live Link Face's recordings.
public enum EyeLook {
  static let sideways: Float = 0.6
  static let upward: Float = 0.5

  /// Where the eyes look by the coefficients.
  public static func gazes(of e: Expression) -> (left: Gaze, right: Gaze) {
    (
      Gaze(
        yaw: sideways * (e[.eyeLookOutLeft] - e[.eyeLookInLeft]),
        pitch: upward * (e[.eyeLookUpLeft] - e[.eyeLookDownLeft])),
      Gaze(
        yaw: sideways * (e[.eyeLookInRight] - e[.eyeLookOutRight]),
        pitch: upward * (e[.eyeLookUpRight] - e[.eyeLookDownRight]))
    )
  }

  /// Sets the coefficients of an expression from gazes; the inverse where no coefficient is above 1.
  public static func set(left: Gaze, right: Gaze, in e: inout Expression) {
    func share(_ angle: Float, _ whole: Float) -> Float { min(max(angle / whole, 0), 1) }
    e[.eyeLookOutLeft] = share(left.yaw, sideways)
    e[.eyeLookInLeft] = share(-left.yaw, sideways)
    e[.eyeLookUpLeft] = share(left.pitch, upward)
    e[.eyeLookDownLeft] = share(-left.pitch, upward)
    e[.eyeLookInRight] = share(right.yaw, sideways)
    e[.eyeLookOutRight] = share(-right.yaw, sideways)
    e[.eyeLookUpRight] = share(right.pitch, upward)
    e[.eyeLookDownRight] = share(-right.pitch, upward)
  }
}
