import FaceRig
import Geometry

/// The directions in which shapes vary most.
struct PrincipalModes {
  /// One shape a mode, for one standard deviation; by falling variance.
  var modes: [[Vector3]]
  /// The share of the weighted variance that the modes hold, 0…1.
  var share: Double

  /// Finds the strongest modes of a population that is as likely as its mirror image.
  ///
  /// Deviations are split into their symmetric and their antisymmetric half, whose covariances add
  /// up to that of the population with all mirror images; both are taken apart through their Gram
  /// matrices (Sirovich, Turbulence and the dynamics of coherent structures, 1987).
  /// - Parameters:
  ///   - deviations: Shapes minus their mean.
  ///   - weights: How much each vertex counts in the variance.
  ///   - head: Knows the mirror.
  ///   - count: How many modes.
  init(deviations: [[Vector3]], weights: [Float], head: HeadMesh, count: Int) {
    var symmetric: [[Vector3]] = []
    var antisymmetric: [[Vector3]] = []
    for deviation in deviations {
      let mirrored = head.mirrored(deviation)
      symmetric.append(zip(deviation, mirrored).map { ($0 + $1) * 0.5 })
      antisymmetric.append(zip(deviation, mirrored).map { ($0 - $1) * 0.5 })
    }
    var found: [(variance: Double, mode: [Vector3])] = []
    var total = 0.0
    for half in [symmetric, antisymmetric] {
      let n = half.count
      let (values, vectors) = SymmetricEigen.solve(Self.gram(half, weights), count: n)
      for value in values { total += max(0, value) }
      for k in 0..<min(count, n) {
        var mode = [Vector3](repeating: .zero, count: weights.count)
        for i in 0..<n {
          let u = Float(vectors[k * n + i] / Double(n).squareRoot())
          for j in mode.indices { mode[j] += half[i][j] * u }
        }
        found.append((values[k], Self.oriented(mode)))
      }
    }
    found.sort { $0.variance > $1.variance }
    modes = found.prefix(count).map(\.mode)
    share = found.prefix(count).reduce(0) { $0 + $1.variance } / total
  }

  /// The mode or its negative: the one whose largest component is positive.
  static func oriented(_ mode: [Vector3]) -> [Vector3] {
    var largest: Float = 0
    for v in mode {
      for k in 0..<3 where v[k].magnitude > largest.magnitude * 1.0001 { largest = v[k] }
    }
    return largest < 0 ? mode.map { -$0 } : mode
  }

  private static func gram(_ shapes: [[Vector3]], _ weights: [Float]) -> [Double] {
    let n = shapes.count
    let lanes = (3 * weights.count + 7) / 8
    var rows = [SIMD8<Float>](repeating: .zero, count: n * lanes)
    for i in 0..<n {
      for j in weights.indices {
        let v = shapes[i][j] * weights[j].squareRoot()
        for k in 0..<3 {
          let at = 3 * j + k
          rows[i * lanes + at / 8][at % 8] = v[k]
        }
      }
    }
    var gram = [Double](repeating: 0, count: n * n)
    rows.withUnsafeBufferPointer { rows in
      for i in 0..<n {
        for j in 0...i {
          var total = 0.0
          var start = 0
          while start < lanes {
            let end = min(start + 128, lanes)
            var sum = SIMD8<Float>.zero
            for k in start..<end { sum += rows[i * lanes + k] * rows[j * lanes + k] }
            total += Double(sum.sum())
            start = end
          }
          gram[i * n + j] = total
          gram[j * n + i] = total
        }
      }
    }
    return gram
  }
}
