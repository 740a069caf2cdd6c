internal import FaceRig
internal import Geometry

/// A pull of unknowns toward values, in the units of the normal equations.
struct TemporalPull: Sendable {
  /// Precision relative to the data's: 1 weighs as much as the frame's own landmarks.
  var strength = ColumnVector.zero
  /// Where to: absolute coefficients in columns 0..<52.
  var expression = ColumnVector.zero
  /// Where to: the pose.
  var pose: RigidTransform
}

/// Bounded Gauss–Newton on one frame; keeps its working memory between frames.
struct FrameSolver {
  var linearizer: FrameLinearizer
  var equations = NormalEquations()
  private var bounded = BoundedLeastSquares()

  /// Prepares room for a model.
  init(_ model: LandmarkModel) {
    linearizer = FrameLinearizer(landmarkCount: model.count)
  }

  /// One step.
  ///
  /// - Parameters:
  ///   - look: Where the eye-look channels are drawn to.
  ///   - anchor: How many times as strongly the coefficients are drawn to zero: 1 or more.
  /// - Returns: The largest change of a coefficient, or of the pose in radians.
  @discardableResult
  mutating func step(
    _ model: LandmarkModel, _ scene: SolvingScene, _ observed: [SIMD2<Float>], sigma: Float,
    prior: ExpressionPrior, look: ColumnVector, anchor: Float = 1, pull: TemporalPull? = nil,
    unknowns: inout FrameUnknowns
  ) -> Float {
    linearizer.project(model, scene, observed, unknowns, sigma: sigma)
    linearizer.accumulate(model, sigma: sigma, into: &equations)
    let e = unknowns.expression
    var gradient = ColumnVector.zero
    var lower = ColumnVector(repeating: -1e9)
    var upper = ColumnVector(repeating: 1e9)
    for column in 0..<SolverColumns.count {
      gradient[column] = equations[column, SolverColumns.residual]
    }
    if let pull { add(pull, unknowns, to: &gradient) }
    let rivalSlope = ExpressionPrior.rivalSlope(e)
    for column in 0..<ExpressionChannel.count {
      equations[column, column] += prior.quadratic[column] * anchor
      gradient[column] -=
        (prior.quadratic[column] * e[column] + prior.linear[column] + rivalSlope[column]) * anchor
        - ExpressionPrior.lookWeight * anchor * look[column]
      lower[column] = -e[column]
      upper[column] = 1 - e[column]
    }
    let close = SolverColumns.column(.mouthClose)
    upper[close] = max(min(1, e[SolverColumns.column(.jawOpen)]) - e[close], lower[close])
    for column in SolverColumns.rotation..<SolverColumns.count { equations[column, column] += 1e-3 }
    let step = bounded.solve(
      matrix: equations.matrix, gradient: gradient, lower: lower, upper: upper)
    unknowns.add(step)
    var largest: Float = 0
    for column in 0..<SolverColumns.translation { largest = max(largest, step[column].magnitude) }
    return largest
  }

  private mutating func add(
    _ pull: TemporalPull, _ unknowns: FrameUnknowns, to gradient: inout ColumnVector
  ) {
    var offset = pull.expression - unknowns.expression
    let pose = unknowns.cameraFromHead
    let turn = (pull.pose.rotation * pose.rotation.transpose).rotationVector
    let shift = pull.pose.translation - pose.translation
    for axis in 0..<3 {
      offset[SolverColumns.rotation + axis] = turn[axis]
      offset[SolverColumns.translation + axis] = shift[axis]
    }
    for column in 0..<SolverColumns.count where pull.strength[column] > 0 {
      let weight = pull.strength[column] * (equations[column, column] + 1)
      equations[column, column] += weight
      gradient[column] += weight * offset[column]
    }
  }
}
