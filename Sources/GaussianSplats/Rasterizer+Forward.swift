public import Geometry
internal import SplatKernels

extension Rasterizer {
  /// Draws splats into ``image``, which takes the camera's size.
  ///
  /// Any values are accepted; splats that are not finite, behind the camera or wider than 8,192
  /// pixels are not drawn. The picture does not depend on the number of workers.
  ///
  /// - Precondition: The camera's picture measures at most 16,384 × 16,384.
  /// - Complexity: O(splats + splat–tile pairs + splat–pixel pairs).
  public func forward(_ splats: SplatBuffer, camera: PinholeCamera) {
    precondition(camera.width >= 0 && camera.height >= 0)
    image.resize(width: camera.width, height: camera.height)
    frame.begin(camera, count: splats.count)
    statistics = Statistics()
    if camera.width == 0 || camera.height == 0 {
      frame.stripCount = 0
      frame.count = 0
      return
    }
    let chunks = (splats.count + Frame.chunk - 1) / Frame.chunk
    workers.perform(chunks) { _, chunk in projectChunk(chunk, splats) }
    gatherOccurrences(chunks)
    workers.perform(frame.stripCount) { worker, job in
      drawStrip(Int(frame.order.pointer[job]), worker)
    }
    for s in 0..<frame.stripCount {
      statistics.instances += strips[s].instanceCount
      statistics.splatPixels += strips[s].evaluatedRows * tileWidth
    }
  }

  private func projectChunk(_ chunk: Int, _ splats: SplatBuffer) {
    let from = chunk * Frame.chunk, to = min(from + Frame.chunk, (splats.count + 7) & ~7)
    let camera = frame.camera
    level.projectSplats(
      splats.pointer, splats.planeStride, from, to, splats.count,
      camera.focalLength.x, camera.focalLength.y, camera.center.x, camera.center.y,
      Float(camera.width), Float(camera.height), nearest,
      Float(frame.columnsPerStrip * tileWidth),
      frame.records.pointer, frame.depths.pointer, frame.strips.pointer)

    let counts = frame.chunkCounts.pointer + chunk * Frame.maxStrips
    counts.update(repeating: 0, count: Frame.maxStrips)
    let strips = frame.strips.pointer
    for i in from..<min(to, splats.count) {
      let packed = strips[i]
      if packed == 0 { continue }
      let first = Int(packed & 0xFFFF)
      for strip in first..<first &+ Int(packed >> 16) { counts[strip] &+= 1 }
    }
  }

  /// Lists the splats of every strip, and orders strips by work.
  private func gatherOccurrences(_ chunks: Int) {
    let strips = self.strips
    var total = 0
    for s in 0..<frame.stripCount {
      var count = 0
      for chunk in 0..<chunks {
        count += Int(frame.chunkCounts.pointer[chunk * Frame.maxStrips + s])
      }
      strips[s].firstColumn = s * frame.columnsPerStrip
      let columns = (frame.camera.width + tileWidth - 1) / tileWidth
      strips[s].columns = min(frame.columnsPerStrip, columns - strips[s].firstColumn)
      strips[s].start = total
      strips[s].count = count
      total += count
    }
    frame.occurrenceCount = total
    frame.reserveOccurrences()
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Frame.maxStrips) { cursors in
      for s in 0..<frame.stripCount { cursors[s] = Int32(truncatingIfNeeded: strips[s].start) }
      listOccurrences(
        count: frame.count, strips: frame.strips.pointer, depths: frame.depths.pointer,
        cursors: cursors.baseAddress!, firstOccurrences: frame.firstOccurrences.pointer,
        splats: frame.splats.pointer, entries: frame.entries.pointer)
    }
    var lowest = UInt32.max, highest: UInt32 = 0
    var drawn = 0
    let packed = frame.strips.pointer, depths = frame.depths.pointer
    for i in 0..<frame.count where packed[i] != 0 {
      lowest = min(lowest, depths[i])
      highest = max(highest, depths[i])
      drawn &+= 1
    }
    statistics.splats = drawn
    frame.lowestDepth = min(lowest, highest)
    frame.depthShift = 0
    while (highest &- frame.lowestDepth) >> frame.depthShift >= 1 << 20 { frame.depthShift += 1 }

    let order = frame.order.pointer
    for s in 0..<frame.stripCount {
      var place = s
      while place > 0 && strips[Int(order[place - 1])].count < strips[s].count {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = Int32(truncatingIfNeeded: s)
    }
  }

  private func drawStrip(_ index: Int, _ worker: Int) {
    let strip = strips + index, own = scratch + worker
    let entries = frame.entries.pointer + strip.pointee.start
    let sorted = frame.sorted.pointer + strip.pointee.start * recordStride
    let left = strip.pointee.firstColumn * tileWidth, columns = strip.pointee.columns
    let tiles = columns * frame.tileRows
    own.pointee.entries.reserve(strip.pointee.count)
    own.pointee.spans.reserve(2 * (strip.pointee.count + 8) * columns)
    strip.pointee.tileStarts.reserve(tiles + columns + 1)
    strip.pointee.tileEnds.reserve(tiles + 1)
    let starts = strip.pointee.tileStarts.pointer

    sortEntries(
      entries, scratch: own.pointee.entries.pointer, count: strip.pointee.count,
      lowest: frame.lowestDepth, shift: frame.depthShift,
      histogram: own.pointee.histogram.pointer)
    // Splats beyond four million instances are dropped, the farthest first, so that memory stays
    // bounded whatever the input.
    var count = strip.pointee.count
    var spanCount = 0, total = 0
    repeat {
      spanCount = level.findSpans(
        entries, count, strip.pointee.start, frame.splats.pointer, frame.records.pointer,
        frame.positions.pointer, sorted, left, columns, frame.tileRows, frame.camera.height,
        own.pointee.spans.pointer, starts)
      total = sumCounts(starts, columns)
      count /= 2
    } while total > 1 << 22 && count > 0

    strip.pointee.instances.reserve(total)
    strip.pointee.instanceCount = total
    fillTiles(
      spans: own.pointee.spans.pointer, count: spanCount, tileRows: frame.tileRows,
      cursors: starts, instances: strip.pointee.instances.pointer)
    // Filling moved every start to the next one's place.
    var tile = tiles
    while tile > 0 {
      starts[tile] = starts[tile - 1]
      tile -= 1
    }
    starts[0] = 0

    strip.pointee.evaluatedRows = level.drawStrip(
      sorted, strip.pointee.instances.pointer, starts, strip.pointee.tileEnds.pointer,
      left, columns, frame.tileRows, frame.camera.height, opaque, own.pointee.state.pointer,
      image.pointer, image.planeStride, image.rowStride)
  }

  /// Turns differences of counts, `tileRows + 1` a column, into each tile's first instance, and
  /// returns the number of instances.
  private func sumCounts(_ counts: UnsafeMutablePointer<Int32>, _ columns: Int) -> Int {
    var sum = 0, tile = 0
    for column in 0..<columns {
      let differences = counts + column * (frame.tileRows + 1)
      var count = 0
      for row in 0..<frame.tileRows {
        count += Int(differences[row])
        // Never ahead of what is read: tile ≤ column · (tileRows + 1) + row.
        counts[tile] = Int32(truncatingIfNeeded: sum)
        sum += count
        tile += 1
      }
    }
    return sum
  }
}
