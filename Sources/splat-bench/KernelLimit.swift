import GaussianSplats
import Geometry
import SplatFitting
import SplatKernels

/// What the blending kernels reach when everything lies in the first-level cache.
///
/// One tile, 64 splats that cover it whole, no binning; 10⁹ splat-pixels a second on one thread.
struct KernelLimit {
  var forward = 0.0
  var backward = 0.0

  init(level: InstructionLevel) {
    let splats = 64, passes = 64, count = splats * passes, plane = tileHeight * 16
    func floats(_ n: Int) -> UnsafeMutablePointer<Float> {
      let raw = UnsafeMutableRawPointer.allocate(byteCount: n * 4, alignment: 64)
      let p = raw.bindMemory(to: Float.self, capacity: n)
      p.update(repeating: 0, count: n)
      return p
    }
    let records = floats(splats * 16), scratch = floats(tileScratchCount),
      sums = floats(splats * 12)
    let image = floats(4 * tileHeight * 16), gradients = floats(4 * tileHeight * 16)
    for i in 0..<splats {
      // x, y, A, B, C, log₂ opacity, colour: faint and wide, so that nothing ends early.
      let record: [Float] = [4, 8, -1e-3, 1e-4, -1e-3, -7.5, 0.2, 0.5, 0.7]
      for (k, v) in record.enumerated() { records[16 * i + k] = v }
    }
    for i in 0..<4 * tileHeight * 16 { gradients[i] = Float(i % 7) * 1e-3 }
    var instances = [UInt32](repeating: 0, count: count + 16)
    for i in 0..<count { instances[i] = UInt32(i % splats) << 10 | UInt32(tileHeight - 1) }
    let starts: [Int32] = [0, Int32(count)]
    var ends: [Int32] = [0, 0]
    var best = Double.infinity, bestBackward = Double.infinity
    for _ in 0..<40 {
      let time = milliseconds {
        _ = level.drawStrip(
          records, instances, starts, &ends, 0, 1, 1, tileHeight, 0, scratch, image, plane, 16)
      }
      best = min(best, time)
      let backwardTime = milliseconds {
        level.drawStripBackward(
          records, instances, starts, ends, 0, 1, 1, 8, tileHeight, scratch, image, gradients,
          plane, 16,
          sums)
      }
      bestBackward = min(bestBackward, backwardTime)
    }
    forward = Double(count * 8 * tileHeight) * 1e-6 / best
    backward = Double(count * 8 * tileHeight) * 1e-6 / bestBackward
    for p in [records, scratch, sums, image, gradients] { p.deallocate() }
  }
}
