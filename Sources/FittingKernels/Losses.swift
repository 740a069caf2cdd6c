internal import CLanes

/// Luma of two pictures over one background, at full or half size.
///
/// - Parameters:
///   - rendered, target: Planes red, green, blue (premultiplied) and transmittance, `planeStride`
///     apart, rows `rowStride` floats apart.
///   - weights: A weight for each pixel, or nil.
///   - half: Average 2 × 2 pixels.
///   - from, to: Rows of the result, of `width` pixels, `outStride` floats apart.
public func lumaRows(
  rendered: UnsafePointer<Float>, target: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
  planeStride: Int, rowStride: Int, red: Float, green: Float, blue: Float, half: Bool,
  from: Int, to: Int, outStride: Int, x: UnsafeMutablePointer<Float>,
  y: UnsafeMutablePointer<Float>, outWeights: UnsafeMutablePointer<Float>
) {
  let background = 0.299 * red + 0.587 * green + 0.114 * blue
  @inline(__always)
  func pixel(_ p: UnsafePointer<Float>, _ o: Int) -> Lanes8 {
    fma(
      luma(load(p, o), load(p, planeStride + o), load(p, 2 * planeStride + o)),
      load(p, 3 * planeStride + o), Lanes8(repeating: background))
  }
  for row in from..<to {
    let out = row * outStride
    if !half {
      var i = 0
      while i < outStride {
        store(x, out + i, pixel(rendered, row * rowStride + i))
        store(y, out + i, pixel(target, row * rowStride + i))
        i += 8
      }
      continue
    }
    let a = 2 * row * rowStride, b = a + rowStride
    var i = 0
    // The result's rows may be padded beyond half the source's.
    while i < min(outStride, rowStride / 2) {
      let j = 2 * i
      let up = lanes_pair_sums8(pixel(rendered, a + j), pixel(rendered, a + j + 8))
      let down = lanes_pair_sums8(pixel(rendered, b + j), pixel(rendered, b + j + 8))
      store(x, out + i, (up + down) * 0.25)
      let up2 = lanes_pair_sums8(pixel(target, a + j), pixel(target, a + j + 8))
      let down2 = lanes_pair_sums8(pixel(target, b + j), pixel(target, b + j + 8))
      store(y, out + i, (up2 + down2) * 0.25)
      if let weights {
        let upper = lanes_pair_sums8(load(weights, a + j), load(weights, a + j + 8))
        let lower = lanes_pair_sums8(load(weights, b + j), load(weights, b + j + 8))
        store(outWeights, out + i, (upper + lower) * 0.25)
      }
      i += 8
    }
  }
}

/// Differences of two pictures over one background, pixel by pixel, and the gradient of their sum.
///
///     L = Σ weight · (absolute · |d| + square · d²) over three channels
///       + Σ weight · alphaSquare · (alpha − target alpha)² + structure's gradient, given
///
/// with d = (rendered − target) + background · (transmittance − target transmittance).
///
/// - Parameters:
///   - structure: dL/d(luma) at full or half size, or nil; `structureScale` multiplies it.
///   - gradient: dL/d(premultiplied red, green, blue) and dL/d(alpha), laid out as `rendered`;
///     the rows `from..<to` are written.
///   - sums: Σ weight |d|, Σ weight d², Σ weight (alpha − target alpha)²; added to.
public func lossRows(
  rendered: UnsafePointer<Float>, target: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
  planeStride: Int, rowStride: Int, width: Int, from: Int, to: Int,
  red: Float, green: Float, blue: Float, absolute: Float, square: Float, alphaSquare: Float,
  structure: UnsafePointer<Float>?, structureStride: Int, structureWidth: Int,
  structureHeight: Int, half: Bool, structureScale: Float,
  gradient: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Double>
) {
  let zero = Lanes8(repeating: 0)
  for row in from..<to {
    var sum1 = zero, sum2 = zero, sumAlpha = zero
    let structureRow = half ? row / 2 : row
    var i = 0
    while i < rowStride {
      let o = row * rowStride + i
      var weight = Lanes8(repeating: 1)
      if let weights { weight = load(weights, o) }
      let inside = laneIndices + Float(i) .< Float(width)
      weight = zero.replacing(with: weight, where: inside)
      let byAlpha = zero.replacing(
        with: load(target, 3 * planeStride + o) - load(rendered, 3 * planeStride + o),
        where: inside)
      sumAlpha = fma(sumAlpha, byAlpha * byAlpha, weight)

      var byLuma = zero
      if let structure, structureRow < structureHeight {
        let p = structure + structureRow * structureStride
        if half {
          let v = load(p, i / 16 * 8)
          byLuma = i & 8 == 0 ? lanes_twice_low8(v) : lanes_twice_high8(v)
          byLuma *= 0.25 * structureScale
          byLuma = zero.replacing(
            with: byLuma, where: laneIndices + Float(i) .< Float(2 * structureWidth))
        } else {
          byLuma = load(p, i) * structureScale
          byLuma = zero.replacing(with: byLuma, where: inside)
        }
      }
      @inline(__always)
      func channel(_ c: Int, _ background: Float, _ share: Float) -> Lanes8 {
        let own = load(rendered, c * planeStride + o) - load(target, c * planeStride + o)
        let d = fma(
          zero.replacing(with: own, where: inside), -byAlpha, Lanes8(repeating: background))
        let s = sign(d)
        sum1 = fma(sum1, d * s, weight)
        sum2 = fma(sum2, d * d, weight)
        let g = fma(
          fma(s * absolute, d, Lanes8(repeating: 2 * square)) * weight, byLuma,
          Lanes8(repeating: share))
        store(gradient, c * planeStride + o, g)
        return g * background
      }
      let behind =
        channel(0, red, 0.299) + channel(1, green, 0.587) + channel(2, blue, 0.114)
      store(gradient, 3 * planeStride + o, byAlpha * weight * (2 * alphaSquare) - behind)
      i += 8
    }
    sums[0] += Double(lanes_sum8(sum1))
    sums[1] += Double(lanes_sum8(sum2))
    sums[2] += Double(lanes_sum8(sumAlpha))
  }
}
