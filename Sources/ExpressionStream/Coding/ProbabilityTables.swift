import Geometry

/// The functions that mixing probabilities needs, tabulated in integers.
///
/// Made from ``ElementaryFunctions``, whose results are the same bits everywhere.
struct ProbabilityTables: @unchecked Sendable {
  /// Logits of probabilities `(k + ½) / 4096`, in 1/256, within ±2047.
  let logits: UnsafePointer<Int32>
  /// Probabilities, in 1/65536, of logits `(k − 2048) / 256`; 32…65504.
  let probabilities: UnsafePointer<Int32>
  /// How far a counter moves, in 1/32768, at its k-th decision.
  let rates: UnsafePointer<Int32>

  /// Decisions after which a counter's rate stays.
  static let slowest = 120

  /// Made once, and never freed or written again: so it can be shared.
  static let shared = ProbabilityTables()

  private init() {
    func table(_ count: Int, _ value: (Int) -> Int32) -> UnsafePointer<Int32> {
      let numbers = UnsafeMutablePointer<Int32>.allocate(capacity: count)
      for k in 0..<count { (numbers + k).initialize(to: value(k)) }
      return UnsafePointer(numbers)
    }
    logits = table(4096) { k in
      let p = (Float(k) + 0.5) / 4096
      let logit = ElementaryFunctions.log(p / (1 - p)) * 256
      return min(max(Int32(logit.rounded(.toNearestOrEven)), -2047), 2047)
    }
    probabilities = table(4096) { k in
      let p = 65536 / (1 + ElementaryFunctions.exp(Float(2048 - k) / 256))
      return min(max(Int32(p.rounded(.toNearestOrEven)), 32), 65504)
    }
    rates = table(Self.slowest + 1) { Int32(131072 / (2 * $0 + 3)) >> 1 }
  }
}
