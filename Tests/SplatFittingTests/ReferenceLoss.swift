import Foundation
import GaussianSplats
import Geometry
import SplatFitting

/// The image loss in double precision, straight from its definition.
struct ReferenceLoss {
  let width, height: Int
  let background: Vector3
  let weights: LossWeights
  var pixelWeights: WeightPlane?

  func weight(_ x: Int, _ y: Int) -> Double { pixelWeights.map { Double($0[x, y]) } ?? 1 }

  func composed(_ image: ImagePlanes, _ c: Int, _ x: Int, _ y: Int) -> Double {
    Double(image[c, x, y]) + Double(image[3, x, y]) * Double(background[c])
  }

  func luma(_ image: ImagePlanes, _ x: Int, _ y: Int) -> Double {
    0.299 * composed(image, 0, x, y) + 0.587 * composed(image, 1, x, y)
      + 0.114 * composed(image, 2, x, y)
  }

  func reduced(_ value: (Int, Int) -> Double) -> [[Double]] {
    if !weights.structureAtHalfSize {
      return (0..<height).map { y in (0..<width).map { value($0, y) } }
    }
    return (0..<height / 2).map { y in
      (0..<width / 2).map { x in
        (value(2 * x, 2 * y) + value(2 * x + 1, 2 * y) + value(2 * x, 2 * y + 1)
          + value(2 * x + 1, 2 * y + 1)) / 4
      }
    }
  }

  func structure(_ a: ImagePlanes, _ b: ImagePlanes) -> Double {
    let p = reduced { luma(a, $0, $1) }, q = reduced { luma(b, $0, $1) }
    let w = reduced(weight)
    var taps = (-5...5).map { exp(-Double($0 * $0) / 4.5) }
    let sum = taps.reduce(0, +)
    taps = taps.map { $0 / sum }
    var total = 0.0
    for y in p.indices {
      for x in p[y].indices {
        var mx = 0.0, my = 0.0, xx = 0.0, yy = 0.0, xy = 0.0
        for dy in -5...5 where p.indices.contains(y + dy) {
          for dx in -5...5 where p[y].indices.contains(x + dx) {
            let t = taps[dx + 5] * taps[dy + 5], u = p[y + dy][x + dx], v = q[y + dy][x + dx]
            mx += t * u
            my += t * v
            xx += t * u * u
            yy += t * v * v
            xy += t * u * v
          }
        }
        let s =
          (2 * mx * my + 1e-4) * (2 * (xy - mx * my) + 9e-4)
          / ((mx * mx + my * my + 1e-4) * (xx - mx * mx + yy - my * my + 9e-4))
        total += w[y][x] * (1 - s)
      }
    }
    return total / Double(p.count * p[0].count)
  }

  func value(_ a: ImagePlanes, _ b: ImagePlanes) -> LossValue {
    var v = LossValue()
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 {
          let d = composed(a, c, x, y) - composed(b, c, x, y)
          v.absolute += weight(x, y) * abs(d) / Double(3 * width * height)
          v.square += weight(x, y) * d * d / Double(3 * width * height)
        }
        let d = Double(a[3, x, y] - b[3, x, y])
        v.alpha += weight(x, y) * d * d / Double(width * height)
      }
    }
    if weights.structure != 0 { v.structure = structure(a, b) }
    return v
  }
}
