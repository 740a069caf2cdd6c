import Foundation
import GaussianSplats
import Geometry
import NativeWorkers
import SplatFitting

func milliseconds(_ body: () -> Void) -> Double {
  let start = DispatchTime.now().uptimeNanoseconds
  body()
  return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-6
}

func rounded(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Times of drawing one scene.
struct Measurement {
  var level: InstructionLevel
  var threads, count, size: Int
  var forward: [Double] = []
  var both: [Double] = []
  var statistics = Rasterizer.Statistics()

  func json(_ limit: KernelLimit) -> String {
    let pixels = Double(statistics.splatPixels) * 1e-6
    let backward = zip(forward, both).map { $1 - $0 }.min()!
    let rate = pixels / forward.min()!, backwardRate = pixels / backward
    return """
      {"level": "\(level)", "threads": \(threads), "splats": \(count), "size": \(size), \
      "forward ms": {"min": \(rounded(forward.min()!)), "median": \(rounded(median(forward)))}, \
      "forward+backward ms": {"min": \(rounded(both.min()!)), \
      "median": \(rounded(median(both)))}, "instances": \(statistics.instances), \
      "splat-pixels M": \(rounded(pixels)), "forward Gpx/s": \(rounded(rate)), \
      "backward Gpx/s": \(rounded(backwardRate)), \
      "of limit": [\(rounded(rate / limit.forward / Double(threads))), \
      \(rounded(backwardRate / limit.backward / Double(threads)))]}
      """
  }
}

func measure(
  level: InstructionLevel, threads: Int, count: Int, size: Int, rounds: Int
) -> Measurement {
  let splats = makeHead(count)
  let rasterizer = Rasterizer(
    capacity: count, maxWidth: size, maxHeight: size, workers: .native(count: threads),
    level: level)
  let camera = PinholeCamera(width: size, height: size, focalLength: Float(2 * size))
  let byPixel = ImagePlanes(width: size, height: size), gradient = SplatBuffer(count: count)
  let values = byPixel.pointer
  for i in 0..<4 * byPixel.planeStride { values[i] = Float((i * 7919) & 1023) / 1024 - 0.5 }
  var result = Measurement(level: level, threads: threads, count: count, size: size)
  for round in 0..<rounds + 1 {
    let forward = milliseconds { rasterizer.forward(splats, camera: camera) }
    let backward = milliseconds {
      rasterizer.backward(splats, imageGradient: byPixel, into: gradient)
    }
    if round == 0 { continue }
    result.forward.append(forward)
    result.both.append(forward + backward)
  }
  result.statistics = rasterizer.statistics
  return result
}
