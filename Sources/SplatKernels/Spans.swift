internal import CLanes

/// Copies a strip's records in depth order, and finds the rows that each covers in each 8-pixel
/// column of the strip: those with a pixel centre inside the ellipse alpha ≥ 1/255, and at most
/// one more at either end.
///
/// - Parameters:
///   - entries: The strip's, sorted.
///   - base: The place of the strip's first entry among all strips' entries.
///   - positions: For each occurrence its place; written.
///   - sorted: The strip's records; written, with space for 8 more.
///   - spans: Two numbers a span: splat << 10 | column of the strip, last row << 16 | first row.
///     Space for 2 × (count + 8) × columns.
///   - tileCounts: For each column `tileRows + 1` numbers, whose running sums count the spans that
///     touch each tile; written.
/// - Returns: The number of spans.
public func findSpans(
  entries: UnsafePointer<UInt64>, count: Int, base: Int, splats: UnsafePointer<UInt32>,
  records: UnsafePointer<Float>, positions: UnsafeMutablePointer<Int32>,
  sorted: UnsafeMutablePointer<Float>, left: Int, columns: Int, tileRows: Int, height: Int,
  spans: UnsafeMutablePointer<UInt32>, tileCounts: UnsafeMutablePointer<Int32>
) -> Int {
  tileCounts.update(repeating: 0, count: columns * (tileRows + 1))
  var out = spans
  withUnsafeTemporaryAllocation(byteCount: 128 * 4, alignment: 64) { raw in
    // Safe because the allocation holds 128 floats and lives as long as the closure.
    let fields = raw.baseAddress!.bindMemory(to: Float.self, capacity: 128)
    var i = 0
    while i < count {
      let group = min(8, count - i)
      for lane in 0..<group {
        let ahead = Int(truncatingIfNeeded: entries[min(i + lane + 8, count - 1)] & 0xFFFF_FFFF)
        lanes_prefetch(records + recordStride * Int(splats[ahead]))
        let occurrence = Int(truncatingIfNeeded: entries[i + lane] & 0xFFFF_FFFF)
        positions[occurrence] = Int32(truncatingIfNeeded: base + i + lane)
        let q = records + recordStride * Int(splats[occurrence])
        store(sorted, recordStride * (i + lane), load(q, 0))
        store(sorted, recordStride * (i + lane) + 8, load(q, 8))
      }
      // Lanes beyond the last splat repeat what lies there, and are not counted.
      lanes_transpose8(sorted + recordStride * i, recordStride, fields, 8)
      lanes_transpose8(sorted + recordStride * i + 8, recordStride, fields + 64, 8)
      out = findSpans8(
        fields, i, group, left, columns, tileRows, height, out, tileCounts)
      i += 8
    }
  }
  return (out - spans) / 2
}

/// The spans of eight splats, whose records lie transposed in `f`.
@inline(__always)
private func findSpans8(
  _ f: UnsafePointer<Float>, _ start: Int, _ group: Int, _ left: Int, _ columns: Int,
  _ tileRows: Int, _ height: Int, _ spans: UnsafeMutablePointer<UInt32>,
  _ tileCounts: UnsafeMutablePointer<Int32>
) -> UnsafeMutablePointer<UInt32> {
  typealias Bits = SIMD8<Int32>
  let zero = Lanes8(repeating: 0)
  let x = load(f, 0), y = load(f, 8), halfWidth = load(f, 72), halfHeight = load(f, 80)
  let c = load(f, 32), b = load(f, 24), a4c = load(f, 16) * c * 4
  let level4c = load(f, 88) * (2 * log2e) * c
  let xAtTop = load(f, 96)
  let half = 0.5 / c
  // Pixel centres inside, relative to the strip; truncation is the floor, both being ≥ 0.
  let widest = Lanes8(repeating: Float(columns * tileWidth) - 0.5)
  let from = lanes_max8(x - halfWidth + (0.5 - Float(left)), zero)
  let to = x + halfWidth - (0.5 + Float(left))
  let nothing =
    .!(to .>= 0) .| .!(from .< Float(columns * tileWidth)) .| (laneIndices .>= Float(group))
  let first = lanes_to_int8(lanes_min8(from, widest)).replacing(
    with: Bits(repeating: 1), where: nothing)
  let last = lanes_to_int8(lanes_min8(lanes_max8(to, zero), widest)).replacing(
    with: Bits(repeating: 0), where: nothing)
  let firstColumn = first &>> 3
  // Negative where no pixel centre lies inside.
  let more = ((last &>> 3) &- firstColumn).replacing(
    with: Bits(repeating: -1), where: first .> last)
  let bottom = Lanes8(repeating: Float(height - 1))
  let lastColumn = Bits(repeating: Int32(truncatingIfNeeded: columns - 1))
  let tileShift = Bits(repeating: Int32(truncatingIfNeeded: tileHeight.trailingZeroBitCount))
  var out = spans
  var step: Int32 = 0
  while true {
    let active = more .>= Bits(repeating: step)
    if !any(active) { return out }
    let column = firstColumn &+ step
    let edge = lanes_to_float8(column &<< 3) + (Float(left) + 0.5) - x
    let near = lanes_max8(edge, -halfWidth), far = lanes_min8(edge + 7, halfWidth)
    // Where the extreme lies outside the column, solve C y² + B d y + A d² + level = 0 (C < 0) at
    // the column's nearer edge.
    let dHigh = lanes_min8(lanes_max8(xAtTop, near), far)
    let dLow = lanes_min8(lanes_max8(-xAtTop, near), far)
    let bHigh = b * dHigh, bLow = b * dLow
    let rootHigh = lanes_sqrt8(
      lanes_max8(bHigh * bHigh - (a4c * dHigh * dHigh + level4c), zero))
    let rootLow = lanes_sqrt8(lanes_max8(bLow * bLow - (a4c * dLow * dLow + level4c), zero))
    let high = ((-bHigh - rootHigh) * half).replacing(with: halfHeight, where: dHigh .== xAtTop)
    let low = ((rootLow - bLow) * half).replacing(with: -halfHeight, where: dLow .== -xAtTop)
    let top = lanes_max8(y + low + 0.5, zero), end = y + high - 0.5
    let covered = active .& (end .>= 0) .& (top .< bottom + 1)
    let firstRow = lanes_to_int8(lanes_min8(top, bottom))
    let lastRow = lanes_to_int8(lanes_min8(lanes_max8(end, zero), bottom))
    let valid = Bits(repeating: 0).replacing(
      with: Bits(repeating: 1), where: covered .& (firstRow .<= lastRow))
    let rows = lastRow &<< 16 | firstRow
    let firstTile = firstRow &>> tileShift, endTile = (lastRow &>> tileShift) &+ 1
    // Lanes without a span write one too, in range, that the next overwrites.
    let place = lanes_min_int8(column, lastColumn) &* Int32(truncatingIfNeeded: tileRows + 1)
    for lane in 0..<8 {
      let isSpan = valid[lane]
      out[0] =
        UInt32(truncatingIfNeeded: start + lane) << 10
        | UInt32(truncatingIfNeeded: column[lane])
      out[1] = UInt32(truncatingIfNeeded: rows[lane])
      out += Int(isSpan) &* 2
      tileCounts[Int(place[lane] &+ firstTile[lane])] &+= isSpan
      tileCounts[Int(place[lane] &+ endTile[lane])] &-= isSpan
    }
    step &+= 1
  }
}
