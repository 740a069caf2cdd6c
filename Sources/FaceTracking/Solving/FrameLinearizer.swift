internal import FaceRig
internal import Geometry

/// One frame's pose and coefficients while they are being solved for.
struct FrameUnknowns: Sendable, Equatable {
  var cameraFromHead: RigidTransform
  /// Columns 0..<52; see ``SolverColumns``.
  var expression = ColumnVector.zero

  /// Adds a step: the coefficients stay in 0…1.
  mutating func add(_ step: ColumnVector) {
    let r = SolverColumns.rotation
    let t = SolverColumns.translation
    let turn = Vector3(step[r], step[r + 1], step[r + 2])
    // Half a radian at once: beyond, the linearisation means nothing.
    let limit = min(1, 0.5 / max(turn.length, 1e-9))
    cameraFromHead = cameraFromHead.adjusted(
      rotationVector: turn * limit, translation: Vector3(step[t], step[t + 1], step[t + 2]))
    cameraFromHead.translation.z = min(max(cameraFromHead.translation.z, 5), 5000)
    for column in 0..<ExpressionChannel.count {
      expression[column] = min(max(expression[column] + step[column], 0), 1)
    }
  }
}

/// The person and camera that frames are solved against.
struct SolvingScene: Sendable {
  /// Neutral landmarks, head frame.
  var neutral: [Vector3]
  var focalLength: Float
  var center: SIMD2<Float>
}

/// Residuals of one frame and their Jacobian, weighted and robust.
///
/// A landmark of the neutral face N, with coefficients e and pose (R, t), is seen at
/// `u = f · π(R (N + D e) + t) + c`. Its row of the Jacobian is P R D for the coefficients, P [·]ₓ
/// for a rotation in the camera's axes and P for a shift, with P = ∂u/∂(camera point).
struct FrameLinearizer {
  /// `[landmark]`: weight by kind, visibility and residual, in the last linearisation.
  private(set) var weights: [Float]
  /// `[landmark]`: observed minus predicted position, pixels.
  private(set) var residuals: [SIMD2<Float>]
  /// `[landmark]`: how much the robust loss kept of its weight, 0…1.
  private(set) var inlierness: [Float]
  /// `[row][block]`: the rows of the chunk at hand.
  private(set) var rows: [SIMD8<Float>]
  /// `[landmark]`: the two rows of P R, and the rotated point.
  private var jacobianU: [Vector3]
  private var jacobianV: [Vector3]
  private var turned: [Vector3]
  private var projection: [Vector3]
  private var views: [SIMD2<Float>]
  private var packed = [SIMD8<Float>](repeating: .zero, count: SolverColumns.blockCount)

  /// Prepares room for a model's landmarks.
  init(landmarkCount: Int) {
    weights = [Float](repeating: 0, count: landmarkCount)
    residuals = [SIMD2<Float>](repeating: .zero, count: landmarkCount)
    inlierness = [Float](repeating: 1, count: landmarkCount)
    rows = [SIMD8<Float>](
      repeating: .zero, count: 2 * LandmarkModel.chunkSize * SolverColumns.blockCount)
    jacobianU = [Vector3](repeating: .zero, count: landmarkCount)
    jacobianV = [Vector3](repeating: .zero, count: landmarkCount)
    turned = [Vector3](repeating: .zero, count: landmarkCount)
    projection = [Vector3](repeating: .zero, count: landmarkCount)
    views = [SIMD2<Float>](repeating: .zero, count: landmarkCount)
  }

  /// Projects all landmarks and weighs their residuals.
  ///
  /// - Parameters:
  ///   - sigma: The residual's standard deviation in pixels; the loss is Cauchy's, at 3 σ.
  /// - Returns: Whether every landmark lies before the camera.
  @discardableResult
  mutating func project(
    _ model: LandmarkModel, _ scene: SolvingScene, _ observed: [SIMD2<Float>],
    _ unknowns: FrameUnknowns, sigma: Float
  ) -> Bool {
    for block in 0..<7 {
      var lanes = SIMD8<Float>.zero
      for lane in 0..<8 { lanes[lane] = unknowns.expression[block * 8 + lane] }
      packed[block] = lanes
    }
    let rotation = unknowns.cameraFromHead.rotation
    let translation = unknowns.cameraFromHead.translation
    let columnX = rotation.transpose
    let f = scene.focalLength
    var isBefore = true
    let cauchy = 1 / (9 * sigma * sigma)
    let expression = model.expression.span
    for n in 0..<model.count {
      var sx = SIMD8<Float>.zero
      var sy = SIMD8<Float>.zero
      var sz = SIMD8<Float>.zero
      let active = model.activeBlocks[n]
      for block in 0..<7 where active & (1 << UInt8(block)) != 0 {
        let row = n * 24 + block
        let e = packed[block]
        sx += expression[row] * e
        sy += expression[row + 8] * e
        sz += expression[row + 16] * e
      }
      let head = scene.neutral[n] + Vector3(sx.sum(), sy.sum(), sz.sum())
      let turnedPoint = rotation * head
      let camera = turnedPoint + translation
      let isVisible = camera.z > 1
      if !isVisible { isBefore = false }
      let inverse = 1 / max(camera.z, 1)
      let uv = SIMD2(camera.x, camera.y) * (f * inverse)
      let r = observed[n] - scene.center - uv
      let pu = Vector3(f * inverse, 0, -uv.x * inverse)
      let pv = Vector3(0, f * inverse, -uv.y * inverse)
      turned[n] = turnedPoint
      projection[n] = Vector3(f * inverse, -uv.x * inverse, -uv.y * inverse)
      views[n] = uv
      jacobianU[n] = columnX * pu
      jacobianV[n] = columnX * pv
      residuals[n] = r
      let point = model.points[n]
      let facing = -(rotation * point.normal).dot(camera) / max(camera.length, 1e-6)
      let seen =
        point.isContour
        ? min(max(facing + 0.9, 0.1), 1) : min(max(facing * 1.5 + 0.25, 0.05), 1)
      let kept = 1 / (1 + (r.x * r.x + r.y * r.y) * cauchy)
      inlierness[n] = kept
      weights[n] = isVisible ? point.weight * seen * kept : 0
    }
    return isBefore
  }

  /// Fills the normal equations from the last ``project(_:_:_:_:sigma:)``, gaps included.
  mutating func accumulate(
    _ model: LandmarkModel, sigma: Float, into equations: inout NormalEquations
  ) {
    equations.clear()
    for chunk in 0..<model.chunks.count {
      let count = fillRows(model, chunk: chunk, sigma: sigma)
      equations.add(rows: rows.span, count: count, blocks: model.chunks[chunk].blocks)
    }
    let count = fillGapRows(model, sigma: sigma)
    equations.add(rows: rows.span, count: count, blocks: SolverColumns.allBlocks)
    equations.mirror()
  }

  /// Cauchy's loss of the last projection, Σ w ½c² log(1 + r²/c²) with c = 3 in units of σ.
  var loss: Float {
    var sum: Float = 0
    for n in weights.indices where inlierness[n] > 0 {
      sum -= weights[n] / inlierness[n] * ElementaryFunctions.log(inlierness[n])
    }
    return 4.5 * sum
  }

  /// The rows of one chunk, two a landmark, scaled by the roots of their weights.
  mutating func fillRows(_ model: LandmarkModel, chunk: Int, sigma: Float) -> Int {
    let (start, end, blocks) = model.chunks[chunk]
    for i in start..<end {
      let n = Int(model.order[i])
      let scale = weights[n].squareRoot() / sigma
      writeRows(model, landmark: n, at: (i - start) * 16, scale: scale, blocks: blocks, sign: false)
    }
    return 2 * (end - start)
  }

  /// The rows of the gaps: differences of two landmarks' rows.
  mutating func fillGapRows(_ model: LandmarkModel, sigma: Float) -> Int {
    var row = 0
    for gap in LandmarkIndex.gaps {
      let scale = gapScale(gap.upper, gap.lower, gap.weight, sigma)
      writeRows(
        model, landmark: gap.upper, at: row * 8, scale: scale, blocks: SolverColumns.allBlocks,
        sign: false)
      writeRows(
        model, landmark: gap.lower, at: row * 8, scale: -scale, blocks: SolverColumns.allBlocks,
        sign: true)
      row += 2
    }
    return row
  }

  /// The root of a gap's weight over σ.
  func gapScale(_ a: Int, _ b: Int, _ weight: Float, _ sigma: Float) -> Float {
    (weight * min(weights[a], weights[b])).squareRoot() / sigma
  }

  /// Rows of what all frames share: P R B for the identity modes B, then the change of the picture
  /// with the logarithm of the focal length, then the residual; all times `scale`.
  ///
  /// - Parameter sign: Whether to add to what is there.
  func writeIdentityRows(
    _ model: LandmarkModel, landmark n: Int, at offset: Int, scale: Float, adding: Bool,
    to target: inout [SIMD8<Float>]
  ) {
    let blocks = model.identityBlockCount
    let u = jacobianU[n] * scale
    let v = jacobianV[n] * scale
    let first = n * 3 * blocks
    for block in 0..<blocks {
      let x = model.identity[first + block]
      let y = model.identity[first + blocks + block]
      let z = model.identity[first + 2 * blocks + block]
      var a = x * u.x + y * u.y
      a += z * u.z
      var b = x * v.x + y * v.y
      b += z * v.z
      if adding {
        target[offset + block] += a
        target[offset + blocks + block] += b
      } else {
        target[offset + block] = a
        target[offset + blocks + block] = b
      }
    }
    // u − c = f x / z grows in proportion to f.
    let lane = model.identityModeCount
    target[offset + lane / 8][lane % 8] += views[n].x * scale
    target[offset + blocks + lane / 8][lane % 8] += views[n].y * scale
    target[offset + (lane + 1) / 8][(lane + 1) % 8] += residuals[n].x * scale
    target[offset + blocks + (lane + 1) / 8][(lane + 1) % 8] += residuals[n].y * scale
  }

  /// P R of one landmark and where it is seen from the picture's centre.
  func pointJacobian(_ n: Int) -> (u: Vector3, v: Vector3, view: SIMD2<Float>) {
    (jacobianU[n], jacobianV[n], views[n])
  }

  private mutating func writeRows(
    _ model: LandmarkModel, landmark n: Int, at offset: Int, scale: Float, blocks: UInt8,
    sign adding: Bool
  ) {
    let u = jacobianU[n] * scale
    let v = jacobianV[n] * scale
    let active = adding ? SolverColumns.allBlocks : blocks
    for block in 0..<7 where active & (1 << UInt8(block)) != 0 {
      let source = n * 24 + block
      let x = model.expression[source]
      let y = model.expression[source + 8]
      let z = model.expression[source + 16]
      var a = x * u.x + y * u.y
      a += z * u.z
      var b = x * v.x + y * v.y
      b += z * v.z
      if adding {
        rows[offset + block] += a
        rows[offset + 8 + block] += b
      } else {
        rows[offset + block] = a
        rows[offset + 8 + block] = b
      }
    }
    let p = projection[n] * scale
    let pu = Vector3(p.x, 0, p.y)
    let pv = Vector3(0, p.x, p.z)
    // pᵀ ∂(exp(w) X)/∂w = (X × p)ᵀ
    let ru = turned[n].cross(pu)
    let rv = turned[n].cross(pv)
    let r = residuals[n] * scale
    let poseU = SIMD8<Float>(0, 0, 0, 0, ru.x, ru.y, ru.z, pu.x)
    let poseV = SIMD8<Float>(0, 0, 0, 0, rv.x, rv.y, rv.z, pv.x)
    let tailU = SIMD8<Float>(pu.y, pu.z, r.x, 0, 0, 0, 0, 0)
    let tailV = SIMD8<Float>(pv.y, pv.z, r.y, 0, 0, 0, 0, 0)
    rows[offset + 6] += poseU
    rows[offset + 8 + 6] += poseV
    if adding {
      rows[offset + 7] += tailU
      rows[offset + 8 + 7] += tailV
    } else {
      rows[offset + 7] = tailU
      rows[offset + 8 + 7] = tailV
    }
  }
}
