/// Eigenvalues and eigenvectors of a symmetric matrix, by cyclic Jacobi rotations.
public enum SymmetricEigen {
  /// Decomposes `matrix = V diag(values) Vᵀ`.
  ///
  /// - Parameters:
  ///   - matrix: `[n][n]`, symmetric, finite.
  ///   - n: its size.
  /// - Returns: the eigenvalues from largest to smallest, and one eigenvector a row, `[n][n]`.
  /// - Complexity: O(n³) a sweep, about eight sweeps.
  public static func decompose(_ matrix: [Double], n: Int) -> (values: [Double], vectors: [Double])
  {
    precondition(matrix.count == n * n)
    var a = matrix
    var v = [Double](repeating: 0, count: n * n)
    for i in 0..<n { v[i * n + i] = 1 }
    for _ in 0..<60 {
      var off = 0.0, total = 0.0
      for i in 0..<n {
        for j in 0..<n {
          let square = a[i * n + j] * a[i * n + j]
          total += square
          if i != j { off += square }
        }
      }
      if off <= total * 1e-22 { break }
      for p in 0..<n {
        for q in (p + 1)..<max(n, p + 1) { rotate(&a, &v, n, p, q) }
      }
    }
    let order = (0..<n).sorted { a[$0 * n + $0] > a[$1 * n + $1] }
    var vectors = [Double](repeating: 0, count: n * n)
    for (row, i) in order.enumerated() {
      for j in 0..<n { vectors[row * n + j] = v[i * n + j] }
    }
    return (order.map { a[$0 * n + $0] }, vectors)
  }

  /// One rotation that makes entry (p, q) zero; rows of `v` turn along.
  private static func rotate(_ a: inout [Double], _ v: inout [Double], _ n: Int, _ p: Int, _ q: Int)
  {
    let apq = a[p * n + q]
    if apq.magnitude < 1e-300 { return }
    let theta = (a[q * n + q] - a[p * n + p]) / (2 * apq)
    let sign: Double = theta >= 0 ? 1 : -1
    let t = sign / (theta.magnitude + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in 0..<n {
      let akp = a[k * n + p], akq = a[k * n + q]
      a[k * n + p] = c * akp - s * akq
      a[k * n + q] = s * akp + c * akq
    }
    for k in 0..<n {
      let apk = a[p * n + k], aqk = a[q * n + k]
      a[p * n + k] = c * apk - s * aqk
      a[q * n + k] = s * apk + c * aqk
      let vpk = v[p * n + k], vqk = v[q * n + k]
      v[p * n + k] = c * vpk - s * vqk
      v[q * n + k] = s * vpk + c * vqk
    }
  }
}
