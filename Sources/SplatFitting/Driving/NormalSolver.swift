/// Solves `(H + P + damping · diag(H)) step = −(gradient + P · change)` for a matrix H that learns
/// from the steps taken, and diagonal priors P.
struct NormalSolver {
  /// Unknowns.
  let size: Int
  /// H as learnt at enrolment, and as it is now.
  private let learnt: [Float]
  private var matrix: [Float]
  private let priors: [Float]

  /// Keeps H, `[n][n]`, and P, `[n]`.
  init(matrix: [Float], priors: [Float]) {
    size = priors.count
    precondition(matrix.count == size * size)
    learnt = matrix
    self.matrix = matrix
    self.priors = priors
  }

  /// Learns from a step and the change of the picture's gradient along it.
  ///
  /// Directions of no or negative curvature teach nothing. Source: the BFGS update (Nocedal and
  /// Wright, "Numerical Optimization", equation 6.19).
  mutating func learn(step s: [Float], gradientChange y: [Float]) {
    var product = [Float](repeating: 0, count: size)
    var ys: Float = 0, shs: Float = 0, yy: Float = 0, ss: Float = 0
    for i in 0..<size {
      for j in 0..<size { product[i] += matrix[i * size + j] * s[j] }
      shs += product[i] * s[i]
      ys += y[i] * s[i]
      yy += y[i] * y[i]
      ss += s[i] * s[i]
    }
    if !(ys > 0.02 * (yy * ss).squareRoot()) || !(shs > 0) { return }
    for i in 0..<size {
      for j in 0..<size {
        matrix[i * size + j] += y[i] * y[j] / ys - product[i] * product[j] / shs
      }
    }
  }

  /// Returns part of the way to H as learnt at enrolment: another frame begins.
  mutating func relax(by share: Float) {
    for i in matrix.indices { matrix[i] += share * (learnt[i] - matrix[i]) }
  }

  /// ½ Σ P change².
  func priorCost(_ change: [Float]) -> Float {
    zip(priors, change).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / 2
  }

  /// The step from a point `change` away from the priors' centre.
  ///
  /// - Complexity: O(n³ / 6), some 10 µs for 36 unknowns.
  func step(gradient: [Float], _ change: [Float], damping: Float) -> [Float] {
    let factor = factored(damping)
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

  /// The Cholesky factor, lower triangle by rows.
  private func factored(_ damping: Float) -> [Float] {
    var a = matrix
    for i in 0..<size {
      a[i * size + i] += priors[i] + damping * matrix[i * size + i].magnitude + 1e-6
    }
    for i in 0..<size {
      for j in 0...i {
        var sum = a[i * size + j]
        for k in 0..<j { sum -= a[i * size + k] * a[j * size + k] }
        // A matrix from a file may not be positive: keep the step finite.
        a[i * size + j] = i == j ? max(sum, 1e-6).squareRoot() : sum / a[j * size + j]
      }
    }
    return a
  }
}
