import Foundation
import GaussianSplats
import Geometry

/// Draws splats one pixel at a time in double precision: slow, and meant to be read.
struct ReferenceRasterizer {
  var nearest = 1.0
  var opaque = 0.0

  struct Projected {
    var depth: Float
    var x, y, k11, k12, k22, opacity: Double
    var color: [Double]
  }

  func project(_ splats: SplatBuffer, _ camera: PinholeCamera) -> [Projected] {
    var result: [Projected] = []
    for i in 0..<splats.count {
      let v = SplatPlane.allCases.map { Double(splats[$0, i]) }
      if !v.allSatisfy(\.isFinite) || v[2] < nearest || v[12] < 1.0 / 255 { continue }
      let fx = Double(camera.focalLength.x), fy = Double(camera.focalLength.y)
      let z = v[2]
      var a = [0.0, 0, 0], c = [0.0, 0, 0]
      for k in 0..<3 {
        a[k] = fx / z * v[3 + k] - fx * v[0] / (z * z) * v[9 + k]
        c[k] = fy / z * v[6 + k] - fy * v[1] / (z * z) * v[9 + k]
      }
      let sxx = a.map { $0 * $0 }.reduce(0, +) + 0.3, syy = c.map { $0 * $0 }.reduce(0, +) + 0.3
      let sxy = zip(a, c).map { $0 * $1 }.reduce(0, +)
      let determinant = sxx * syy - sxy * sxy
      let opacity = min(v[12], 0.99)
      let reach = 2 * log(255 * opacity)
      if !((reach * sxx).squareRoot() < 4096 && (reach * syy).squareRoot() < 4096) { continue }
      result.append(
        Projected(
          depth: splats[.meanZ, i], x: fx * v[0] / z + Double(camera.center.x),
          y: fy * v[1] / z + Double(camera.center.y), k11: syy / determinant,
          k12: -sxy / determinant, k22: sxx / determinant, opacity: opacity,
          color: Array(v[13...])))
    }
    // A stable sort: equal depths keep their order.
    return result.enumerated().sorted {
      ($0.element.depth, $0.offset) < ($1.element.depth, $1.offset)
    }.map(\.element)
  }

  /// Premultiplied red, green, blue and transmittance of every pixel, by rows.
  func draw(_ splats: SplatBuffer, _ camera: PinholeCamera) -> [SIMD4<Double>] {
    let projected = project(splats, camera)
    var image = [SIMD4<Double>](repeating: [0, 0, 0, 1], count: camera.width * camera.height)
    for y in 0..<camera.height {
      for x in 0..<camera.width {
        var pixel = SIMD4<Double>(0, 0, 0, 1)
        for s in projected {
          let dx = Double(x) + 0.5 - s.x, dy = Double(y) + 0.5 - s.y
          let distance = s.k11 * dx * dx + 2 * s.k12 * dx * dy + s.k22 * dy * dy
          let alpha = s.opacity * exp(-0.5 * distance)
          if alpha < 1.0 / 255 { continue }
          let weight = alpha * pixel.w
          pixel += SIMD4(s.color[0], s.color[1], s.color[2], 0) * weight
          pixel.w *= 1 - alpha
        }
        image[y * camera.width + x] = pixel
      }
    }
    return image
  }
}

/// A generator with the same numbers everywhere (Vigna's SplitMix64).
struct Random: RandomNumberGenerator {
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

/// Splats of all sizes and directions, near and beyond the edges of the picture.
func randomSplats(_ count: Int, seed: UInt64, largest: Float = 2) -> SplatBuffer {
  var random = Random(state: seed)
  let splats = SplatBuffer(count: count)
  for i in 0..<count {
    var m = Matrix3(rotationVector: [
      random.uniform(-3, 3), random.uniform(-3, 3), random.uniform(-3, 3),
    ])
    let scale = Vector3(
      random.uniform(0.02, largest), random.uniform(0.02, largest), random.uniform(0.02, 0.3))
    m = Matrix3(m.x * scale, m.y * scale, m.z * scale)
    splats.set(
      i,
      mean: [random.uniform(-14, 14), random.uniform(-14, 14), random.uniform(45, 75)], m: m,
      opacity: random.uniform(0, 0.99),
      color: [random.uniform(0, 1), random.uniform(0, 1), random.uniform(0, 1)])
  }
  return splats
}
