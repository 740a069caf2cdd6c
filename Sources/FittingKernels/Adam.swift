internal import CLanes

/// One step of Adam (Kingma & Ba, 2015) on a flat array.
///
///     m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²
///     p ← decay · p − rate · (m / c₁) / (√(v / c₂) + ε)
///
/// - Parameters:
///   - correction1, correction2: c₁ = 1 − β₁ᵗ and c₂ = 1 − β₂ᵗ at step t, counted from 1.
public func adamStep(
  parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
  first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int,
  rate: Float, beta1: Float, beta2: Float, correction1: Float, correction2: Float, decay: Float,
  epsilon: Float
) {
  let step = rate / correction1, inverse2 = 1 / correction2
  let beta1s = Lanes8(repeating: beta1), beta2s = Lanes8(repeating: beta2)
  var i = 0
  while i + 8 <= count {
    let g = load(gradients, i)
    let m = fma(g * (1 - beta1), load(first, i), beta1s)
    let v = fma(g * g * (1 - beta2), load(second, i), beta2s)
    store(first, i, m)
    store(second, i, v)
    store(
      parameters, i, load(parameters, i) * decay - m * step / (lanes_sqrt8(v * inverse2) + epsilon))
    i += 8
  }
  while i < count {
    let g = gradients[i]
    let m = first[i] * beta1 + g * (1 - beta1)
    let v = second[i] * beta2 + g * g * (1 - beta2)
    first[i] = m
    second[i] = v
    parameters[i] =
      parameters[i] * decay - m * step / ((v * inverse2).squareRoot() + epsilon)
    i += 1
  }
}

/// Attributes of the splats `from..<to` for one code: attributes = base + B · code.
///
/// - Parameters:
///   - base: `attributeCount` numbers a splat.
///   - basis: `attributeCount × codeCount` numbers a splat; `codeCount` is a multiple of 8.
///   - attributes: `attributeStride` numbers a splat, of which the first `attributeCount` are
///     written.
public func blendAttributes(
  base: UnsafePointer<Float>, basis: UnsafePointer<Float>, code: UnsafePointer<Float>,
  attributeCount: Int, codeCount: Int, from: Int, to: Int,
  attributes: UnsafeMutablePointer<Float>, attributeStride: Int
) {
  for splat in from..<to {
    var row = basis + splat * attributeCount * codeCount
    let own = base + splat * attributeCount, out = attributes + splat * attributeStride
    for j in 0..<attributeCount {
      var sum = load(row, 0) * load(code, 0)
      var k = 8
      while k < codeCount {
        sum = fma(sum, load(row, k), load(code, k))
        k += 8
      }
      out[j] = own[j] + lanes_sum8(sum)
      row += codeCount
    }
  }
}

/// The backward pass of ``blendAttributes`` with Adam in the same breath, so that the basis'
/// gradient, which for a splat is (gradient by attributes) ⊗ code, is never written down.
///
///     dL/dcode += Σⱼ gⱼ Bⱼ        Bⱼ ← Adam(Bⱼ, gⱼ · code)
///
/// Splats whose gradients are all zero, which the frame did not show, are left alone.
///
/// - Parameters:
///   - first, second: Moments, as large as the basis.
///   - gradients: `gradientStride` numbers a splat.
///   - rates: The learning rate of each attribute's row.
///   - codeGradient: `codeCount` numbers; added to. The basis before its step is what counts.
public func updateBasis(
  basis: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
  second: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, gradientStride: Int,
  code: UnsafePointer<Float>, rates: UnsafePointer<Float>, attributeCount: Int, codeCount: Int,
  from: Int, to: Int, beta1: Float, beta2: Float, correction1: Float, correction2: Float,
  decay: Float, epsilon: Float, codeGradient: UnsafeMutablePointer<Float>
) {
  let inverse1 = 1 / correction1, inverse2 = 1 / correction2
  let beta1s = Lanes8(repeating: beta1), beta2s = Lanes8(repeating: beta2)
  for splat in from..<to {
    let g = gradients + splat * gradientStride
    var shown = false
    for j in 0..<attributeCount where g[j] != 0 { shown = true }
    if !shown { continue }
    let start = splat * attributeCount * codeCount
    for k in stride(from: 0, to: codeCount, by: 8) {
      let c = load(code, k)
      let c1 = c * (1 - beta1), c2 = c * c * (1 - beta2)
      var byCode = load(codeGradient, k)
      var o = start + k
      for j in 0..<attributeCount {
        let gradient = g[j]
        let b = load(basis, o)
        byCode = fma(byCode, b, Lanes8(repeating: gradient))
        let m = fma(c1 * gradient, load(first, o), beta1s)
        let v = fma(c2 * (gradient * gradient), load(second, o), beta2s)
        store(first, o, m)
        store(second, o, v)
        let step = m * (rates[j] * inverse1) / (lanes_sqrt8(v * inverse2) + epsilon)
        store(basis, o, b * decay - step)
        o += codeCount
      }
      store(codeGradient, k, byCode)
    }
  }
}

/// The backward pass of ``blendAttributes`` by the code alone: dL/dcode += Σ gⱼ Bⱼ.
public func addCodeGradient(
  basis: UnsafePointer<Float>, gradients: UnsafePointer<Float>, gradientStride: Int,
  attributeCount: Int, codeCount: Int, from: Int, to: Int,
  codeGradient: UnsafeMutablePointer<Float>
) {
  for splat in from..<to {
    let g = gradients + splat * gradientStride
    for k in stride(from: 0, to: codeCount, by: 8) {
      var byCode = load(codeGradient, k)
      var o = splat * attributeCount * codeCount + k
      for j in 0..<attributeCount {
        byCode = fma(byCode, load(basis, o), Lanes8(repeating: g[j]))
        o += codeCount
      }
      store(codeGradient, k, byCode)
    }
  }
}
