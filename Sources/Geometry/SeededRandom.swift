/// A small seeded generator (SplitMix64): the same seed gives the same avatar.
public struct SeededRandom: Sendable {
  /// The whole state, for a checkpoint.
  public var state: UInt64

  /// Starts a sequence.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in 0..<1.
  public mutating func uniform() -> Float { Float(next() >> 40) / 16_777_216 }

  /// A number of mean 0 and variance 1, from four uniforms.
  public mutating func normal() -> Float {
    (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508
  }

  /// An index 0..<`count`.
  public mutating func index(_ count: Int) -> Int { min(Int(uniform() * Float(count)), count - 1) }
}
