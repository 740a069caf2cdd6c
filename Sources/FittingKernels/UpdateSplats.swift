import CLanes

@inline(__always)
func multiplyAdd(_ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>) -> SIMD8<Float> {
  #if HAS_FMA
    c.addingProduct(a, b)
  #else
    a * b + c
  #endif
}

@inline(__always)
func load8(_ p: UnsafePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self)
}

@inline(__always)
func store8(_ p: UnsafeMutablePointer<Float>, _ v: SIMD8<Float>) {
  UnsafeMutableRawPointer(p).storeBytes(of: v, as: SIMD8<Float>.self)
}

/// The gradient of the code: `codeGradient[k] += Σ attributeGradient[splat][row] · basis[…][k]`.
public func accumulateCodeGradient(
  from: Int, to: Int, groupStart: Int, firstRow: Int, codeLength: Int,
  attributeGradients: UnsafePointer<Float>, basis: UnsafePointer<Float>,
  codeGradient: UnsafeMutablePointer<Float>
) {
  let rows = 14 - firstRow
  for i in from..<to {
    let g = attributeGradients + 16 * i
    if g[10] == 0 && g[11] == 0 { continue }
    var row = basis + (i - groupStart) * rows * codeLength
    for j in firstRow..<14 {
      let gj = SIMD8<Float>(repeating: g[j])
      var k = 0
      while k < codeLength {
        store8(codeGradient + k, multiplyAdd(load8(row + k), gj, load8(codeGradient + k)))
        k += 8
      }
      row += codeLength
    }
  }
}

/// One step of Adam on the splats `from..<to` of a group and on their bases, and the gradient of
/// the code before the step.
///
/// A basis has gradient `g_j · code[k]`, never stored: its first moment is kept in full, its second
/// moment factorises into the row's (`baseVariance[j]`, the mean of g_j²) times the code's
/// (`inverseCodeDeviation[k]` = 1 / √mean(code[k]²)). Splats without a gradient are left alone.
///
/// - Parameters:
///   - rates: 14 learning rates; those of the bases are `basisRate` times them.
///   - pulls: 14 gradients per unit of distance from `initialBase`.
///   - momentCorrection, varianceCorrection: `1 / (1 − βᵗ)`.
///   - decay: factor on the bases each step.
///   - largestLogScale: rows 7…9 are kept at most this.
public func updateSplats(
  from: Int, to: Int, groupStart: Int, firstRow: Int, codeLength: Int,
  code: UnsafePointer<Float>, inverseCodeDeviation: UnsafePointer<Float>,
  attributeGradients: UnsafePointer<Float>,
  base: UnsafeMutablePointer<Float>, baseMoment: UnsafeMutablePointer<Float>,
  baseVariance: UnsafeMutablePointer<Float>, initialBase: UnsafePointer<Float>,
  basis: UnsafeMutablePointer<Float>, basisMoment: UnsafeMutablePointer<Float>,
  rates: UnsafePointer<Float>, basisRate: Float, pulls: UnsafePointer<Float>,
  momentCorrection: Float, varianceCorrection: Float, epsilon: Float, decay: Float,
  largestLogScale: Float, codeGradient: UnsafeMutablePointer<Float>
) {
  let beta1: Float = 0.9, beta2: Float = 0.99
  let rows = 14 - firstRow
  for i in from..<to {
    let g = attributeGradients + 16 * i
    if g[10] == 0 && g[11] == 0 { continue }
    let b = base + 14 * i, m = baseMoment + 14 * i, v = baseVariance + 14 * i
    let b0 = initialBase + 14 * i
    var offset = (i - groupStart) * rows * codeLength
    for j in 0..<14 {
      let gj = g[j]
      let variance = v[j] * beta2 + gj * gj * (1 - beta2)
      v[j] = variance
      let deviation = (variance * varianceCorrection).squareRoot() + epsilon
      if j >= firstRow {
        let rate = rates[j] * basisRate * momentCorrection / deviation
        let g8 = SIMD8<Float>(repeating: gj), fresh = SIMD8<Float>(repeating: gj * (1 - beta1))
        let r8 = SIMD8<Float>(repeating: rate), d8 = SIMD8<Float>(repeating: decay)
        var k = 0
        while k < codeLength {
          let w = load8(basis + offset + k)
          store8(codeGradient + k, multiplyAdd(w, g8, load8(codeGradient + k)))
          let moment = multiplyAdd(load8(code + k), fresh, load8(basisMoment + offset + k) * beta1)
          store8(basisMoment + offset + k, moment)
          store8(basis + offset + k, w * d8 - moment * (load8(inverseCodeDeviation + k) * r8))
          k += 8
        }
        offset += codeLength
      }
      let pulled = gj + pulls[j] * (b[j] - b0[j])
      m[j] = m[j] * beta1 + pulled * (1 - beta1)
      b[j] -= rates[j] * (m[j] * momentCorrection) / deviation
    }
    for j in 7..<10 where b[j] > largestLogScale { b[j] = largestLogScale }
  }
}
