/// Exponential, logarithm and trigonometric functions from + − × ÷ alone, so that every platform
/// computes the same bits.
///
/// Arithmetic is in double precision and the result rounded once: errors stay below 0.51 units in
/// the last place of a `Float` on the stated ranges.
public enum ElementaryFunctions {
  /// eˣ; 0 below −104, infinity above 88.7.
  public static func exp(_ x: Float) -> Float {
    if !(x > -104) { return x.isNaN ? x : 0 }
    if x > 89 { return .infinity }
    let d = Double(x) * 1.442695040888963407
    let n = d.rounded(.toNearestOrEven)
    let r = (d - n) * 0.693147180559945309
    var p = 1.0 / 39916800
    p = p * r + 1.0 / 3628800
    p = p * r + 1.0 / 362880
    p = p * r + 1.0 / 40320
    p = p * r + 1.0 / 5040
    p = p * r + 1.0 / 720
    p = p * r + 1.0 / 120
    p = p * r + 1.0 / 24
    p = p * r + 1.0 / 6
    p = p * r + 0.5
    p = p * r + 1
    p = p * r + 1
    return Float(p * powerOfTwo(Int(n)))
  }

  /// The natural logarithm; −infinity at 0, NaN below.
  public static func log(_ x: Float) -> Float {
    if x == 0 { return -.infinity }
    if !(x > 0) { return .nan }
    if x == .infinity { return x }
    let d = Double(x)
    let bits = d.bitPattern
    var exponent = Int(bits >> 52) - 1023
    var mantissa = Double(bitPattern: bits & 0xF_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
    if mantissa > 1.4142135623730951 {
      mantissa *= 0.5
      exponent += 1
    }
    // log m = 2 artanh((m − 1) / (m + 1)), |argument| ≤ 0.1716
    let t = (mantissa - 1) / (mantissa + 1)
    let s = t * t
    var p = 1.0 / 15
    p = p * s + 1.0 / 13
    p = p * s + 1.0 / 11
    p = p * s + 1.0 / 9
    p = p * s + 1.0 / 7
    p = p * s + 1.0 / 5
    p = p * s + 1.0 / 3
    p = p * s + 1
    return Float(2 * t * p + Double(exponent) * 0.693147180559945309)
  }

  /// Sine and cosine of an angle in radians, |x| ≤ 10⁵; beyond 10⁹, where a `Float` tells no angle, 0
  /// and 1.
  public static func sinCos(_ x: Float) -> (sin: Float, cos: Float) {
    if !(x.magnitude <= 1e9) { return (0, 1) }
    let d = Double(x)
    let n = (d * 0.636619772367581343).rounded(.toNearestOrEven)
    let r = (d - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11
    let s = r * r
    var a = -1.0 / 39916800
    a = a * s + 1.0 / 362880
    a = a * s - 1.0 / 5040
    a = a * s + 1.0 / 120
    a = a * s - 1.0 / 6
    let sine = r + r * s * a
    var b = 1.0 / 479001600
    b = b * s - 1.0 / 3628800
    b = b * s + 1.0 / 40320
    b = b * s - 1.0 / 720
    b = b * s + 1.0 / 24
    b = b * s - 0.5
    let cosine = 1 + s * b
    switch Int(n) & 3 {
    case 0: return (Float(sine), Float(cosine))
    case 1: return (Float(cosine), Float(-sine))
    case 2: return (Float(-sine), Float(-cosine))
    default: return (Float(-cosine), Float(sine))
    }
  }

  /// The angle of the point (x, y) in −π…π.
  public static func atan2(_ y: Float, _ x: Float) -> Float {
    let ax = Double(x.magnitude), ay = Double(y.magnitude)
    if ax == 0 && ay == 0 { return 0 }
    var angle = ay <= ax ? arctangent(ay / ax) : 1.57079632679489662 - arctangent(ax / ay)
    if x < 0 { angle = 3.14159265358979324 - angle }
    return Float(y < 0 ? -angle : angle)
  }

  /// The angle in −π/2…π/2 whose sine is `x`, |x| ≤ 1 (clamped).
  public static func asin(_ x: Float) -> Float {
    let c = min(max(x, -1), 1)
    return atan2(c, max(0, (1 - c) * (1 + c)).squareRoot())
  }

  /// arctan of 0…1.
  private static func arctangent(_ t: Double) -> Double {
    // Halve the argument's angle once: arctan t = 2 arctan(t / (1 + √(1 + t²))), |u| ≤ 0.4143.
    let u = t / (1 + (1 + t * t).squareRoot())
    let s = u * u
    var p = 0.0
    var k = 25
    while k > 0 {
      p = 1 / Double(k) - s * p
      k -= 2
    }
    return 2 * u * p
  }

  private static func powerOfTwo(_ n: Int) -> Double {
    Double(bitPattern: UInt64(n + 1023) << 52)
  }
}
