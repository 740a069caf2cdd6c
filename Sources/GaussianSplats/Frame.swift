package import Geometry
internal import SplatKernels

/// One frame between its stages: projected splats, and their occurrences in strips.
package struct Frame {
  package static var maxStrips: Int { 64 }
  /// Splats projected in one job.
  package static var chunk: Int { 2048 }

  package var camera = PinholeCamera(width: 0, height: 0, focalLength: 1)
  package var count = 0
  package var columnsPerStrip = 1
  package var stripCount = 0
  package var tileRows = 0
  package var occurrenceCount = 0
  package var lowestDepth: UInt32 = 0
  package var depthShift: UInt32 = 0
  /// Strips, those with the most work first.
  package var order = Storage<Int32>(capacity: Frame.maxStrips)

  // For each splat.
  package var records: Storage<Float>
  package var depths: Storage<UInt32>
  package var strips: Storage<UInt32>
  package var firstOccurrences: Storage<Int32>
  /// For each chunk and strip the number of occurrences.
  package var chunkCounts: Storage<Int32>

  // For each occurrence.
  package var entries: Storage<UInt64>
  package var splats: Storage<UInt32>
  package var positions: Storage<Int32>
  package var sorted: Storage<Float>
  package var sums = Storage<Float>(capacity: 0)

  package init(capacity: Int) {
    let padded = max(capacity, 0) + 16
    records = Storage(capacity: padded * recordStride)
    depths = Storage(capacity: padded)
    strips = Storage(capacity: padded)
    firstOccurrences = Storage(capacity: padded)
    chunkCounts = Storage(capacity: (padded / Frame.chunk + 1) * Frame.maxStrips)
    entries = Storage(capacity: padded)
    splats = Storage(capacity: padded)
    positions = Storage(capacity: padded)
    sorted = Storage(capacity: padded * recordStride)
  }

  package func deallocate() {
    order.deallocate()
    records.deallocate()
    depths.deallocate()
    strips.deallocate()
    firstOccurrences.deallocate()
    chunkCounts.deallocate()
    entries.deallocate()
    splats.deallocate()
    positions.deallocate()
    sorted.deallocate()
    sums.deallocate()
  }

  /// Cuts the picture into strips of a power of two of columns: enough strips that workers finish
  /// together, few enough that most splats lie in one.
  mutating func begin(_ camera: PinholeCamera, count: Int) {
    self.camera = camera
    self.count = count
    let columns = (camera.width + tileWidth - 1) / tileWidth
    columnsPerStrip = 1
    while columns >= 2 * columnsPerStrip * 14 { columnsPerStrip *= 2 }
    stripCount = (columns + columnsPerStrip - 1) / columnsPerStrip
    tileRows = (camera.height + tileHeight - 1) / tileHeight
    let padded = (count + 15) & ~15
    records.reserve(padded * recordStride)
    depths.reserve(padded)
    strips.reserve(padded)
    firstOccurrences.reserve(padded)
    chunkCounts.reserve((padded / Frame.chunk + 1) * Frame.maxStrips)
  }

  /// Makes room for the occurrences counted.
  mutating func reserveOccurrences() {
    entries.reserve(occurrenceCount)
    splats.reserve(occurrenceCount)
    positions.reserve(occurrenceCount)
    sorted.reserve((occurrenceCount + 8) * recordStride)
  }
}
