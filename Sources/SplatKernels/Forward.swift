internal import CLanes

/// Draws a strip's tiles, front to back.
///
/// - Parameters:
///   - sorted: The strip's records.
///   - instances: As ``fillTiles`` left them; 16 readable numbers follow the last.
///   - tileStarts: For each tile, by columns, its first instance; one more number ends the last.
///   - tileEnds: For each tile the instances drawn before it was opaque; written.
///   - opaque: The transmittance below which a tile is finished.
///   - scratch: `tileScratchCount` floats.
///   - image: Planes red, green, blue (premultiplied) and transmittance, `planeStride` apart, rows
///     `rowStride` floats apart, of which the strip's `8 × columns` are written.
/// - Returns: The 8-pixel rows of splats evaluated.
public func drawStrip(
  sorted: UnsafePointer<Float>, instances: UnsafePointer<UInt32>,
  tileStarts: UnsafePointer<Int32>, tileEnds: UnsafeMutablePointer<Int32>,
  left: Int, columns: Int, tileRows: Int, height: Int, opaque: Float,
  scratch: UnsafeMutablePointer<Float>, image: UnsafeMutablePointer<Float>, planeStride: Int,
  rowStride: Int
) -> Int {
  let stateStride = 4 * Rows.scalarCount
  var evaluated = 0
  for column in 0..<columns {
    for row in 0..<tileRows {
      let tile = column * tileRows + row
      let x = left + column * tileWidth, y = row * tileHeight
      let start = Int(tileStarts[tile]), end = Int(tileStarts[tile + 1])
      let rows = min(tileHeight, height - y)
      let pixels = image + y * rowStride + x
      if start == end {
        tileEnds[tile] = 0
        for r in 0..<rows {
          for plane in 0..<4 {
            store(
              pixels, plane * planeStride + r * rowStride, Lanes8(repeating: plane == 3 ? 1 : 0))
          }
        }
        continue
      }
      let zero = Rows(repeating: 0)
      for v in 0..<vectorsPerTile {
        let s = scratch + v * stateStride
        // Rows below the picture count as opaque.
        storeRows(s, 0, Rows(repeating: v * rowsPerVector < rows ? 1 : 0))
        storeRows(s, Rows.scalarCount, zero)
        storeRows(s, 2 * Rows.scalarCount, zero)
        storeRows(s, 3 * Rows.scalarCount, zero)
      }
      let used = drawTile(
        sorted, instances + start, end - start, Float(x), Float(y), opaque, scratch, &evaluated)
      tileEnds[tile] = Int32(truncatingIfNeeded: used)
      for r in 0..<rows {
        let s = scratch + r / rowsPerVector * stateStride + r % rowsPerVector * 8
        let o = r * rowStride
        store(pixels, o, load(s, Rows.scalarCount))
        store(pixels, planeStride + o, load(s, 2 * Rows.scalarCount))
        store(pixels, 2 * planeStride + o, load(s, 3 * Rows.scalarCount))
        store(pixels, 3 * planeStride + o, load(s, 0))
      }
    }
  }
  return evaluated
}

/// Blends one tile's instances into its state: for each vector of rows T, red, green, blue.
@inline(__always)
func drawTile(
  _ sorted: UnsafePointer<Float>, _ instances: UnsafePointer<UInt32>, _ count: Int,
  _ left: Float, _ top: Float, _ opaque: Float, _ state: FloatPointer, _ evaluated: inout Int
) -> Int {
  let stateStride = 4 * Rows.scalarCount
  let centers = pixelCenters + left
  let threshold = Rows(repeating: smallestLogAlpha)
  let zero = Rows(repeating: 0)
  let offsets = rowOffsets() + (top + 0.5)
  let step = Rows(repeating: Float(rowsPerVector))
  var k = 0
  var rows = 0
  while k < count {
    let stop = min(count, k + 16)
    while k < stop {
      let word = instances[k]
      lanes_prefetch(sorted + recordStride * Int(instances[k + 4] >> 10))
      k += 1
      let q = sorted + recordStride * Int(word >> 10)
      let first = Int((word >> 5) & 31) / rowsPerVector, last = Int(word & 31) / rowsPerVector
      rows &+= last &- first &+ 1
      let dx = centers - q[0]
      let ax = repeatedInRows(fma(Lanes8(repeating: q[5]), dx * q[2], dx))
      let bx = repeatedInRows(dx * q[3])
      let c = Rows(repeating: q[4])
      let red = Rows(repeating: q[6]), green = Rows(repeating: q[7]), blue = Rows(repeating: q[8])
      var dy = offsets + (Float(first * rowsPerVector) - q[1])
      var s = state + stateStride * first
      let end = state + stateStride * last
      while s <= end {
        let exponent = fma(ax, dy, fma(bx, c, dy))
        let alpha = exp2(exponent).replacing(with: zero, where: exponent .< threshold)
        let transmittance = loadRows(s, 0)
        let weight = alpha * transmittance
        storeRows(s, 0, transmittance - weight)
        storeRows(s, Rows.scalarCount, fma(loadRows(s, Rows.scalarCount), weight, red))
        storeRows(s, 2 * Rows.scalarCount, fma(loadRows(s, 2 * Rows.scalarCount), weight, green))
        storeRows(s, 3 * Rows.scalarCount, fma(loadRows(s, 3 * Rows.scalarCount), weight, blue))
        s += stateStride
        dy += step
      }
    }
    var clearest = loadRows(state, 0)
    for v in 1..<vectorsPerTile { clearest = maximum(clearest, loadRows(state, v * stateStride)) }
    if !any(clearest .> Rows(repeating: opaque)) { break }
  }
  evaluated &+= rows &* rowsPerVector
  return k
}
