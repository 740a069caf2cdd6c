import FaceRig
import Geometry

/// The slowest vibrations of the face's surface: shape changes that no population foresaw.
struct SmoothModes {
  /// One value a vertex a mode, root mean square 1 over the face; by rising frequency.
  var modes: [[Double]]
  /// Their eigenvalues.
  var eigenvalues: [Double]

  /// Solves L u = λ M u for the smallest λ: L is the graph Laplacian weighted by inverse edge
  /// lengths plus a penalty behind the face, M the areas of the vertices on the face.
  ///
  /// Where there is neither penalty nor mass (ears, the inside of the mouth) modes continue as
  /// smoothly as they can. Inverse subspace iteration (Bathe and Wilson 1973), each inverse by
  /// conjugate gradients.
  /// - Parameters:
  ///   - positions: Centimetres.
  ///   - triangles: The skin's, cavities included; other vertices get zero.
  ///   - isFace: For each triangle, whether its vertices have mass when they lie in front.
  ///   - count: How many modes.
  init(positions: [Vector3], triangles: [SIMD3<Int32>], isFace: [Bool], count: Int) {
    let n = positions.count
    var edges: Set<SIMD2<Int32>> = []
    var isSkin = [Bool](repeating: false, count: n)
    var mass = [Double](repeating: 0, count: n)
    for (t, face) in zip(triangles, isFace) {
      let (a, b, c) = (positions[Int(t.x)], positions[Int(t.y)], positions[Int(t.z)])
      let third = Double((b - a).cross(c - a).length) / 6
      for k in 0..<3 {
        let vertex = Int(t[k])
        let p = positions[vertex]
        isSkin[vertex] = true
        if face && p.z > -2 && p.y > -8.5 && p.y < 7.5 && p.x.magnitude < 7 {
          mass[vertex] += third
        }
        let (i, j) = (t[k], t[(k + 1) % 3])
        edges.insert(SIMD2(min(i, j), max(i, j)))
      }
    }
    var system = SparseSystem(count: n)
    for e in edges.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) {
      let length = Double((positions[Int(e.x)] - positions[Int(e.y)]).length)
      system.join(Int(e.x), Int(e.y), by: 1 / max(length, 0.05))
    }
    for i in positions.indices {
      let p = positions[i]
      if !isSkin[i] {
        system.diagonal[i] = 1
      } else if !(p.z > -3 && p.y > -8.5 && p.y < 9 && p.x.magnitude < 9) {
        system.diagonal[i] += 3
      }
    }
    system.finish()
    let front = positions.indices.filter { mass[$0] > 0 }

    let width = count + 12
    var random = RandomSource(seed: 24)
    var block = (0..<width).map { _ in mass.map { $0 > 0 ? Double(random.normal()) : 0 } }
    var values = [Double](repeating: 1, count: width)
    for _ in 0..<14 {
      // Y = L⁻¹ M X, then the best combinations within the span (Rayleigh and Ritz).
      for k in 0..<width {
        var start = block[k]
        for i in 0..<n { start[i] /= max(values[k], 1e-6) }
        let right = zip(mass, block[k]).map { $0 * $1 }
        block[k] = system.solve(right, start: start, tolerance: 1e-7)
      }
      Self.orthonormalize(&block, mass)
      var projected = [Double](repeating: 0, count: width * width)
      for i in 0..<width {
        let image = system.apply(block[i])
        for j in 0..<width { projected[j * width + i] = Self.dot(block[j], image) }
      }
      let (eigenvalues, vectors) = SymmetricEigen.solve(projected, count: width)
      var next: [[Double]] = []
      for k in 0..<width {
        let column = width - 1 - k
        var mode = [Double](repeating: 0, count: n)
        for j in 0..<width {
          let u = vectors[column * width + j]
          for i in 0..<n { mode[i] += block[j][i] * u }
        }
        next.append(mode)
      }
      block = next
      values = eigenvalues.reversed()
    }
    eigenvalues = Array(values.prefix(count))
    modes = block.prefix(count).map { mode in
      var square = 0.0
      for i in front { square += mode[i] * mode[i] }
      var scale = 1 / (square / Double(front.count)).squareRoot()
      let largest = mode.max { abs($0) < abs($1) } ?? 0
      if largest < 0 { scale = -scale }
      return mode.map { $0 * scale }
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }

  /// Gram and Schmidt, twice, in the inner product that `mass` defines.
  private static func orthonormalize(_ block: inout [[Double]], _ mass: [Double]) {
    for k in block.indices {
      for _ in 0..<2 {
        let weighted = zip(mass, block[k]).map { $0 * $1 }
        for j in 0..<k {
          let share = dot(block[j], weighted)
          for i in mass.indices { block[k][i] -= share * block[j][i] }
        }
      }
      let length = dot(zip(mass, block[k]).map { $0 * $1 }, block[k]).squareRoot()
      for i in mass.indices { block[k][i] /= length }
    }
  }
}
