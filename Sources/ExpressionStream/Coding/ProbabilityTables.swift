import Geometry

/// The functions that mixing probabilities needs, tabulated in integers.
///
/// Made from ``ElementaryFunctions``, whose results are the same bits everywhere.
struct ProbabilityTables: Sendable {
  /// Logits of probabilities `(k + ½) / 4096`, in 1/256, within ±2047.
  let logits: [Int32]
  /// Probabilities, in 1/65536, of logits `(k − 2048) / 256`; 32…65504.
  let probabilities: [Int32]
  /// How far a counter moves, in 1/65536, at its k-th decision.
  let rates: [Int32]

  /// Decisions after which a counter's rate stays.
  static let slowest = 120

  static let shared = ProbabilityTables()

  private init() {
    var logits = [Int32](repeating: 0, count: 4096)
    for k in 0..<4096 {
      let p = (Float(k) + 0.5) / 4096
      let logit = ElementaryFunctions.log(p / (1 - p)) * 256
      logits[k] = min(max(Int32(logit.rounded(.toNearestOrEven)), -2047), 2047)
    }
    var probabilities = [Int32](repeating: 0, count: 4096)
    for k in 0..<4096 {
      let p = 65536 / (1 + ElementaryFunctions.exp(Float(2048 - k) / 256))
      probabilities[k] = min(max(Int32(p.rounded(.toNearestOrEven)), 32), 65504)
    }
    self.logits = logits
    self.probabilities = probabilities
    rates = (0...Self.slowest).map { Int32(131072 / (2 * $0 + 3)) }
  }
}
