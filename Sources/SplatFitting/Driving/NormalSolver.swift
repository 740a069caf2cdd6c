/// Solves `(H + P) step = −(gradient + P · change)` for a fixed matrix H and diagonal priors P.
struct NormalSolver {
  private let size: Int
  private let priors: [Float]
  /// The Cholesky factor, lower triangle by rows.
  private let factor: [Float]

  /// Factors `H + P + damping · diag(H)`.
  init(matrix: [Float], priors: [Float], damping: Float = 0.1) {
    size = priors.count
    precondition(matrix.count == size * size)
    self.priors = priors
    var a = matrix
    for i in 0..<size { a[i * size + i] += priors[i] + damping * matrix[i * size + i] + 1e-6 }
    for i in 0..<size {
      for j in 0...i {
        var sum = a[i * size + j]
        for k in 0..<j { sum -= a[i * size + k] * a[j * size + k] }
        if i == j {
          // A matrix from a file may not be positive: keep the step finite.
          a[i * size + i] = max(sum, 1e-6).squareRoot()
        } else {
          a[i * size + j] = sum / a[j * size + j]
        }
      }
    }
    factor = a
  }

  /// The step from a point `change` away from the priors' centre.
  func step(gradient: [Float], _ change: [Float]) -> [Float] {
    var x = (0..<size).map { -(gradient[$0] + priors[$0] * change[$0]) }
    for i in 0..<size {
      for k in 0..<i { x[i] -= factor[i * size + k] * x[k] }
      x[i] /= factor[i * size + i]
    }
    for i in stride(from: size - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(size, i + 1) { x[i] -= factor[k * size + i] * x[k] }
      x[i] /= factor[i * size + i]
    }
    return x
  }
}
