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

for level in InstructionLevel.allCases {
  for threads in [1, 2] {
    for count in [10_000, 30_000, 100_000] {
      let splats = makeHead(count)
      for size in [256, 512, 1024] {
        if count != 30000 && level != .v4 { continue }
        let r = Rasterizer(
          capacity: count, maxWidth: size, maxHeight: size, workers: .native(count: threads),
          level: level)
        let camera = PinholeCamera(width: size, height: size, focalLength: Float(2 * size))
        var best = Double.infinity, both = Double.infinity
        let g = ImagePlanes(width: size, height: size), out = SplatBuffer(count: count)
        for i in 0..<4 * g.planeStride { g.pointer[i] = Float((i * 7919) & 1023) / 1024 - 0.5 }
        for _ in 0..<12 {
          let f = milliseconds { r.forward(splats, camera: camera) }
          let b = milliseconds { r.backward(splats, imageGradient: g, into: out) }
          best = min(best, f)
          both = min(both, f + b)
        }
        print(level, threads, count, size, best, both, r.statistics)
      }
    }
  }
}
