import FaceRig
import Geometry

/// A parametric eyeball: a closed sphere about its centre whose front is cut off flat by the iris.
struct Eyeball {
  /// How many vertices a ring has.
  static let segments = 24
  /// Of the iris to that of the ball: 11.7 mm across in life, on this template's larger ball.
  static let irisShare: Float = 0.352
  /// Angles from the pupil's axis of the rings behind the iris, in degrees; one is the equator.
  private static let angles: [Float] = [20.61, 25, 31, 38, 46, 56, 70, 90, 115, 145]
  /// Radii of the rings on the iris disc, in shares of the iris.
  private static let discs: [Float] = [0.36, 0.68]

  var positions: [Vector3] = []
  var triangles: [SIMD3<Int32>] = []
  /// 0…1 within a square: the front view, its radius proportional to the angle from the axis.
  var textureCoordinates: [SIMD2<Float>] = []
  var irisRing = 0..<0
  var equator = 0..<0
  /// From the centre to the iris.
  var irisDistance: Float

  /// Makes an eyeball that looks along z.
  init(radius: Float) {
    let degree: Float = 0.017_453_293
    irisDistance = radius * (1 - Self.irisShare * Self.irisShare).squareRoot()
    positions = [Vector3(0, 0, irisDistance)]
    textureCoordinates = [SIMD2(0.5, 0.5)]
    func ring(_ radius: Float, _ z: Float, _ share: Float) -> Range<Int> {
      let start = positions.count
      for k in 0..<Self.segments {
        let (s, c) = ElementaryFunctions.sinCos(Float(k) / Float(Self.segments) * 360 * degree)
        positions.append(Vector3(radius * c, radius * s, z))
        textureCoordinates.append(SIMD2(0.5 + 0.5 * share * c, 0.5 + 0.5 * share * s))
      }
      return start..<positions.count
    }
    for disc in Self.discs {
      _ = ring(radius * Self.irisShare * disc, irisDistance, disc * 20.61 / 180)
    }
    for angle in Self.angles {
      let (s, c) = ElementaryFunctions.sinCos(angle * degree)
      let range = ring(radius * s, radius * c, angle / 180)
      if angle == Self.angles[0] { irisRing = range }
      if angle == 90 { equator = range }
    }
    positions.append(Vector3(0, 0, -radius))
    textureCoordinates.append(SIMD2(0.5, 1))

    let n = Int32(Self.segments)
    let rings = Int32(Self.discs.count + Self.angles.count)
    for k in 0..<n {
      let next = (k + 1) % n
      triangles.append(SIMD3(0, 1 + k, 1 + next))
      for r in 0..<rings - 1 {
        let inner = 1 + r * n
        let outer = inner + n
        triangles.append(SIMD3(inner + k, outer + k, outer + next))
        triangles.append(SIMD3(inner + k, outer + next, inner + next))
      }
      let last = 1 + (rings - 1) * n
      triangles.append(SIMD3(last + k, last + n, last + next))
    }
  }

  /// The sphere closest to some points: linear least squares on x² = 2 c·x + (r² − c²).
  static func sphere(through points: [Vector3]) -> (center: Vector3, radius: Float) {
    var a = [[Double]](repeating: [0, 0, 0, 0, 0], count: 4)
    for p in points {
      let row = [2 * Double(p.x), 2 * Double(p.y), 2 * Double(p.z), 1]
      let right = Double(p.dot(p))
      for i in 0..<4 {
        for j in 0..<4 { a[i][j] += row[i] * row[j] }
        a[i][4] += row[i] * right
      }
    }
    for i in 0..<4 {
      for j in 0..<4 where j != i {
        let f = a[j][i] / a[i][i]
        for k in i..<5 { a[j][k] -= f * a[i][k] }
      }
    }
    let x = (0..<4).map { a[$0][4] / a[$0][$0] }
    let square = x[3] + x[0] * x[0] + x[1] * x[1] + x[2] * x[2]
    return (Vector3(Float(x[0]), Float(x[1]), Float(x[2])), Float(square.squareRoot()))
  }

  /// How a movement of points of a sphere shifts its centre and grows its radius, in least squares.
  static func motion(
    of deltas: [Vector3], normals: [Vector3]
  ) -> (shift: Vector3, growth: Float) {
    var d = Vector3.zero
    var n = Vector3.zero
    var dn: Float = 0
    for i in deltas.indices {
      d += deltas[i]
      n += normals[i]
      dn += deltas[i].dot(normals[i])
    }
    let count = Float(deltas.count)
    d /= count
    n /= count
    let growth = (dn / count - d.dot(n)) / (1 - n.dot(n))
    return (d - n * growth, growth)
  }
}
