/// A small seeded generator (SplitMix64): the same seed gives the same avatar.
struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in 0..<1.
  mutating func uniform() -> Float { Float(next() >> 40) / 16_777_216 }

  /// A number of mean 0 and variance 1 (sum of twelve uniforms).
  mutating func normal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += uniform() }
    return sum
  }

  /// An index 0..<`count`.
  mutating func index(_ count: Int) -> Int { min(Int(uniform() * Float(count)), count - 1) }
}
