internal import FaceRig
internal import Geometry

/// Gaze from where the iris is seen: the ray through its middle meets a sphere about the eyeball's
/// centre.
struct GazeSolver {
  private let leftCenter, rightCenter: Vector3
  private let leftDistance, rightDistance: Float
  private let focalLength: Float
  private let restingLeft, restingRight: Gaze
  private let center: SIMD2<Float>

  /// The eyes of a person before a camera.
  init(_ model: LandmarkModel, _ identity: SolvedIdentity, center: SIMD2<Float>) {
    leftCenter = model.leftEye.center(identity.coefficients)
    rightCenter = model.rightEye.center(identity.coefficients)
    leftDistance = model.leftEye.irisDistance
    rightDistance = model.rightEye.irisDistance
    focalLength = identity.focalLength
    restingLeft = identity.restingLeftGaze
    restingRight = identity.restingRightGaze
    self.center = center
  }

  /// Both gazes, where irises were found.
  func gazes(
    _ observed: FaceObservation, pose: RigidTransform
  ) -> (left: Gaze?, right: Gaze?) {
    (
      observed.leftIris.flatMap { gaze($0, leftCenter, leftDistance, pose) },
      observed.rightIris.flatMap { gaze($0, rightCenter, rightDistance, pose) }
    )
  }

  /// Where the eye-look channels are drawn to: the gaze from where the eyes rest, where they are
  /// open; nowhere where they are shut, as lids that are shut follow the blink alone.
  func look(_ gaze: (left: Gaze, right: Gaze), openness: (left: Float, right: Float))
    -> ColumnVector
  {
    func relative(_ gaze: Gaze, _ resting: Gaze, _ openness: Float) -> Gaze {
      let trust = GazeFilter.trust(openness)
      return Gaze(
        yaw: (gaze.yaw - resting.yaw) * trust, pitch: (gaze.pitch - resting.pitch) * trust)
    }
    return ExpressionPrior.look(
      left: relative(gaze.left, restingLeft, openness.left),
      right: relative(gaze.right, restingRight, openness.right))
  }

  /// How far the eyes are open: 1 as on the neutral face, 0 closed.
  static func openness(
    _ observed: [SIMD2<Float>], neutral: [Vector3]
  ) -> (left: Float, right: Float) {
    func open(_ upper: Int, _ lower: Int, _ outer: Int, _ inner: Int) -> Float {
      func length(_ a: Int, _ b: Int) -> Float {
        let d = observed[a] - observed[b]
        return (d.x * d.x + d.y * d.y).squareRoot()
      }
      let seen = length(upper, lower) / max(length(outer, inner), 1e-3)
      let neutralRatio =
        (neutral[upper] - neutral[lower]).length
        / max((neutral[outer] - neutral[inner]).length, 0.1)
      return seen / max(neutralRatio, 0.05)
    }
    return (
      open(
        LandmarkIndex.leftUpperLid, LandmarkIndex.leftLowerLid, LandmarkIndex.leftOuterCorner,
        LandmarkIndex.leftInnerCorner),
      open(
        LandmarkIndex.rightUpperLid, LandmarkIndex.rightLowerLid, LandmarkIndex.rightOuterCorner,
        LandmarkIndex.rightInnerCorner)
    )
  }

  private func gaze(
    _ iris: SIMD2<Float>, _ eye: Vector3, _ distance: Float, _ pose: RigidTransform
  ) -> Gaze? {
    let view = (iris - center) / focalLength
    let ray = Vector3(view.x, view.y, 1).normalized
    let middle = pose * eye
    let along = ray.dot(middle)
    let square = along * along - middle.dot(middle) + distance * distance
    let point = square > 0 ? ray * (along - square.squareRoot()) : ray * along
    let direction = (pose.rotation.transpose * (point - middle)).normalized
    if !(direction.length > 0.5) { return nil }
    let limit: Float = 0.9
    let yaw = ElementaryFunctions.atan2(direction.x, direction.z)
    let pitch = ElementaryFunctions.asin(direction.y)
    return Gaze(yaw: min(max(yaw, -limit), limit), pitch: min(max(pitch, -limit), limit))
  }
}
