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
