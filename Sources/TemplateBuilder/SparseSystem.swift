/// A symmetric positive definite matrix that joins vertices along edges.
struct SparseSystem {
  var diagonal: [Double]
  private var joins: [(Int, Int, Double)] = []
  private var starts: [Int] = []
  private var columns: [Int] = []
  private var entries: [Double] = []

  init(count: Int) { diagonal = Array(repeating: 0, count: count) }

  /// Adds `weight` · (xᵢ − xⱼ)² to the quadratic form.
  mutating func join(_ i: Int, _ j: Int, by weight: Double) {
    diagonal[i] += weight
    diagonal[j] += weight
    joins.append((i, j, -weight))
    joins.append((j, i, -weight))
  }

  /// Prepares the matrix for use, once everything is joined.
  mutating func finish() {
    joins.sort { ($0.0, $0.1) < ($1.0, $1.1) }
    starts = [0]
    var at = 0
    for i in diagonal.indices {
      while at < joins.count, joins[at].0 == i { at += 1 }
      starts.append(at)
    }
    columns = joins.map(\.1)
    entries = joins.map(\.2)
  }

  /// The matrix times a vector.
  func apply(_ x: [Double]) -> [Double] {
    var y = [Double](repeating: 0, count: x.count)
    for i in x.indices {
      var sum = diagonal[i] * x[i]
      for k in starts[i]..<starts[i + 1] { sum += entries[k] * x[columns[k]] }
      y[i] = sum
    }
    return y
  }

  /// The solution of A x = b by conjugate gradients, preconditioned by the diagonal (Hestenes and
  /// Stiefel 1952), from `start` until the residual has shrunk to `tolerance` of b.
  func solve(_ b: [Double], start: [Double], tolerance: Double) -> [Double] {
    var x = start
    var r = zip(b, apply(x)).map { $0 - $1 }
    var z = zip(r, diagonal).map { $0 / $1 }
    var p = z
    var rz = 0.0
    var goal = 0.0
    for i in r.indices {
      rz += r[i] * z[i]
      goal += b[i] * b[i] / diagonal[i]
    }
    goal *= tolerance * tolerance
    for _ in 0..<2000 {
      if rz <= goal { break }
      let q = apply(p)
      var pq = 0.0
      for i in p.indices { pq += p[i] * q[i] }
      let alpha = rz / pq
      var next = 0.0
      for i in x.indices {
        x[i] += alpha * p[i]
        r[i] -= alpha * q[i]
        z[i] = r[i] / diagonal[i]
        next += r[i] * z[i]
      }
      let beta = next / rz
      rz = next
      for i in p.indices { p[i] = z[i] + beta * p[i] }
    }
    return x
  }
}
