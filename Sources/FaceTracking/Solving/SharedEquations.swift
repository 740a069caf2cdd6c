internal import Geometry

/// The normal equations of what all frames share — identity modes and log focal length — after
/// each frame's own unknowns were eliminated (Schur complement).
///
/// A frame adds BᵀWB − CᵀH⁻¹C with H = AᵀWA + priors, C = AᵀWB; A are its own columns, B the shared
/// ones, the residual among them. BᵀWB is block diagonal in the landmarks but for the basis:
/// Σ Iₙᵀ Mₙ Iₙ with Mₙ = Σ RᵀPᵀwPR over frames, so it is formed once, not once a frame.
struct SharedEquations {
  private let blocks: Int
  private let modes: Int
  /// `[column][block]`, upper tiles; columns are modes, log focal length, residual.
  private var matrix: [SIMD8<Float>]
  /// `[landmark]`: Mₙ by rows, Σ RᵀPᵀw(view) and Σ RᵀPᵀw r.
  private var curvature: [Matrix3]
  private var focal: [Vector3]
  private var pull: [Vector3]
  private var focalCurvature: Double = 0
  private var focalPull: Double = 0
  /// `[column][block]`: AᵀWB of the frame at hand.
  private var cross: [SIMD8<Float>]
  private var sharedRows: [SIMD8<Float>]

  /// A frame that was eliminated: enough to give its own step once the shared one is known.
  struct EliminatedFrame {
    /// U of H = UᵀU, `[column][block]`.
    var factor: [SIMD8<Float>]
    /// U⁻ᵀ C, the residual's column included.
    var reduced: [SIMD8<Float>]
    var isActive: [Bool]
  }

  /// Prepares room for a model.
  init(_ model: LandmarkModel) {
    blocks = model.identityBlockCount
    modes = model.identityModeCount
    matrix = [SIMD8<Float>](repeating: .zero, count: blocks * 8 * blocks)
    curvature = [Matrix3](
      repeating: Matrix3(.zero, .zero, .zero), count: model.count)
    focal = [Vector3](repeating: .zero, count: model.count)
    pull = focal
    cross = [SIMD8<Float>](repeating: .zero, count: SolverColumns.stride * blocks)
    sharedRows = [SIMD8<Float>](
      repeating: .zero, count: 2 * LandmarkModel.chunkSize * blocks)
  }

  /// Forgets all frames.
  mutating func clear() {
    for i in matrix.indices { matrix[i] = .zero }
    for n in curvature.indices {
      curvature[n] = Matrix3(.zero, .zero, .zero)
      focal[n] = .zero
      pull[n] = .zero
    }
    focalCurvature = 0
    focalPull = 0
  }

  /// Adds a frame that was just projected.
  ///
  /// - Parameters:
  ///   - weight: How much the frame counts.
  ///   - prior: Diagonal of the prior on the frame's own columns and its gradient; columns with an
  ///     infinite diagonal are held.
  mutating func add(
    _ model: LandmarkModel, _ linearizer: inout FrameLinearizer, sigma: Float,
    equations: inout NormalEquations, priorDiagonal: ColumnVector, priorGradient: ColumnVector,
    unknowns: FrameUnknowns
  ) -> EliminatedFrame {
    equations.clear()
    for i in cross.indices { cross[i] = .zero }
    for chunk in 0..<model.chunks.count {
      let (start, end, active) = model.chunks[chunk]
      let count = linearizer.fillRows(model, chunk: chunk, sigma: sigma)
      equations.add(rows: linearizer.rows.span, count: count, blocks: active)
      for i in start..<end {
        let n = Int(model.order[i])
        let scale = linearizer.weights[n].squareRoot() / sigma
        linearizer.writeIdentityRows(
          model, landmark: n, at: (i - start) * 2 * blocks, scale: scale, adding: false,
          to: &sharedRows)
        addPoint(linearizer, n, weight: scale * scale)
      }
      addProduct(
        left: linearizer.rows, active: active, right: sharedRows, count: count,
        blocks: blocks, to: &cross)
    }
    let count = linearizer.fillGapRows(model, sigma: sigma)
    equations.add(rows: linearizer.rows.span, count: count, blocks: SolverColumns.allBlocks)
    var row = 0
    for gap in LandmarkIndex.gaps {
      let scale = linearizer.gapScale(gap.upper, gap.lower, gap.weight, sigma)
      linearizer.writeIdentityRows(
        model, landmark: gap.upper, at: row * blocks, scale: scale, adding: false, to: &sharedRows)
      linearizer.writeIdentityRows(
        model, landmark: gap.lower, at: row * blocks, scale: -scale, adding: true, to: &sharedRows)
      row += 2
    }
    addProduct(
      left: linearizer.rows, active: SolverColumns.allBlocks, right: sharedRows,
      count: count, blocks: blocks, to: &cross)
    addSquare(sharedRows, count: count, blocks: blocks, to: &matrix)
    equations.mirror()
    return eliminate(equations, priorDiagonal, priorGradient, unknowns)
  }

  private mutating func addPoint(_ linearizer: FrameLinearizer, _ n: Int, weight: Float) {
    let (u, v, view) = linearizer.pointJacobian(n)
    let r = linearizer.residuals[n]
    let wu = u * weight
    let wv = v * weight
    curvature[n] =
      curvature[n]
      + Matrix3(u * wu.x + v * wv.x, u * wu.y + v * wv.y, u * wu.z + v * wv.z)
    focal[n] += wu * view.x + wv * view.y
    pull[n] += wu * r.x + wv * r.y
    focalCurvature += Double(weight * (view.x * view.x + view.y * view.y))
    focalPull += Double(weight * (view.x * r.x + view.y * r.y))
  }

  /// Subtracts CᵀH⁻¹C on the columns that are not held at a bound.
  private mutating func eliminate(
    _ equations: NormalEquations, _ priorDiagonal: ColumnVector, _ priorGradient: ColumnVector,
    _ unknowns: FrameUnknowns
  ) -> EliminatedFrame {
    let n = SolverColumns.count
    let residual = modes + 1
    var factor = equations.matrix
    var reduced = cross
    var isActive = [Bool](repeating: false, count: SolverColumns.stride)
    for k in 0..<n {
      factor[k * 8 + k / 8][k % 8] += priorDiagonal[k]
      reduced[k * blocks + residual / 8][residual % 8] += priorGradient[k]
      let gradient = reduced[k * blocks + residual / 8][residual % 8]
      let e = unknowns.expression[k]
      isActive[k] =
        k >= SolverColumns.rotation
        || !((e <= 1e-6 && gradient < 0) || (e >= 1 - 1e-6 && gradient > 0))
    }
    for k in 0..<n where isActive[k] {
      let scale = 1 / max(factor[k * 8 + k / 8][k % 8], 1e-6).squareRoot()
      for block in k / 8..<8 { factor[k * 8 + block] *= scale }
      for block in 0..<blocks { reduced[k * blocks + block] *= scale }
      for i in k + 1..<n where isActive[i] {
        let f = factor[k * 8 + i / 8][i % 8]
        if f == 0 { continue }
        for block in i / 8..<8 { factor[i * 8 + block] -= factor[k * 8 + block] * f }
        for block in 0..<blocks { reduced[i * blocks + block] -= reduced[k * blocks + block] * f }
      }
    }
    // The rows that were held are not part of the product.
    var rows: [SIMD8<Float>] = []
    rows.reserveCapacity(n * blocks)
    var count = 0
    for k in 0..<n where isActive[k] {
      rows.append(contentsOf: reduced[k * blocks..<(k + 1) * blocks])
      count += 1
    }
    var product = [SIMD8<Float>](repeating: .zero, count: matrix.count)
    addSquare(rows, count: count, blocks: blocks, to: &product)
    for i in matrix.indices { matrix[i] -= product[i] }
    return EliminatedFrame(factor: factor, reduced: reduced, isActive: isActive)
  }

  /// Solves for the shared step: one number a mode, then the change of log focal length.
  ///
  /// - Parameters:
  ///   - priorDiagonal: One a mode and one for the focal length.
  ///   - priorGradient: Likewise.
  mutating func solve(
    _ model: LandmarkModel, priorDiagonal: [Float], priorGradient: [Float]
  ) -> [Float] {
    addPoints(model)
    let n = modes + 1
    var a = [Double](repeating: 0, count: n * n)
    var b = [Double](repeating: 0, count: n)
    for i in 0..<n {
      for j in i..<n {
        let value = Double(matrix[i * blocks + j / 8][j % 8])
        a[i * n + j] = value
        a[j * n + i] = value
      }
      b[i] = Double(matrix[i * blocks + n / 8][n % 8]) + Double(priorGradient[i])
      a[i * n + i] += Double(priorDiagonal[i])
    }
    a[modes * n + modes] += focalCurvature
    b[modes] += focalPull
    return solvePositiveDefinite(&a, &b, count: n).map(Float.init)
  }

  /// Adds Σ Iₙᵀ Mₙ Iₙ through the Cholesky factors of the Mₙ: three rows a landmark.
  private mutating func addPoints(_ model: LandmarkModel) {
    let focalLane = modes
    let residualLane = modes + 1
    var rows = [SIMD8<Float>](repeating: .zero, count: 3 * LandmarkModel.chunkSize * blocks)
    var count = 0
    for n in 0..<model.count {
      let l = curvature[n].choleskyFactor
      // Mₙ = L Lᵀ; row k of the factored basis is Σ L[a][k] I[a]. The vectors that multiply Iₙᵀ
      // become columns: L y = v.
      let yFocal = l.forwardSubstituted(focal[n])
      let yPull = l.forwardSubstituted(pull[n])
      for k in 0..<3 {
        let offset = (count + k) * blocks
        let c = Vector3(l.x[k], l.y[k], l.z[k])
        for block in 0..<blocks {
          var sum = model.identity[n * 3 * blocks + block] * c.x
          sum += model.identity[(n * 3 + 1) * blocks + block] * c.y
          sum += model.identity[(n * 3 + 2) * blocks + block] * c.z
          rows[offset + block] = sum
        }
        // These columns hold no identity; their products with each other are exact sums instead.
        rows[offset + focalLane / 8][focalLane % 8] = yFocal[k]
        rows[offset + residualLane / 8][residualLane % 8] = yPull[k]
      }
      focalCurvature -= Double(yFocal.dot(yFocal))
      focalPull -= Double(yFocal.dot(yPull))
      count += 3
      if count == 3 * LandmarkModel.chunkSize || n == model.count - 1 {
        addSquare(rows, count: count, blocks: blocks, to: &matrix)
        count = 0
      }
    }
  }

  /// A frame's own step, given the shared one.
  func ownStep(_ frame: EliminatedFrame, shared: [Float]) -> ColumnVector {
    let n = SolverColumns.count
    let residual = modes + 1
    var packed = [SIMD8<Float>](repeating: .zero, count: blocks)
    for (i, value) in shared.enumerated() { packed[i / 8][i % 8] = value }
    var y = [SIMD8<Float>](repeating: .zero, count: 8)
    var step = ColumnVector.zero
    for k in stride(from: n - 1, through: 0, by: -1) where frame.isActive[k] {
      var product = SIMD8<Float>.zero
      for block in 0..<blocks { product += frame.reduced[k * blocks + block] * packed[block] }
      var sum = SIMD8<Float>.zero
      for block in k / 8..<8 { sum += frame.factor[k * 8 + block] * y[block] }
      let right = frame.reduced[k * blocks + residual / 8][residual % 8] - product.sum()
      let value = (right - sum.sum()) / frame.factor[k * 8 + k / 8][k % 8]
      if value.isFinite {
        y[k / 8][k % 8] = value
        step[k] = value
      }
    }
    return step
  }
}

/// Adds leftᵀ right; left rows have eight blocks, of which `active` are not zero.
private func addProduct(
  left: [SIMD8<Float>], active: UInt8, right: [SIMD8<Float>], count: Int, blocks: Int,
  to target: inout [SIMD8<Float>]
) {
  let left = left.span
  let right = right.span
  var target = target.mutableSpan
  for i in 0..<SolverColumns.blockCount where active & (1 << UInt8(i)) != 0 {
    for j in 0..<blocks {
      addTile(
        left: left, leftStride: 8, leftBlock: i, right: right, rightStride: blocks,
        rightBlock: j, count: count, into: &target, stride: blocks)
    }
  }
}

/// Adds rowsᵀ rows, upper tiles only.
private func addSquare(
  _ rows: [SIMD8<Float>], count: Int, blocks: Int, to target: inout [SIMD8<Float>]
) {
  let rows = rows.span
  var target = target.mutableSpan
  for i in 0..<blocks {
    for j in i..<blocks {
      addTile(
        left: rows, leftStride: blocks, leftBlock: i, right: rows, rightStride: blocks,
        rightBlock: j, count: count, into: &target, stride: blocks)
    }
  }
}

extension Matrix3 {
  /// L of M = L Lᵀ for a positive semidefinite matrix.
  var choleskyFactor: Matrix3 {
    let floor = max(1e-9, 1e-6 * (x.x + y.y + z.z))
    let a = max(x.x, floor).squareRoot()
    let b = y.x / a
    let c = z.x / a
    let d = max(y.y - b * b, floor).squareRoot()
    let e = (z.y - c * b) / d
    let f = max(z.z - c * c - e * e, floor).squareRoot()
    return Matrix3([a, 0, 0], [b, d, 0], [c, e, f])
  }

  /// y of L y = v for a lower triangular matrix.
  func forwardSubstituted(_ v: Vector3) -> Vector3 {
    let a = v.x / x.x
    let b = (v.y - y.x * a) / y.y
    return Vector3(a, b, (v.z - z.x * a - z.y * b) / z.z)
  }
}

/// Solves A x = b by Cholesky, in place; directions without information stay at zero.
func solvePositiveDefinite(_ a: inout [Double], _ b: inout [Double], count n: Int) -> [Double] {
  for k in 0..<n {
    let pivot = a[k * n + k]
    if !(pivot > 1e-9) {
      for i in k..<n { a[k * n + i] = 0 }
      a[k * n + k] = 1
      b[k] = 0
      continue
    }
    let root = pivot.squareRoot()
    for j in k..<n { a[k * n + j] /= root }
    b[k] /= root
    for i in k + 1..<max(n, k + 1) {
      let f = a[k * n + i]
      if f == 0 { continue }
      for j in i..<n { a[i * n + j] -= f * a[k * n + j] }
      b[i] -= f * b[k]
    }
  }
  var x = b
  for k in stride(from: n - 1, through: 0, by: -1) {
    var sum = x[k]
    for j in k + 1..<max(n, k + 1) { sum -= a[k * n + j] * x[j] }
    x[k] = sum / a[k * n + k]
  }
  return x
}
