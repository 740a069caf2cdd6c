import GaussianSplats
import Geometry
import NativeWorkers
import Testing

let levels = InstructionLevel.allCases.filter { $0 <= .best }

@Suite struct RasterizerTests {
  /// The largest difference from the reference, and the mean difference.
  func difference(
    _ splats: SplatBuffer, _ camera: PinholeCamera, _ level: InstructionLevel
  ) -> (largest: Double, mean: Double) {
    let rasterizer = Rasterizer(capacity: 0, maxWidth: 0, maxHeight: 0, level: level)
    rasterizer.opaque = 0
    rasterizer.forward(splats, camera: camera)
    let expected = ReferenceRasterizer().draw(splats, camera)
    var largest = 0.0, sum = 0.0
    for y in 0..<camera.height {
      for x in 0..<camera.width {
        for plane in 0..<4 {
          let d = abs(
            Double(rasterizer.image[plane, x, y]) - expected[y * camera.width + x][plane])
          largest = max(largest, d)
          sum += d
        }
      }
    }
    return (largest, sum / Double(4 * camera.width * camera.height))
  }

  @Test(arguments: levels)
  func `draws what the reference draws`(level: InstructionLevel) {
    // A pixel at the 1/255 cut-off may fall on either side of it.
    for (seed, size, largest) in [(1, 64, 2.0), (2, 131, 0.4), (3, 97, 6)] as [(UInt64, Int, Float)]
    {
      let camera = PinholeCamera(width: size, height: size + 9, focalLength: Float(size) * 2)
      let d = difference(randomSplats(300, seed: seed, largest: largest), camera, level)
      #expect(d.largest < 1.0 / 255, "level \(level), seed \(seed)")
      #expect(d.mean < 4e-5, "level \(level), seed \(seed)")
    }
  }

  @Test(arguments: levels)
  func `draws in order of depth, not of storage`(level: InstructionLevel) {
    let camera = PinholeCamera(width: 32, height: 32, focalLength: 64)
    let flat = Matrix3.identity * 2
    for near in 0..<2 {
      let splats = SplatBuffer(count: 2)
      for i in 0..<2 {
        splats.set(
          i, mean: [0, 0, i == near ? 50 : 51], m: flat, opacity: 0.99,
          color: i == near ? [1, 0, 0] : [0, 1, 0])
      }
      let rasterizer = Rasterizer(capacity: 2, maxWidth: 32, maxHeight: 32, level: level)
      rasterizer.forward(splats, camera: camera)
      #expect(rasterizer.image[0, 16, 16] > 0.9)
      #expect(rasterizer.image[1, 16, 16] < 0.05)
    }
  }

  @Test(arguments: levels)
  func `is right over any background`(level: InstructionLevel) {
    // An opaque wall behind everything is a background.
    let camera = PinholeCamera(width: 40, height: 40, focalLength: 80)
    let splats = randomSplats(60, seed: 5)
    let rasterizer = Rasterizer(capacity: 61, maxWidth: 40, maxHeight: 40, level: level)
    rasterizer.opaque = 0
    rasterizer.forward(splats, camera: camera)
    let wall = SplatBuffer(count: 61)
    for plane in SplatPlane.allCases {
      for i in 0..<60 { wall[plane, i] = splats[plane, i] }
    }
    let background = Vector3(0.2, 0.5, 0.9)
    wall.set(
      60, mean: [0, 0, 1000], m: .identity * 8000, opacity: 0.99, color: background)
    let behind = Rasterizer(capacity: 61, maxWidth: 40, maxHeight: 40, level: level)
    behind.opaque = 0
    behind.forward(wall, camera: camera)
    for y in 0..<40 {
      for x in 0..<40 {
        for c in 0..<3 {
          let composed =
            rasterizer.image[c, x, y] + 0.99 * rasterizer.image[3, x, y] * background[c]
          #expect(abs(composed - behind.image[c, x, y]) < 1e-3)
        }
      }
    }
  }

  @Test(arguments: levels)
  func `draws the same bits with any number of workers`(level: InstructionLevel) {
    let camera = PinholeCamera(width: 300, height: 200, focalLength: 500)
    let splats = randomSplats(5000, seed: 9, largest: 0.5)
    let alone = Rasterizer(capacity: 0, maxWidth: 0, maxHeight: 0, level: level)
    alone.forward(splats, camera: camera)
    for count in [2, 3, 7] {
      let many = Rasterizer(
        capacity: 0, maxWidth: 0, maxHeight: 0, workers: .native(count: count), level: level)
      many.forward(splats, camera: camera)
      var same = true
      for plane in 0..<4 {
        for y in 0..<200 {
          for x in 0..<300 where many.image[plane, x, y] != alone.image[plane, x, y] {
            same = false
          }
        }
      }
      #expect(same)
      #expect(many.statistics == alone.statistics)
    }
  }

  @Test(arguments: levels)
  func `ending opaque tiles early changes little`(level: InstructionLevel) {
    let camera = PinholeCamera(width: 64, height: 64, focalLength: 128)
    let splats = randomSplats(4000, seed: 11)
    let full = Rasterizer(capacity: 0, maxWidth: 0, maxHeight: 0, level: level)
    full.opaque = 0
    full.forward(splats, camera: camera)
    let early = Rasterizer(capacity: 0, maxWidth: 0, maxHeight: 0, level: level)
    early.forward(splats, camera: camera)
    #expect(early.statistics.splatPixels < full.statistics.splatPixels)
    for plane in 0..<4 {
      for y in 0..<64 {
        for x in 0..<64 {
          #expect(abs(full.image[plane, x, y] - early.image[plane, x, y]) <= 1.001e-3)
        }
      }
    }
  }

  @Test(arguments: levels)
  func `survives any input`(level: InstructionLevel) {
    let rasterizer = Rasterizer(capacity: 0, maxWidth: 0, maxHeight: 0, level: level)
    let camera = PinholeCamera(width: 70, height: 50, focalLength: 100)
    func finite() -> Bool {
      for plane in 0..<4 {
        for y in 0..<rasterizer.image.height {
          for x in 0..<rasterizer.image.width where !rasterizer.image[plane, x, y].isFinite {
            return false
          }
        }
      }
      return true
    }
    rasterizer.forward(SplatBuffer(count: 0), camera: camera)
    #expect(rasterizer.image[3, 3, 3] == 1 && rasterizer.statistics.splats == 0)

    let values: [Float] = [
      .nan, .infinity, -.infinity, 0, -0.0, 1e-30, -1e-30, 1e30, -1e30, 3e38,
      .leastNonzeroMagnitude,
      1, -1, 60, 1e-3, 5e4, -5e4,
    ]
    var random = Random(state: 3)
    for round in 0..<30 {
      let splats = randomSplats(257, seed: UInt64(round))
      for i in 0..<257 {
        for _ in 0..<(round % 4 + 1) {
          let plane = SplatPlane.allCases.randomElement(using: &random)!
          splats[plane, i] = values.randomElement(using: &random)!
        }
      }
      rasterizer.forward(splats, camera: camera)
      #expect(finite())
    }
    // Random bits.
    for _ in 0..<30 {
      let splats = SplatBuffer(count: 100)
      for plane in SplatPlane.allCases {
        for i in 0..<100 {
          splats[plane, i] = Float(bitPattern: UInt32.random(in: 0...(.max), using: &random))
        }
      }
      rasterizer.forward(splats, camera: camera)
      #expect(finite())
    }
    for bad in [Float.nan, 0, -100, .infinity, 1e30] {
      rasterizer.forward(
        randomSplats(50, seed: 1), camera: PinholeCamera(width: 33, height: 17, focalLength: bad))
      #expect(finite())
    }
    for (width, height) in [(0, 0), (0, 5), (1, 1), (9, 1), (1, 100), (2000, 3)] {
      rasterizer.forward(
        randomSplats(50, seed: 1),
        camera: PinholeCamera(width: width, height: height, focalLength: 50))
      #expect(finite())
    }
  }

  @Test func `draws nothing behind the camera, outside the picture or too faint`() {
    let camera = PinholeCamera(width: 32, height: 32, focalLength: 64)
    let splats = SplatBuffer(count: 4)
    splats.set(0, mean: [0, 0, -50], m: .identity, opacity: 0.9, color: [1, 1, 1])
    splats.set(1, mean: [500, 0, 50], m: .identity, opacity: 0.9, color: [1, 1, 1])
    splats.set(2, mean: [0, 0, 50], m: .identity, opacity: 0.003, color: [1, 1, 1])
    splats.set(3, mean: [0, 0, 0.5], m: .identity, opacity: 0.9, color: [1, 1, 1])
    let rasterizer = Rasterizer(capacity: 4, maxWidth: 32, maxHeight: 32)
    rasterizer.forward(splats, camera: camera)
    #expect(rasterizer.statistics.splats == 0)
    #expect(rasterizer.image[3, 16, 16] == 1)
  }

  @Test func `bounds its memory by dropping the farthest of too many large splats`() {
    // 9,000 splats on some 500 tiles each are more than four million instances in one strip.
    let camera = PinholeCamera(width: 8, height: 8192, focalLength: 1000)
    let splats = SplatBuffer(count: 9000)
    for i in 0..<9000 {
      splats.set(
        i, mean: [0, 0, 100 + Float(i) * 0.01], m: .identity * 110, opacity: 0.5,
        color: i < 100 ? [0, 1, 0] : [1, 0, 0])
    }
    let rasterizer = Rasterizer(capacity: 9000, maxWidth: 8, maxHeight: 8192)
    rasterizer.forward(splats, camera: camera)
    #expect(rasterizer.statistics.splats == 9000)
    #expect(rasterizer.statistics.instances > 1 << 21)
    #expect(rasterizer.statistics.instances <= 1 << 22)
    #expect(rasterizer.image[1, 4, 4096] > 0.99)
    #expect(rasterizer.image[3, 4, 4096] < 1e-3)
  }

  @Test(arguments: levels)
  func `converts planes to bytes as arithmetic says`(level: InstructionLevel) {
    let planes = ImagePlanes(width: 37, height: 3)
    var random = Random(state: 8)
    for y in 0..<3 {
      for x in 0..<37 {
        let alpha = random.uniform(0, 1)
        for c in 0..<3 { planes[c, x, y] = random.uniform(-0.1, 1.2) * alpha }
        planes[3, x, y] = 1 - alpha
      }
    }
    let rgba = planes.rgba(level: level)
    let rgb = planes.rgb(over: [0.1, 0.6, 1], level: level)
    for y in 0..<3 {
      for x in 0..<37 {
        let t = planes[3, x, y]
        for c in 0..<3 {
          let straight = max(0, min(planes[c, x, y] / (1 - t), 1)) * 255
          #expect(abs(Float(rgba[x, y, c]) - straight) < 0.51)
          let over = max(0, min(planes[c, x, y] + t * [0.1, 0.6, 1][c], 1)) * 255
          #expect(abs(Float(rgb[x, y, c]) - over) < 0.51)
        }
        #expect(abs(Float(rgba[x, y, 3]) - (1 - t) * 255) < 0.51)
      }
    }
  }
}
