/// What is known about a group of consecutive states.
public struct GroupVerdict: Sendable, Equatable {
  /// The judgement.
  public enum Verdict: Sendable, Equatable {
    /// The owner signed exactly these states, at about this time (milliseconds since 1970).
    case verified(wallClock: UInt64)
    /// Some of its states did not arrive: neither verified nor forged.
    case incomplete(missing: Int)
    /// Something else arrived than the owner signed.
    case refused(SignatureError)
  }

  /// The numbers of its first and last state.
  public let first, last: UInt32
  /// The judgement.
  public let verdict: Verdict

  /// Makes one.
  public init(first: UInt32, last: UInt32, verdict: Verdict) {
    self.first = first
    self.last = last
    self.verdict = verdict
  }

  init(_ range: ClosedRange<UInt32>, _ verdict: Verdict) {
    self.init(first: range.lowerBound, last: range.upperBound, verdict: verdict)
  }
}
