import FaceRig

/// What would make the next capture of a person better, in plain words.
public enum CaptureAdvice {
  /// From where on a capture leaves nothing to wish for.
  ///
  /// Angles are what a viewer of a call sees of a person who turns to a neighbour; coefficients are
  /// what people reach who are asked for the expression, less a margin.
  public enum Threshold {
    /// Degrees of yaw to either side.
    public static var yaw: Float { 30 }
    /// Degrees of pitch upward.
    public static var up: Float { 15 }
    /// Degrees of pitch downward.
    public static var down: Float { 12 }
    /// Degrees of gaze to either side.
    public static var gaze: Float { 12 }
    /// The coefficient of the open jaw.
    public static var jawOpen: Float { 0.4 }
    /// The larger coefficient of a smile.
    public static var smile: Float { 0.4 }
    /// The coefficient of lips that come forward.
    public static var pucker: Float { 0.35 }
    /// The largest coefficient of raised brows.
    public static var browsUp: Float { 0.35 }
    /// The larger coefficient of lowered brows.
    public static var browsDown: Float { 0.25 }
    /// Blinks in all.
    public static var blinks: Int { 3 }
    /// Seconds.
    public static var duration: Double { 30 }
    /// Height of the face in the video's pixels.
    public static var faceHeight: Double { 220 }
    /// Spread of the face's brightness over its median.
    public static var lightChange: Float { 0.25 }
    /// Share of the kept frames that could be followed.
    public static var followed: Double { 0.85 }
  }

  /// The advice, most important first; empty when there is none.
  ///
  /// - Parameters:
  ///   - faceHeight: in the video's pixels.
  ///   - followed: the share of the kept frames in which the face could be followed, 0…1.
  public static func advice(
    for coverage: CaptureCoverage, faceHeight: Double, followed: Double
  ) -> [String] {
    var result: [String] = []
    if faceHeight < Threshold.faceHeight {
      result.append(
        "The face is small: \(Int(faceHeight)) pixels high. Come closer or film at a higher "
          + "resolution until it is \(Int(Threshold.faceHeight)) pixels or more.")
    }
    if followed < Threshold.followed {
      result.append(
        "The face could not be followed in \(Int(((1 - followed) * 100).rounded())) % of the "
          + "frames. Keep hands and hair away from it and stay in the picture.")
    }
    if coverage.lightChange > Threshold.lightChange {
      result.append(
        "The light on your face changed by \(Int((coverage.lightChange * 100).rounded())) % during "
          + "the capture. Film in even light, away from screens, with exposure locked.")
    }
    if coverage.duration < Threshold.duration {
      result.append(
        "The capture is short: \(Int(coverage.duration.rounded())) seconds were fitted. "
          + "Two or three minutes show more of you.")
    }
    result += turns(coverage)
    result += expressions(coverage)
    return result
  }

  private static func turns(_ coverage: CaptureCoverage) -> [String] {
    let yaw = coverage.range(\.yaw), pitch = coverage.range(\.pitch)
    func turn(_ way: String, _ reached: Float, _ wish: Float) -> String? {
      if reached >= wish { return nil }
      return "\(way): the capture reached \(Int(max(0, reached).rounded()))°, "
        + "\(Int(wish))° is better."
    }
    return [
      turn("Turn further to your left", yaw.upperBound, Threshold.yaw),
      turn("Turn further to your right", -yaw.lowerBound, Threshold.yaw),
      turn("Raise your chin further", pitch.upperBound, Threshold.up),
      turn("Lower your chin further", -pitch.lowerBound, Threshold.down),
      turn("Look further to your left with your eyes", coverage.gazeYaw.upperBound, Threshold.gaze),
      turn(
        "Look further to your right with your eyes", -coverage.gazeYaw.lowerBound, Threshold.gaze),
    ].compactMap(\.self)
  }

  private static func expressions(_ coverage: CaptureCoverage) -> [String] {
    var result: [String] = []
    if coverage.peak(.jawOpen) < Threshold.jawOpen {
      result.append("The mouth never opened wide: say “ah”, or yawn.")
    }
    if coverage.peak(.mouthSmileLeft, .mouthSmileRight) < Threshold.smile {
      result.append("There was no broad smile: show your teeth once.")
    }
    if coverage.peak(.mouthPucker, .mouthFunnel) < Threshold.pucker {
      result.append("The lips never came forward: say “oo”, or blow a kiss.")
    }
    if coverage.peak(.browInnerUp, .browOuterUpLeft, .browOuterUpRight) < Threshold.browsUp {
      result.append("The eyebrows were never raised: look surprised.")
    }
    if coverage.peak(.browDownLeft, .browDownRight) < Threshold.browsDown {
      result.append("The eyebrows were never drawn together: frown.")
    }
    if coverage.blinks < Threshold.blinks {
      result.append(
        "Too few blinks: \(coverage.blinks) were seen, \(Threshold.blinks) or more are better. "
          + "Close your eyes for a second, a few times.")
    }
    return result
  }
}
