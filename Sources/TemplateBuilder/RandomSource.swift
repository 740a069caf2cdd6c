import Geometry

/// Reproducible random numbers (SplitMix64, Steele, Lea and Flood 2014): the same on every platform.
struct RandomSource {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in 0..<1, 24 bits.
  mutating func uniform() -> Float { Float(next() >> 40) / 16_777_216 }

  /// Normal, mean 0 and variance 1 (Box and Muller).
  mutating func normal() -> Float {
    let radius = (-2 * ElementaryFunctions.log(1 - uniform())).squareRoot()
    return radius * ElementaryFunctions.sinCos(uniform() * 6.283_185_3).cos
  }

  /// A Beta(½, ½) number in 0…1: the arcsine law.
  mutating func arcsine() -> Float {
    let s = ElementaryFunctions.sinCos(uniform() * 1.570_796_3).sin
    return s * s
  }

  /// Three weights that sum to one, Dirichlet(½, ½, ½).
  mutating func mixture() -> Vector3 {
    let n = Vector3(normal(), normal(), normal())
    let squares = n * n + 1e-6
    return squares / (squares.x + squares.y + squares.z)
  }
}
