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

/// Processor time of all threads, which waiting for a busy machine does not add to.
func processorMilliseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
}

func rounded(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Times of drawing one scene, in milliseconds.
struct Measurement {
  var level: InstructionLevel
  var threads, count, size: Int
  var forward: [Double] = []
  var backward: [Double] = []
  var processor: [Double] = []
  var statistics = Rasterizer.Statistics()

  func json(_ limit: KernelLimit) -> String {
    let pixels = Double(statistics.splatPixels) * 1e-6
    let forwardRate = pixels / forward.min()!, backwardRate = pixels / backward.min()!
    let both = zip(forward, backward).map { $0 + $1 }
    return """
      {"level": "\(level)", "threads": \(threads), "splats": \(count), "size": \(size), \
      "forward ms": \(summary(forward)), "backward ms": \(summary(backward)), \
      "both ms": \(summary(both)), "both, processor ms": \(summary(processor)), \
      "instances": \(statistics.instances), "splat-pixels M": \(rounded(pixels)), \
      "forward Gpx/s": \(rounded(forwardRate)), "backward Gpx/s": \(rounded(backwardRate)), \
      "of limit": [\(rounded(forwardRate / limit.forward / Double(threads))), \
      \(rounded(backwardRate / limit.backward / Double(threads)))]}
      """
  }

  private func summary(_ values: [Double]) -> String {
    "{\"min\": \(rounded(values.min()!)), \"median\": \(rounded(median(values)))}"
  }
}

func measure(
  level: InstructionLevel, threads: Int, count: Int, size: Int, rounds: Int
) -> Measurement {
  let splats = makeHead(count, opaque: CommandLine.arguments.contains("--opaque"))
  let rasterizer = Rasterizer(
    capacity: count, maxWidth: size, maxHeight: size, workers: .native(count: threads),
    level: level)
  let camera = PinholeCamera(width: size, height: size, focalLength: Float(2 * size))
  let byPixel = ImagePlanes(width: size, height: size), gradient = SplatBuffer(count: count)
  let values = byPixel.pointer
  for i in 0..<4 * byPixel.planeStride { values[i] = Float((i * 7919) & 1023) / 1024 - 0.5 }
  var result = Measurement(level: level, threads: threads, count: count, size: size)
  for round in 0..<rounds + 1 {
    let start = processorMilliseconds()
    let forward = milliseconds { rasterizer.forward(splats, camera: camera) }
    let backward = milliseconds {
      rasterizer.backward(splats, imageGradient: byPixel, into: gradient)
    }
    if round == 0 { continue }
    result.forward.append(forward)
    result.backward.append(backward)
    result.processor.append(processorMilliseconds() - start)
  }
  result.statistics = rasterizer.statistics
  return result
}
