internal import Geometry

extension SolvingScene {
  /// A first pose by scaled orthography: the affine map from the neutral face to the picture, made
  /// a rotation (DeMenthon and Davis, Model-based object pose in 25 lines of code, 1995).
  ///
  /// Lids, lips and the outline are left out: they move or are ill defined.
  func initialPose(
    _ model: LandmarkModel, _ observed: [SIMD2<Float>]
  ) throws(FaceSolvingError) -> RigidTransform {
    var total: Float = 0
    var meanHead = Vector3.zero
    var meanView = SIMD2<Float>.zero
    for n in 0..<model.count where isRigid(model.points[n]) {
      total += 1
      meanHead += neutral[n]
      meanView += observed[n]
    }
    if total < 8 { throw .degenerateLandmarks }
    meanHead /= total
    meanView /= total
    var covariance = Matrix3([0, 0, 0], [0, 0, 0], [0, 0, 0])
    var crossU = Vector3.zero
    var crossV = Vector3.zero
    for n in 0..<model.count where isRigid(model.points[n]) {
      let p = neutral[n] - meanHead
      let q = observed[n] - meanView
      covariance = covariance + Matrix3(p * p.x, p * p.y, p * p.z)
      crossU += p * q.x
      crossV += p * q.y
    }
    guard let inverse = covariance.symmetricInverse else { throw .degenerateLandmarks }
    let a = inverse * crossU
    let b = inverse * crossV
    let scale = (a.length * b.length).squareRoot()
    // Orthogonal axes as near to both rows as can be: bisect, then turn by 45°.
    let (unitA, unitB) = (a.normalized, b.normalized)
    if !(scale > 1e-3) || !(unitA.dot(unitB).magnitude < 0.9) { throw .degenerateLandmarks }
    let sum = (unitA + unitB).normalized
    let difference = (unitA - unitB).normalized
    let x = (sum + difference).normalized
    let y = (sum - difference).normalized
    let rotation = Matrix3(x, y, x.cross(y)).orthonormalized
    let depth = min(max(focalLength / scale, 5), 5000)
    let view = (meanView - center) / scale
    let translation = Vector3(view.x, view.y, depth) - rotation * meanHead
    if !translation.x.isFinite || !translation.y.isFinite || !translation.z.isFinite {
      throw .degenerateLandmarks
    }
    return RigidTransform(rotation: rotation, translation: translation)
  }

  private func isRigid(_ point: LandmarkModel.Point) -> Bool {
    !point.isContour && !point.isOutline
  }

  /// The residual's standard deviation in pixels for a face at a distance: 2 % of the distance
  /// between the outer eye corners.
  func sigma(_ pose: RigidTransform) -> Float {
    let apart =
      (neutral[LandmarkIndex.leftOuterCorner] - neutral[LandmarkIndex.rightOuterCorner]).length
    let depth = max(pose.translation.z, 5)
    return max(0.02 * max(apart, 1) * focalLength / depth, 1e-3)
  }
}

extension Matrix3 {
  /// The inverse of a symmetric matrix, if it is far from singular.
  var symmetricInverse: Matrix3? {
    let d = determinant
    let trace = x.x + y.y + z.z
    if !(d > 1e-6 * trace * trace * trace / 27) { return nil }
    let a = y.cross(z) / d
    let b = z.cross(x) / d
    let c = x.cross(y) / d
    return Matrix3(a, b, c)
  }
}
