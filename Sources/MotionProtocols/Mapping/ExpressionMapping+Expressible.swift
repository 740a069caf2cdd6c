public import FaceRig

extension ExpressionMapping {
  /// What becomes of a coefficient that goes through a vocabulary and comes back.
  public enum Fate: Sendable, Equatable {
    /// It comes back as it was, and moves nothing else.
    case kept
    /// It comes back, mixed with others: how much of each coefficient one whole becomes.
    case mixed([ExpressionChannel: Float])
    /// Nothing of it comes back.
    case lost
  }

  /// What becomes of a coefficient, by the table alone.
  public func fate(of channel: ExpressionChannel) -> Fate {
    var back: [ExpressionChannel: Float] = [:]
    for given in entries where given.channel == channel && given.give != 0 {
      for taken in entries where taken.shape == given.shape && taken.take != 0 {
        back[taken.channel, default: 0] += given.give * taken.take
      }
    }
    if back[channel] == nil { return .lost }
    if back.count == 1, abs((back[channel] ?? 0) - 1) < 1e-5 { return .kept }
    return .mixed(back)
  }

  /// The shapes that no coefficient takes anything from.
  public var inexpressible: [String] {
    shapes.indices.filter { k in !entries.contains { $0.shape == k && $0.take != 0 } }
      .map { shapes[$0] }
  }
}
