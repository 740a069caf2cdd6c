internal import FaceRig
internal import Geometry

/// One of the frames that a person is learnt from.
struct Keyframe: Sendable {
  /// Among the frames given.
  var index: Int
  var unknowns: FrameUnknowns
  /// The residual's standard deviation, pixels.
  var sigma: Float
  /// How many times as strongly the coefficients are drawn to zero.
  var anchor: Float = 1
  /// In per cent of the distance between the pupils.
  var residual: Float = 0
  /// Where the eye-look channels are drawn to.
  var look = ColumnVector.zero
  /// Half the vergence, and the common pitch, where both irises were seen.
  var resting: Gaze?

  /// The prior's curvature on the frame's own columns, and its pull at the present values.
  func prior(_ prior: ExpressionPrior) -> (diagonal: ColumnVector, gradient: ColumnVector) {
    var diagonal = prior.quadratic * anchor
    let e = unknowns.expression
    let slope = prior.quadratic * e + prior.linear + ExpressionPrior.rivalSlope(e)
    var gradient = (look * ExpressionPrior.lookWeight - slope) * anchor
    for column in SolverColumns.rotation..<SolverColumns.count { diagonal[column] = 1e-3 }
    for column in ExpressionChannel.count..<SolverColumns.stride { gradient[column] = 0 }
    return (diagonal, gradient)
  }
}
