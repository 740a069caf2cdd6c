internal import CLanes

// Structural similarity of luma (Wang et al., "Image quality assessment", 2004): windows of 11 taps
// with σ = 1.5, zero beyond the picture, C₁ = 0.01², C₂ = 0.03².
//
//     S = (2 μx μy + C₁) (2 P − 2 μx μy + C₂) / ((μx² + μy² + C₁) (Q − μx² − μy² + C₂))
//
// with P = E[xy] and Q = E[x² + y²] under the window. By x, S's derivative is the blurred
// ∂S/∂μx + 2x · blurred ∂S/∂Q + y · blurred ∂S/∂P.

/// Rows of a picture's margin that a window reaches.
private let reach = 5
/// Zeros kept before and after each row of scratch memory.
private let margin = 8

/// Floats of scratch memory that ``structureRows`` needs for rows of `rowStride` floats.
public func structureScratchCount(rowStride: Int) -> Int {
  (4 * 16 + 4) * (rowStride + 2 * margin)
}

/// exp(−k² / 4.5), normalised.
@inline(__always)
private func tap(_ k: Int) -> Float {
  switch k {
  case 0: 0.26601171
  case 1: 0.21300554
  case 2: 0.10936069
  case 3: 0.03600077
  case 4: 0.00759876
  default: 0.00102838
  }
}

/// The window applied along a direction `step` floats apart.
@inline(__always)
private func blur(_ p: UnsafePointer<Float>, _ step: Int) -> Lanes8 {
  var v = load(p, 0) * tap(0)
  v = fma(v, load(p, step) + load(p, -step), Lanes8(repeating: tap(1)))
  v = fma(v, load(p, 2 * step) + load(p, -2 * step), Lanes8(repeating: tap(2)))
  v = fma(v, load(p, 3 * step) + load(p, -3 * step), Lanes8(repeating: tap(3)))
  v = fma(v, load(p, 4 * step) + load(p, -4 * step), Lanes8(repeating: tap(4)))
  return fma(v, load(p, 5 * step) + load(p, -5 * step), Lanes8(repeating: tap(5)))
}

/// The window applied across the 16 rows of a ring, about row `y`.
@inline(__always)
private func blurRing(_ p: UnsafePointer<Float>, _ stride: Int, _ y: Int) -> Lanes8 {
  @inline(__always)
  func row(_ k: Int) -> Lanes8 { load(p, ((y + k) & 15) * stride) }
  var v = row(0) * tap(0)
  v = fma(v, row(1) + row(-1), Lanes8(repeating: tap(1)))
  v = fma(v, row(2) + row(-2), Lanes8(repeating: tap(2)))
  v = fma(v, row(3) + row(-3), Lanes8(repeating: tap(3)))
  v = fma(v, row(4) + row(-4), Lanes8(repeating: tap(4)))
  return fma(v, row(5) + row(-5), Lanes8(repeating: tap(5)))
}

/// Structural similarity of the rows `from..<to`, and the maps that its gradient needs.
///
/// - Parameters:
///   - x, y: Luma of the two pictures, rows `rowStride` floats apart (a multiple of 8).
///   - weights: A weight for each pixel, laid out alike, or nil for 1.
///   - maps: Three planes, `planeStride` apart, laid out alike: weight · ∂S/∂μx, ∂S/∂Q and ∂S/∂P,
///     blurred along rows; the rows `from..<to` are written.
///   - scratch: ``structureScratchCount`` floats.
/// - Returns: Σ weight · (1 − S).
public func structureRows(
  x: UnsafePointer<Float>, y: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
  width: Int, height: Int, rowStride: Int, from: Int, to: Int,
  maps: UnsafeMutablePointer<Float>, planeStride: Int, scratch: UnsafeMutablePointer<Float>
) -> Double {
  let stride = rowStride + 2 * margin
  let ring = 16 * stride
  let lines = scratch + 4 * ring + margin
  (scratch + 4 * ring).update(repeating: 0, count: 4 * stride)
  var total = 0.0
  for source in (from - reach)..<(to + reach) {
    let slot = scratch + margin + (source & 15) * stride
    if source < 0 || source >= height {
      for m in 0..<4 { (slot + m * ring).update(repeating: 0, count: rowStride) }
    } else {
      var i = 0
      while i < rowStride {
        let inside = laneIndices + Float(i) .< Float(width)
        let zero = Lanes8(repeating: 0)
        let a = zero.replacing(with: load(x, source * rowStride + i), where: inside)
        let b = zero.replacing(with: load(y, source * rowStride + i), where: inside)
        store(lines, i, a)
        store(lines, stride + i, b)
        store(lines, 2 * stride + i, fma(a * a, b, b))
        store(lines, 3 * stride + i, a * b)
        i += 8
      }
      for m in 0..<4 {
        var i = 0
        while i < rowStride {
          store(slot, m * ring + i, blur(lines + m * stride + i, 1))
          i += 8
        }
      }
    }
    let row = source - reach
    if row < from { continue }
    var sum = Lanes8(repeating: 0)
    var i = 0
    while i < rowStride {
      let p = scratch + margin + i
      let mx = blurRing(p, stride, row), my = blurRing(p + ring, stride, row)
      let q = blurRing(p + 2 * ring, stride, row), xy = blurRing(p + 3 * ring, stride, row)
      let product = mx * my, squares = fma(mx * mx, my, my)
      let a1 = product * 2 + 1e-4, a2 = (xy - product) * 2 + 9e-4
      let b1 = squares + 1e-4, b2 = q - squares + 9e-4
      let inverse = 1 / (b1 * b2)
      let s = a1 * a2 * inverse
      let zero = Lanes8(repeating: 0)
      var weight = Lanes8(repeating: 1)
      if let weights { weight = load(weights, row * rowStride + i) }
      weight = zero.replacing(with: weight, where: laneIndices + Float(i) .< Float(width))
      sum = fma(sum, 1 - s, weight)
      // 1/B₂ − 1/B₁ and 1/B₂ without further divisions.
      let difference = (b1 - b2) * inverse
      let byMean = fma(my * (a2 - a1) * inverse, mx * s, difference) * 2
      store(lines, i, byMean * weight)
      store(lines, stride + i, -s * b1 * inverse * weight)
      store(lines, 2 * stride + i, a1 * inverse * 2 * weight)
      i += 8
    }
    total += Double(lanes_sum8(sum))
    for m in 0..<3 {
      var i = 0
      let out = maps + m * planeStride + row * rowStride
      while i < rowStride {
        store(out, i, blur(lines + m * stride + i, 1))
        i += 8
      }
    }
  }
  return total
}

/// The gradient of Σ weight · S by x, for the rows `from..<to`, from ``structureRows``'s maps.
///
/// - Parameter gradient: A plane laid out as x; written.
public func structureGradientRows(
  x: UnsafePointer<Float>, y: UnsafePointer<Float>, height: Int, rowStride: Int, from: Int,
  to: Int, maps: UnsafePointer<Float>, planeStride: Int, gradient: UnsafeMutablePointer<Float>
) {
  for row in from..<to {
    let whole = row >= reach && row + reach < height
    var i = 0
    while i < rowStride {
      let o = row * rowStride + i
      var byMean = Lanes8(repeating: 0), byQ = byMean, byP = byMean
      if whole {
        byMean = blur(maps + o, rowStride)
        byQ = blur(maps + planeStride + o, rowStride)
        byP = blur(maps + 2 * planeStride + o, rowStride)
      } else {
        for k in max(-reach, -row)...min(reach, height - 1 - row) {
          let t = Lanes8(repeating: tap(abs(k)))
          byMean = fma(byMean, load(maps, o + k * rowStride), t)
          byQ = fma(byQ, load(maps, planeStride + o + k * rowStride), t)
          byP = fma(byP, load(maps, 2 * planeStride + o + k * rowStride), t)
        }
      }
      store(gradient, o, fma(fma(byMean, load(x, o) * 2, byQ), load(y, o), byP))
      i += 8
    }
  }
}
