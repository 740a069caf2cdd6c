import CLanes

/// The element-by-element operations of `combine`.
public enum Combination {
  /// left + right.
  public static let addition = 0
  /// left × right.
  public static let multiplication = 1
  /// left − right.
  public static let subtraction = 2
}

/// output = left ∘ right over `rows` rows of `channels` floats, then an activation.
///
/// A row stride of 0 repeats one row. The activation is min(max(v, 0) + slope · min(v, 0), ceiling).
public func combine(
  operation: Int, rows: Int, channels: Int,
  left: UnsafePointer<Float>, leftStride: Int, right: UnsafePointer<Float>, rightStride: Int,
  slope: Float, ceiling: Float, output: UnsafeMutablePointer<Float>
) {
  // Dense operands are one long row.
  let isFlat = leftStride == channels && rightStride == channels
  let count = isFlat ? rows * channels : channels
  let slopes = SIMD8<Float>(repeating: slope)
  let ceilings = SIMD8<Float>(repeating: ceiling)
  let zero = SIMD8<Float>(repeating: 0)
  for row in 0..<(isFlat ? min(rows, 1) : rows) {
    let a = left + row * leftStride
    let b = right + row * rightStride
    let out = output + row * channels
    var i = 0
    while i + 8 <= count {
      let x = SIMD8<Float>.load(a + i)
      let y = SIMD8<Float>.load(b + i)
      let v =
        operation == Combination.addition
        ? x + y : operation == Combination.multiplication ? x * y : x - y
      v.maximum(zero).adding(slopes, times: v.minimum(zero)).minimum(ceilings).store(out + i)
      i += 8
    }
    while i < count {
      let v =
        operation == Combination.addition
        ? a[i] + b[i] : operation == Combination.multiplication ? a[i] * b[i] : a[i] - b[i]
      let rectified = (v > 0 ? v : 0) + slope * (v < 0 ? v : 0)
      out[i] = rectified < ceiling ? rectified : ceiling
      i += 1
    }
  }
}

/// RELU, RELU6 and PRELU: min(max(v, 0) + slope[c] · min(v, 0), ceiling), `slopes` one per channel.
public func rectify(
  rows: Int, channels: Int, input: UnsafePointer<Float>, slopes: UnsafePointer<Float>,
  ceiling: Float, output: UnsafeMutablePointer<Float>
) {
  let zero = SIMD8<Float>(repeating: 0)
  let ceilings = SIMD8<Float>(repeating: ceiling)
  for row in 0..<rows {
    let x = input + row * channels
    let out = output + row * channels
    var c = 0
    while c + 8 <= channels {
      let v = SIMD8<Float>.load(x + c)
      let slope = SIMD8<Float>.load(slopes + c)
      v.maximum(zero).adding(slope, times: v.minimum(zero)).minimum(ceilings).store(out + c)
      c += 8
    }
    while c < channels {
      let rectified = (x[c] > 0 ? x[c] : 0) + slopes[c] * (x[c] < 0 ? x[c] : 0)
      out[c] = rectified < ceiling ? rectified : ceiling
      c += 1
    }
  }
}

/// v · min(max(v + 3, 0), 6) / 6 (Howard et al., "Searching for MobileNetV3", 2019, section 5.2).
public func hardSwish(
  count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
) {
  var i = 0
  while i < count {
    let v = loadUpTo8(input + i, count - i)
    let gate = (v + 3).maximum(SIMD8(repeating: 0)).minimum(SIMD8(repeating: 6))
    storeUpTo8(v * gate * (1 / 6), output + i, count - i)
    i += 8
  }
}

/// 1 / (1 + e⁻ᵛ), relative error below 4·10⁻⁷; `input` may be `output`.
public func logistic(
  count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
) {
  var i = 0
  while i < count {
    let v = loadUpTo8(input + i, count - i)
    storeUpTo8(1 / (1 + exponential(-v)), output + i, count - i)
    i += 8
  }
}

@inline(__always)
private func loadUpTo8(_ address: UnsafePointer<Float>, _ count: Int) -> SIMD8<Float> {
  if count >= 8 { return .load(address) }
  var v = SIMD8<Float>(repeating: 0)
  for i in 0..<count { v[i] = address[i] }
  return v
}

@inline(__always)
private func storeUpTo8(_ v: SIMD8<Float>, _ address: UnsafeMutablePointer<Float>, _ count: Int) {
  if count >= 8 {
    v.store(address)
  } else {
    for i in 0..<count { address[i] = v[i] }
  }
}

/// eˣ by 2ⁿ · eʳ, |r| ≤ ln 2 / 2, with a Taylor polynomial of degree 7; x is clamped to ±87.
@inline(__always)
private func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
  typealias V = SIMD8<Float>
  let clamped = x.maximum(V(repeating: -87)).minimum(V(repeating: 87))
  let magic = V(repeating: 12_582_912)  // 1.5 · 2²³: adding it rounds to an integer.
  let n = (clamped * 1.4426950409 + magic) - magic
  let r = clamped - n * 0.693145751953125 - n * 1.42860682030941723e-6
  var p = V(repeating: 1.0 / 5040)
  p = V(repeating: 1.0 / 720).adding(p, times: r)
  p = V(repeating: 1.0 / 120).adding(p, times: r)
  p = V(repeating: 1.0 / 24).adding(p, times: r)
  p = V(repeating: 1.0 / 6).adding(p, times: r)
  p = V(repeating: 0.5).adding(p, times: r)
  p = V(repeating: 1).adding(p, times: r)
  p = V(repeating: 1).adding(p, times: r)
  let exponent = (lanes_to_int8(n) &+ 127) &<< SIMD8<Int32>(repeating: 23)
  return p * unsafeBitCast(exponent, to: V.self)
}
