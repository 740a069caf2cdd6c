import Foundation
import GaussianSplats
import Geometry

/// Central differences of a weighted sum of the picture, drawn in double precision.
///
/// The 1/255 cut-off makes the picture jump; the derivative that the rasteriser gives is that of
/// the picture with the cut-off held where it is. So the set of drawn pairs is found once, for the
/// unmoved splats, and kept while one number moves.
struct SmoothReference {
  let camera: PinholeCamera

  struct Projected {
    var x, y, k11, k12, k22, opacity: Double
    var color: SIMD3<Double>
    func exponent(_ px: Int, _ py: Int) -> Double {
      let dx = Double(px) + 0.5 - x, dy = Double(py) + 0.5 - y
      return -0.5 * (k11 * dx * dx + 2 * k12 * dx * dy + k22 * dy * dy)
    }
  }

  func project(_ v: [Double]) -> Projected {
    let fx = Double(camera.focalLength.x), fy = Double(camera.focalLength.y), z = v[2]
    var a = [0.0, 0, 0], c = [0.0, 0, 0]
    for k in 0..<3 {
      a[k] = fx / z * v[3 + k] - fx * v[0] / (z * z) * v[9 + k]
      c[k] = fy / z * v[6 + k] - fy * v[1] / (z * z) * v[9 + k]
    }
    let sxx = a.map { $0 * $0 }.reduce(0, +) + 0.3, syy = c.map { $0 * $0 }.reduce(0, +) + 0.3
    let sxy = zip(a, c).map { $0 * $1 }.reduce(0, +)
    let determinant = sxx * syy - sxy * sxy
    return Projected(
      x: fx * v[0] / z + Double(camera.center.x), y: fy * v[1] / z + Double(camera.center.y),
      k11: syy / determinant, k12: -sxy / determinant, k22: sxx / determinant, opacity: v[12],
      color: [v[13], v[14], v[15]])
  }

  /// dL/d(number `plane` of splat `index`), L = Σ weight · (premultiplied colour, alpha).
  func derivative(
    _ splats: SplatBuffer, _ plane: SplatPlane, _ index: Int,
    _ weight: (_ x: Int, _ y: Int, _ plane: Int) -> Double
  ) -> Double {
    let values = (0..<splats.count).map { i in SplatPlane.allCases.map { Double(splats[$0, i]) } }
    let order = (0..<splats.count).sorted { values[$0][2] < values[$1][2] }
    let base = values.map(project)
    var up = values[index], down = values[index]
    up[plane.rawValue] += 1e-5
    down[plane.rawValue] -= 1e-5
    let moved = [project(up), project(down)]
    var result = 0.0
    for y in 0..<camera.height {
      for x in 0..<camera.width {
        let own = base[index]
        if own.opacity * exp(own.exponent(x, y)) < 1.0 / 255 { continue }
        for side in 0..<2 {
          var t = 1.0
          var sum = SIMD3<Double>()
          for i in order {
            if base[i].opacity * exp(base[i].exponent(x, y)) < 1.0 / 255 { continue }
            let s = i == index ? moved[side] : base[i]
            let alpha = s.opacity * exp(s.exponent(x, y))
            sum += s.color * (alpha * t)
            t *= 1 - alpha
          }
          let l =
            sum.x * weight(x, y, 0) + sum.y * weight(x, y, 1) + sum.z * weight(x, y, 2)
            + (1 - t) * weight(x, y, 3)
          result += side == 0 ? l : -l
        }
      }
    }
    return result / 2e-5
  }
}
