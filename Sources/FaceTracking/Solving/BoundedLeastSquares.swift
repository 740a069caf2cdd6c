/// Minimises ½ xᵀHx − gᵀx with lower ≤ x ≤ upper, by an active set.
///
/// Variables at a bound are pinned there and the rest solved by Cholesky; those that then leave
/// their bounds are pinned as well, those whose multiplier has the wrong sign are freed. H is
/// 64 × 64, symmetric and positive definite on the columns in use (Nocedal and Wright, Numerical
/// Optimization, section 16.5).
///
/// Complexity: a factorisation of some 15 µs a round; usually one to three rounds.
struct BoundedLeastSquares {
  private var factor = [SIMD8<Float>](
    repeating: .zero, count: SolverColumns.stride * SolverColumns.blockCount)
  private var isPinned = [Bool](repeating: false, count: SolverColumns.stride)
  private var right = [SIMD8<Float>](repeating: .zero, count: SolverColumns.blockCount)

  /// Solves; the result is within the bounds whatever the matrix.
  mutating func solve(
    matrix: [SIMD8<Float>], gradient g: ColumnVector, lower: ColumnVector,
    upper: ColumnVector
  ) -> ColumnVector {
    let n = SolverColumns.count
    var x = ColumnVector.zero
    for i in 0..<SolverColumns.stride {
      if i >= n {
        isPinned[i] = true
      } else if upper[i] - lower[i] < 1e-7 {
        isPinned[i] = true
        x[i] = lower[i]
      } else if lower[i] >= 0 && g[i] < 0 {
        isPinned[i] = true
        x[i] = lower[i]
      } else if upper[i] <= 0 && g[i] > 0 {
        isPinned[i] = true
        x[i] = upper[i]
      } else {
        isPinned[i] = false
      }
    }
    for _ in 0..<12 {
      let y = solveFree(matrix, g, x)
      var hasViolation = false
      for i in 0..<n where !isPinned[i] {
        let value = y[i]
        if value < lower[i] - 1e-6 || value > upper[i] + 1e-6 {
          x[i] = value < lower[i] ? lower[i] : upper[i]
          isPinned[i] = true
          hasViolation = true
        } else {
          x[i] = value
        }
        if !x[i].isFinite { x[i] = min(max(0, lower[i]), upper[i]) }
      }
      if hasViolation { continue }
      let gradient = residualGradient(matrix, g, x)
      var released = false
      for i in 0..<n where isPinned[i] && upper[i] - lower[i] >= 1e-7 {
        let tolerance = 1e-5 * (1 + g[i].magnitude)
        if (x[i] <= lower[i] && gradient[i] < -tolerance)
          || (x[i] >= upper[i] && gradient[i] > tolerance)
        {
          isPinned[i] = false
          released = true
        }
      }
      if !released { break }
    }
    for i in 0..<n { x[i] = min(max(x[i], lower[i]), upper[i]) }
    return x
  }

  /// H x − g.
  private func residualGradient(
    _ matrix: [SIMD8<Float>], _ g: ColumnVector, _ x: ColumnVector
  ) -> ColumnVector {
    var sums = [SIMD8<Float>](repeating: .zero, count: 8)
    for i in 0..<SolverColumns.count where x[i] != 0 {
      for block in 0..<8 { sums[block] += matrix[i * 8 + block] * x[i] }
    }
    var result = ColumnVector.zero
    for i in 0..<SolverColumns.count { result[i] = sums[i / 8][i % 8] - g[i] }
    return result
  }

  /// Solves for the columns that are not pinned, the pinned ones held at `x`.
  private mutating func solveFree(
    _ matrix: [SIMD8<Float>], _ g: ColumnVector, _ x: ColumnVector
  ) -> ColumnVector {
    let n = SolverColumns.count
    for block in 0..<8 {
      var lanes = SIMD8<Float>.zero
      for lane in 0..<8 { lanes[lane] = g[block * 8 + lane] }
      right[block] = lanes
    }
    for i in 0..<n where isPinned[i] && x[i] != 0 {
      for block in 0..<8 { right[block] -= matrix[i * 8 + block] * x[i] }
    }
    for i in 0..<n where !isPinned[i] {
      for block in i / 8..<8 { factor[i * 8 + block] = matrix[i * 8 + block] }
    }
    // H = UᵀU, row by row; the forward substitution goes along.
    for k in 0..<n where !isPinned[k] {
      let pivot = max(factor[k * 8 + k / 8][k % 8], 1e-6)
      let scale = 1 / pivot.squareRoot()
      for block in k / 8..<8 { factor[k * 8 + block] *= scale }
      let z = right[k / 8][k % 8] * scale
      for i in k + 1..<n where !isPinned[i] {
        let f = factor[k * 8 + i / 8][i % 8]
        if f == 0 { continue }
        for block in i / 8..<8 { factor[i * 8 + block] -= factor[k * 8 + block] * f }
      }
      for block in k / 8..<8 { right[block] -= factor[k * 8 + block] * z }
      right[k / 8][k % 8] = z
    }
    var y = ColumnVector.zero
    var solution = [SIMD8<Float>](repeating: .zero, count: 8)
    for k in stride(from: n - 1, through: 0, by: -1) where !isPinned[k] {
      var sum = SIMD8<Float>.zero
      for block in k / 8..<8 { sum += factor[k * 8 + block] * solution[block] }
      let diagonal = factor[k * 8 + k / 8][k % 8]
      let value = (right[k / 8][k % 8] - sum.sum()) / diagonal
      solution[k / 8][k % 8] = value
      y[k] = value
    }
    return y
  }
}
