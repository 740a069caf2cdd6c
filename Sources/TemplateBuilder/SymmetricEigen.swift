/// Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations (Golub and Van Loan,
/// Matrix Computations, §8.5): slow, exact and the same everywhere.
enum SymmetricEigen {
  /// Eigenvalues in descending order and their vectors, each of length one, one after the other.
  ///
  /// - Parameters:
  ///   - matrix: n × n by rows, symmetric.
  ///   - n: The size.
  ///
  /// Complexity: O(n³) times about eight sweeps.
  static func solve(_ matrix: [Double], count n: Int) -> (values: [Double], vectors: [Double]) {
    var a = matrix
    var v = [Double](repeating: 0, count: n * n)
    for i in 0..<n { v[i * n + i] = 1 }
    var scale = 0.0
    for x in a { scale += x * x }
    a.withUnsafeMutableBufferPointer { a in
      v.withUnsafeMutableBufferPointer { v in
        for _ in 0..<30 {
          var off = 0.0
          for i in 0..<n { for j in 0..<i { off += a[i * n + j] * a[i * n + j] } }
          if off <= 1e-24 * scale { break }
          let small = (off / Double(n * n)).squareRoot() * 1e-4
          for p in 0..<n {
            for q in p + 1..<n where abs(a[p * n + q]) > small {
              let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
              let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
              let c = 1 / (t * t + 1).squareRoot()
              let s = t * c
              rotateRows(a, p, q, n, c, s)
              for k in 0..<n {
                let x = a[k * n + p]
                let y = a[k * n + q]
                a[k * n + p] = c * x - s * y
                a[k * n + q] = s * x + c * y
              }
              rotateRows(v, p, q, n, c, s)
            }
          }
        }
      }
    }
    let order = (0..<n).sorted { (a[$0 * n + $0], $1) > (a[$1 * n + $1], $0) }
    return (
      order.map { a[$0 * n + $0] }, order.flatMap { v[$0 * n..<($0 + 1) * n] }
    )
  }

  @inline(__always)
  private static func rotateRows(
    _ m: UnsafeMutableBufferPointer<Double>, _ p: Int, _ q: Int, _ n: Int, _ c: Double, _ s: Double
  ) {
    for k in 0..<n {
      let x = m[p * n + k]
      let y = m[q * n + k]
      m[p * n + k] = c * x - s * y
      m[q * n + k] = s * x + c * y
    }
  }
}
