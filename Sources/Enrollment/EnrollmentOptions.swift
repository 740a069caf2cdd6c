/// How an avatar is made.
public struct EnrollmentOptions: Sendable, Equatable, Codable {
  /// How much time is spent.
  public enum Quality: String, Sendable, CaseIterable, Codable {
    /// A look at the result: about a minute.
    case draft
    /// What most want: three to four minutes.
    case standard
    /// For keeping: about ten minutes.
    case high
  }

  /// How much time is spent.
  public var quality: Quality = .standard
  /// The part of the video that is used, in seconds.
  public var from, to: Double?
  /// The share of the frames, at the end, that is kept out of the fit and reported on.
  public var holdout: Double = 0
  /// The seed of all chance.
  public var seed: UInt64 = 1
  /// Numbers in a code.
  public var codeLength = 24

  /// The default options.
  public init() {}

  /// Steps of the fit.
  var steps: Int {
    switch quality {
    case .draft: 2_500
    case .standard: 10_000
    case .high: 30_000
    }
  }

  /// The longer side of the fitted picture in pixels, at most.
  var largestPicture: Int {
    switch quality {
    case .draft: 384
    case .standard: 640
    case .high: 768
    }
  }

  /// Frames kept for the fit and the report, at most.
  var mostFrames: Int { quality == .draft ? 500 : 1_010 }

  /// The budget of splats.
  var budget: SplatBudget {
    var budget = SplatBudget()
    if quality == .draft {
      budget.skin = 4500
      budget.hair = 2200
      budget.torso = 1500
    }
    return budget
  }
}
