import Foundation
import GaussianSplats
import Geometry
import NativeWorkers
import SplatFitting
import Testing

let levels = InstructionLevel.allCases.filter { $0 <= .best }

/// Discs on a head-sized ellipsoid, 60 cm away.
func headSplats(_ count: Int, seed: UInt64, size: Float) -> SplatBuffer {
  var random = SplitMix(state: seed)
  let splats = SplatBuffer(count: count)
  for i in 0..<count {
    let r = Matrix3(rotationVector: [
      random.uniform(-3, 3), random.uniform(-3, 3), random.uniform(-3, 3),
    ])
    let scale =
      Vector3(random.uniform(0.5, 1.5), random.uniform(0.5, 1.5), random.uniform(0.1, 0.4)) * size
    splats.set(
      i,
      mean: [random.uniform(-8, 8), random.uniform(-8, 8), 60 + random.uniform(-9, 9)],
      m: Matrix3(r.x * scale, r.y * scale, r.z * scale), opacity: random.uniform(0.2, 0.95),
      color: [random.uniform(0, 1), random.uniform(0, 1), random.uniform(0, 1)])
  }
  return splats
}

/// A generator with the same numbers everywhere (Vigna's SplitMix64).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func uniform(_ low: Float, _ high: Float) -> Float {
    Float.random(in: low...high, using: &self)
  }
}

@Suite struct BackwardTests {
  /// A smooth weight for every plane and pixel.
  func weights(_ width: Int, _ height: Int) -> ImagePlanes {
    let planes = ImagePlanes(width: width, height: height)
    for p in 0..<4 {
      for y in 0..<height {
        for x in 0..<width {
          planes[p, x, y] =
            Float(sin(Double(x) * 0.13 + Double(p)) * cos(Double(y) * 0.11 + Double(p) * 2))
        }
      }
    }
    return planes
  }

  /// Σ weight · plane, with alpha for the fourth.
  func loss(_ image: ImagePlanes, _ weights: ImagePlanes) -> Double {
    var sum = 0.0
    for p in 0..<4 {
      for y in 0..<image.height {
        for x in 0..<image.width {
          let v = Double(image[p, x, y])
          sum += Double(weights[p, x, y]) * (p == 3 ? 1 - v : v)
        }
      }
    }
    return sum
  }

  @Test(arguments: levels)
  func `agrees with central differences`(level: InstructionLevel) {
    let size = 61
    let camera = PinholeCamera(width: size, height: size + 6, focalLength: 170)
    let splats = headSplats(40, seed: 4, size: 2)
    let rasterizer = Rasterizer(
      capacity: 40, maxWidth: size, maxHeight: size, workers: .native(count: 2), level: level)
    rasterizer.opaque = 0
    let w = weights(size, size + 6)
    let gradient = SplatBuffer(count: 40)
    rasterizer.forward(splats, camera: camera)
    rasterizer.backward(splats, imageGradient: w, into: gradient)
    let reference = SmoothReference(camera: camera)
    for plane in SplatPlane.allCases {
      var error = 0.0, norm = 0.0
      for i in 0..<40 {
        let numeric = reference.derivative(splats, plane, i) { x, y, p in Double(w[p, x, y]) }
        error += pow(numeric - Double(gradient[plane, i]), 2)
        norm += numeric * numeric
      }
      let relative = (error / norm).squareRoot()
      print("\(level) \(plane): \(relative)")
      #expect(relative < 1e-3, "\(level) \(plane)")
    }
  }

  @Test(arguments: levels)
  func `gives the same bits with any number of workers`(level: InstructionLevel) {
    let camera = PinholeCamera(width: 200, height: 150, focalLength: 400)
    let splats = headSplats(3000, seed: 6, size: 0.3)
    let w = weights(200, 150)
    var expected: SplatBuffer?
    for count in [1, 2, 3, 8] {
      let r = Rasterizer(
        capacity: 0, maxWidth: 0, maxHeight: 0, workers: .native(count: count), level: level)
      let g = SplatBuffer(count: 3000)
      for _ in 0..<3 {
        r.forward(splats, camera: camera)
        r.backward(splats, imageGradient: w, into: g)
        if let expected {
          let same = (0..<16 * g.planeStride).allSatisfy {
            g.pointer[$0].bitPattern == expected.pointer[$0].bitPattern
          }
          #expect(same)
        } else {
          expected = g
        }
      }
    }
  }

  @Test(arguments: levels)
  func `levels agree`(level: InstructionLevel) {
    let camera = PinholeCamera(width: 120, height: 90, focalLength: 300)
    let splats = headSplats(1500, seed: 8, size: 0.5)
    let w = weights(120, 90)
    func run(_ level: InstructionLevel) -> SplatBuffer {
      let r = Rasterizer(capacity: 0, maxWidth: 0, maxHeight: 0, level: level)
      let g = SplatBuffer(count: 1500)
      r.forward(splats, camera: camera)
      r.backward(splats, imageGradient: w, into: g)
      return g
    }
    let a = run(.baseline), b = run(level)
    for plane in SplatPlane.allCases {
      var error = 0.0, norm = 0.0
      for i in 0..<1500 {
        error += pow(Double(a[plane, i] - b[plane, i]), 2)
        norm += pow(Double(a[plane, i]), 2)
      }
      #expect((error / norm).squareRoot() < 2e-3, "\(plane)")
    }
  }

  @Test(arguments: levels)
  func `survives any input`(level: InstructionLevel) {
    let r = Rasterizer(capacity: 0, maxWidth: 0, maxHeight: 0, level: level)
    let camera = PinholeCamera(width: 41, height: 37, focalLength: 100)
    let w = weights(41, 37)
    var random = SplitMix(state: 2)
    for count in [0, 1, 7, 8, 100] {
      for _ in 0..<10 {
        let splats = headSplats(count, seed: 1, size: 1)
        for _ in 0..<count {
          let plane = SplatPlane.allCases.randomElement(using: &random)!
          splats[plane, Int.random(in: 0..<count, using: &random)] = Float(
            bitPattern: UInt32.random(in: 0...(.max), using: &random))
        }
        let g = SplatBuffer(count: count)
        r.forward(splats, camera: camera)
        r.backward(splats, imageGradient: w, into: g)
        for i in 0..<count where !splats[.meanX, i].isFinite { #expect(g[.opacity, i] == 0) }
      }
    }
    let splats = headSplats(3, seed: 1, size: 1), g = SplatBuffer(count: 3)
    g[.red, 1] = 5
    r.forward(splats, camera: PinholeCamera(width: 0, height: 4, focalLength: 1))
    r.backward(splats, imageGradient: ImagePlanes(width: 0, height: 4), into: g)
    #expect(g[.red, 1] == 0)
  }
}
