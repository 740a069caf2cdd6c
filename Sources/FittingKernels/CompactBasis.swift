internal import CLanes

// BFloat16 numbers: the upper half of a Float's bits.

@inline(__always)
private func loadShort(_ p: UnsafePointer<UInt16>, _ i: Int) -> Lanes8 {
  let bits = UnsafeRawPointer(p + i).loadUnaligned(as: SIMD8<UInt16>.self)
  return unsafeBitCast(SIMD8<UInt32>(truncatingIfNeeded: bits) &<< 16, to: Lanes8.self)
}

/// Rounds to nearest, ties to even.
@inline(__always)
private func storeShort(_ p: UnsafeMutablePointer<UInt16>, _ i: Int, _ v: Lanes8) {
  let bits = unsafeBitCast(v, to: SIMD8<UInt32>.self)
  let rounded = (bits &+ 0x7FFF &+ ((bits &>> 16) & 1)) &>> 16
  UnsafeMutableRawPointer(p + i).storeBytes(
    of: SIMD8<UInt16>(truncatingIfNeeded: rounded), as: SIMD8<UInt16>.self)
}

/// ``updateBasis`` with half the memory traffic: first moments are BFloat16, and the second moment
/// of gⱼ cₖ is the product of a moment of gⱼ, kept for each splat and attribute, and one of cₖ,
/// kept once (the factored second moment of Shazeer & Stern, "Adafactor", 2018; exact where
/// gradient and code are independent).
///
/// - Parameters:
///   - first: BFloat16 moments, as many as the basis has values.
///   - second: Moments of gⱼ²; `attributeCount` a splat.
///   - codeScale: For each code number √(mean of cₖ² so far), bias-corrected; the caller's.
///   - correction1, correction2: As in ``updateBasis``, for first and second moments.
public func updateBasisCompact(
  basis: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<UInt16>,
  second: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, gradientStride: Int,
  code: UnsafePointer<Float>, codeScale: UnsafePointer<Float>, rates: UnsafePointer<Float>,
  attributeCount: Int, codeCount: Int, from: Int, to: Int, beta1: Float, beta2: Float,
  correction1: Float, correction2: Float, decay: Float, epsilon: Float,
  codeGradient: UnsafeMutablePointer<Float>
) {
  let inverse1 = 1 / correction1, inverse2 = 1 / correction2
  let beta1s = Lanes8(repeating: beta1), epsilons = Lanes8(repeating: epsilon)
  // Safe because the allocation holds a number for each attribute and outlives the closure's use.
  withUnsafeTemporaryAllocation(of: Float.self, capacity: attributeCount) { spread in
    for splat in from..<to {
      let g = gradients + splat * gradientStride
      var shown = false
      for j in 0..<attributeCount where g[j] != 0 { shown = true }
      if !shown { continue }
      let own = second + splat * attributeCount
      for j in 0..<attributeCount {
        own[j] = own[j] * beta2 + g[j] * g[j] * (1 - beta2)
        spread[j] = (own[j] * inverse2).squareRoot()
      }
      let start = splat * attributeCount * codeCount
      for k in stride(from: 0, to: codeCount, by: 8) {
        let c1 = load(code, k) * (1 - beta1), scale = load(codeScale, k)
        var byCode = load(codeGradient, k)
        var o = start + k
        for j in 0..<attributeCount {
          let gradient = g[j]
          let b = load(basis, o)
          byCode = fma(byCode, b, Lanes8(repeating: gradient))
          let m = fma(c1 * gradient, loadShort(first, o), beta1s)
          storeShort(first, o, m)
          let step =
            m * (rates[j] * inverse1) / fma(epsilons, scale, Lanes8(repeating: spread[j]))
          store(basis, o, b * decay - step)
          o += codeCount
        }
        store(codeGradient, k, byCode)
      }
    }
  }
}
