internal import CLanes

/// The backward pass over a strip's tiles: front to back again, recomputing what the forward pass
/// did, with D, the part of Σ weight · (gradient · colour) that lies behind, in hand.
///
/// With weights wᵢ = alphaᵢ Tᵢ and gᵢ = gradient · colourᵢ + gradient of alpha, L's derivative by
/// alphaᵢ is Tᵢ gᵢ − Dᵢ / (1 − alphaᵢ), Dᵢ = Σ wₖ gₖ over the splats k behind i.
///
/// - Parameters:
///   - sorted, instances, tileStarts, tileEnds: As after ``drawStrip``.
///   - width: The picture's; gradients beyond it count as zero.
///   - image: What ``drawStrip`` wrote.
///   - gradients: dL/d(premultiplied red, green, blue) and dL/d(alpha), laid out as the image.
///   - sums: `sumsStride` floats a splat of the strip; added to.
public func drawStripBackward(
  sorted: UnsafePointer<Float>, instances: UnsafePointer<UInt32>,
  tileStarts: UnsafePointer<Int32>, tileEnds: UnsafePointer<Int32>,
  left: Int, columns: Int, tileRows: Int, width: Int, height: Int,
  scratch: UnsafeMutablePointer<Float>, image: UnsafePointer<Float>,
  gradients: UnsafePointer<Float>, planeStride: Int, rowStride: Int,
  sums: UnsafeMutablePointer<Float>
) {
  let stateStride = 6 * Rows.scalarCount, lanes = Rows.scalarCount
  let zero = Lanes8(repeating: 0)
  for column in 0..<columns {
    let x = left + column * tileWidth
    let outside = pixelCenters + Float(x) .> Float(width)
    for row in 0..<tileRows {
      let tile = column * tileRows + row
      let count = Int(tileEnds[tile])
      if count == 0 { continue }
      let y = row * tileHeight
      for r in 0..<tileHeight {
        let s = scratch + r / rowsPerVector * stateStride + r % rowsPerVector * 8
        if y + r >= height {
          for i in 0..<6 { store(s, i * lanes, zero) }
          continue
        }
        let o = (y + r) * rowStride + x
        let red = load(gradients, o).replacing(with: zero, where: outside)
        let green = load(gradients, planeStride + o).replacing(with: zero, where: outside)
        let blue = load(gradients, 2 * planeStride + o).replacing(with: zero, where: outside)
        let alpha = load(gradients, 3 * planeStride + o).replacing(with: zero, where: outside)
        var behind = (1 - load(image, 3 * planeStride + o)) * alpha
        behind = fma(behind, load(image, o), red)
        behind = fma(behind, load(image, planeStride + o), green)
        behind = fma(behind, load(image, 2 * planeStride + o), blue)
        store(s, 0, Lanes8(repeating: 1))
        store(s, lanes, behind)
        store(s, 2 * lanes, red)
        store(s, 3 * lanes, green)
        store(s, 4 * lanes, blue)
        store(s, 5 * lanes, alpha)
      }
      let start = Int(tileStarts[tile])
      drawTileBackward(sorted, instances + start, count, Float(x), Float(y), scratch, sums)
    }
  }
}

/// One tile of the backward pass; its state is, for each vector of rows: T, D, and the gradients of
/// red, green, blue and alpha.
@inline(__always)
func drawTileBackward(
  _ sorted: UnsafePointer<Float>, _ instances: UnsafePointer<UInt32>, _ count: Int,
  _ left: Float, _ top: Float, _ state: FloatPointer, _ sums: FloatPointer
) {
  let lanes = Rows.scalarCount
  let stateStride = 6 * lanes
  let centers = pixelCenters + left
  let threshold = Rows(repeating: smallestLogAlpha)
  let zero = Rows(repeating: 0)
  let offsets = rowOffsets() + (top + 0.5)
  let step = Rows(repeating: Float(rowsPerVector))
  for k in 0..<count {
    let word = instances[k]
    let ahead = Int(instances[k + 4] >> 10)
    lanes_prefetch(sorted + recordStride * ahead)
    lanes_prefetch(sums + sumsStride * ahead)
    let q = sorted + recordStride * Int(word >> 10)
    let first = Int((word >> 5) & 31) / rowsPerVector, last = Int(word & 31) / rowsPerVector
    let dx = centers - q[0]
    let ax = repeatedInRows(fma(Lanes8(repeating: q[5]), dx * q[2], dx))
    let bx = repeatedInRows(dx * q[3])
    let c = Rows(repeating: q[4])
    let red = Rows(repeating: q[6]), green = Rows(repeating: q[7]), blue = Rows(repeating: q[8])
    var sum0 = zero, sum1 = zero, sum2 = zero
    var sumRed = zero, sumGreen = zero, sumBlue = zero
    var dy = offsets + (Float(first * rowsPerVector) - q[1])
    var s = state + stateStride * first
    let end = state + stateStride * last
    while s <= end {
      let exponent = fma(ax, dy, fma(bx, c, dy))
      let alpha = exp2(exponent).replacing(with: zero, where: exponent .< threshold)
      let transmittance = loadRows(s, 0)
      let weight = alpha * transmittance
      let gradientRed = loadRows(s, 2 * lanes), gradientGreen = loadRows(s, 3 * lanes)
      let gradientBlue = loadRows(s, 4 * lanes)
      var along = fma(loadRows(s, 5 * lanes), gradientRed, red)
      along = fma(fma(along, gradientGreen, green), gradientBlue, blue)
      sumRed = fma(sumRed, weight, gradientRed)
      sumGreen = fma(sumGreen, weight, gradientGreen)
      sumBlue = fma(sumBlue, weight, gradientBlue)
      let behind = fma(loadRows(s, lanes), -weight, along)
      storeRows(s, lanes, behind)
      storeRows(s, 0, transmittance - weight)
      let derivative = fma(transmittance * along, -behind, reciprocal(1 - alpha))
      let h = alpha * derivative
      let hy = h * dy
      sum0 += h
      sum1 += hy
      sum2 = fma(sum2, hy, dy)
      s += stateStride
      dy += step
    }
    let h = addedOverRows(sum0), hy = addedOverRows(sum1)
    let hx = h * dx
    let total = lanes_sums8(
      h, hx, hx * dx, hy, hy * dx, addedOverRows(sum2), addedOverRows(sumRed),
      addedOverRows(sumGreen))
    let d = sums + sumsStride * Int(word >> 10)
    store(d, 0, load(d, 0) + total)
    d[8] += lanes_sum8(addedOverRows(sumBlue))
  }
}
