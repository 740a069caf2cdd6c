internal import CLanes

/// Lists every strip's splats: one pass over all splats, in order.
///
/// - Parameters:
///   - strips: As ``projectSplats`` left them.
///   - cursors: For each strip the place of its next entry; advanced.
///   - firstOccurrences: For each splat the number of its first occurrence.
///   - splats: For each occurrence its splat.
///   - entries: Depth << 32 | occurrence, grouped by strip.
public func listOccurrences(
  count: Int, strips: UnsafePointer<UInt32>, depths: UnsafePointer<UInt32>,
  cursors: UnsafeMutablePointer<Int32>, firstOccurrences: UnsafeMutablePointer<Int32>,
  splats: UnsafeMutablePointer<UInt32>, entries: UnsafeMutablePointer<UInt64>
) {
  var occurrence = 0
  for i in 0..<count {
    let packed = strips[i]
    if packed == 0 { continue }
    firstOccurrences[i] = Int32(truncatingIfNeeded: occurrence)
    let key = UInt64(depths[i]) << 32
    let first = Int(packed & 0xFFFF), end = first &+ Int(packed >> 16)
    for strip in first..<end {
      let place = cursors[strip]
      cursors[strip] = place &+ 1
      entries[Int(place)] = key | UInt64(truncatingIfNeeded: occurrence)
      splats[occurrence] = UInt32(truncatingIfNeeded: i)
      occurrence &+= 1
    }
  }
}

/// Sorts entries by depth: radix sort, two passes of 10 bits of `(depth − lowest) >> shift`.
///
/// Stable, so that equal depths keep the order of the splats.
///
/// - Parameters:
///   - scratch: As large as `entries`.
///   - histogram: 2,048 numbers.
public func sortEntries(
  _ entries: UnsafeMutablePointer<UInt64>, scratch: UnsafeMutablePointer<UInt64>, count: Int,
  lowest: UInt32, shift: UInt32, histogram: UnsafeMutablePointer<Int32>
) {
  let low = UInt64(lowest), right = UInt64(shift) &+ 32
  histogram.update(repeating: 0, count: 2048)
  let high = histogram + 1024
  for i in 0..<count {
    let key = (entries[i] &- (low << 32)) >> right
    histogram[Int(key & 1023)] &+= 1
    high[Int((key >> 10) & 1023)] &+= 1
  }
  var sum: Int32 = 0, highSum: Int32 = 0
  for i in 0..<1024 {
    let a = histogram[i], b = high[i]
    histogram[i] = sum
    high[i] = highSum
    sum &+= a
    highSum &+= b
  }
  for i in 0..<count {
    let entry = entries[i]
    let digit = Int(((entry &- (low << 32)) >> right) & 1023)
    scratch[Int(histogram[digit])] = entry
    histogram[digit] &+= 1
  }
  for i in 0..<count {
    let entry = scratch[i]
    let digit = Int((((entry &- (low << 32)) >> right) >> 10) & 1023)
    entries[Int(high[digit])] = entry
    high[digit] &+= 1
  }
}

/// Copies a strip's records in depth order, and finds the rows that each covers in each 8-pixel
/// column of the strip: exactly those with a pixel centre inside the ellipse alpha ≥ 1/255, or at
/// most one more at either end.
///
/// - Parameters:
///   - entries: The strip's, sorted.
///   - base: The place of the strip's first entry among all strips' entries.
///   - positions: For each occurrence its place; written.
///   - sorted: The strip's records; written.
///   - spans: Two numbers a span: splat << 10 | column of the strip, last row << 16 | first row.
///     Space for 2 × count × columns.
///   - tileCounts: For each of the strip's tiles, by columns, the splats that touch it; written.
/// - Returns: The number of spans.
public func findSpans(
  entries: UnsafePointer<UInt64>, count: Int, base: Int, splats: UnsafePointer<UInt32>,
  records: UnsafePointer<Float>, positions: UnsafeMutablePointer<Int32>,
  sorted: UnsafeMutablePointer<Float>, left: Int, columns: Int, tileRows: Int, height: Int,
  spans: UnsafeMutablePointer<UInt32>, tileCounts: UnsafeMutablePointer<Int32>
) -> Int {
  tileCounts.update(repeating: 0, count: columns * tileRows)
  let lowest = Float(left), highest = Float(left + columns * tileWidth - 1)
  let bottom = Float(height - 1)
  var written = 0
  for i in 0..<count {
    let ahead = Int(splats[Int(truncatingIfNeeded: entries[min(i + 6, count - 1)] & 0xFFFF_FFFF)])
    lanes_prefetch(records + recordStride * ahead)
    let occurrence = Int(truncatingIfNeeded: entries[i] & 0xFFFF_FFFF)
    positions[occurrence] = Int32(truncatingIfNeeded: base + i)
    let q = records + recordStride * Int(splats[occurrence])
    store(sorted, recordStride * i, load(q, 0))
    store(sorted, recordStride * i + 8, load(q, 8))

    let x = q[0], y = q[1], halfWidth = q[9], halfHeight = q[10]
    let leftmost = max(x - halfWidth + 0.5, lowest), rightmost = min(x + halfWidth - 0.5, highest)
    if !(rightmost >= lowest) || leftmost >= highest + 1 { continue }
    // Both are ≥ 0, so that truncation is the floor; the first is a pixel index rounded up.
    let firstPixel = Int(leftmost), lastPixel = Int(rightmost)
    if firstPixel > lastPixel { continue }
    let firstColumn = (firstPixel - left) / tileWidth
    let lastColumn = (lastPixel - left) / tileWidth
    let a = q[2], b = q[3], c = q[4], level = q[11] * (0.5 * log2e), xAtTop = q[12]
    let half = 0.5 / c
    for column in firstColumn...lastColumn {
      let start = Float(left + column * tileWidth) + 0.5 - x
      let from = max(start, -halfWidth), to = min(start + 7, halfWidth)
      var high = halfHeight, low = -halfHeight
      // Where the extreme lies outside the column, solve C y² + B d y + A d² + level = 0 (C < 0)
      // at the column's nearer edge.
      if !(xAtTop >= from && xAtTop <= to) {
        let d = xAtTop < from ? from : to
        let bd = b * d
        let discriminant = bd * bd - 4 * c * (a * d * d + level)
        high = (-bd - max(discriminant, 0).squareRoot()) * half
      }
      if !(-xAtTop >= from && -xAtTop <= to) {
        let d = -xAtTop < from ? from : to
        let bd = b * d
        let discriminant = bd * bd - 4 * c * (a * d * d + level)
        low = (-bd + max(discriminant, 0).squareRoot()) * half
      }
      let top = max(y + low + 0.5, 0), end = min(y + high - 0.5, bottom)
      if !(end >= 0) || !(top < bottom + 1) { continue }
      let firstRow = Int(top), lastRow = Int(end)
      if firstRow > lastRow { continue }
      spans[written] = UInt32(truncatingIfNeeded: i) << 10 | UInt32(truncatingIfNeeded: column)
      spans[written + 1] =
        UInt32(truncatingIfNeeded: lastRow) << 16 | UInt32(truncatingIfNeeded: firstRow)
      written &+= 2
      let tile = tileCounts + column * tileRows
      for row in firstRow / tileHeight...lastRow / tileHeight { tile[row] &+= 1 }
    }
  }
  return written / 2
}

/// Distributes spans to tiles, keeping their order.
///
/// - Parameters:
///   - cursors: For each tile the place of its next instance; advanced.
///   - instances: Splat << 10 | first row << 5 | last row, both within the tile.
public func fillTiles(
  spans: UnsafePointer<UInt32>, count: Int, tileRows: Int,
  cursors: UnsafeMutablePointer<Int32>, instances: UnsafeMutablePointer<UInt32>
) {
  for i in 0..<count {
    let head = spans[2 * i], rows = spans[2 * i + 1]
    let splat = head & ~1023
    let first = Int(rows & 0xFFFF), last = Int(rows >> 16)
    let firstTile = first / tileHeight, lastTile = last / tileHeight
    let tiles = cursors + Int(head & 1023) * tileRows
    for tile in firstTile...lastTile {
      let from = tile == firstTile ? first & (tileHeight - 1) : 0
      let to = tile == lastTile ? last & (tileHeight - 1) : tileHeight - 1
      let place = tiles[tile]
      tiles[tile] = place &+ 1
      instances[Int(place)] = splat | UInt32(truncatingIfNeeded: from << 5 | to)
    }
  }
}
