import FaceTracking
import Geometry

extension FaceObservation {
  /// What the solver is told of a face, in enrolment and in live driving alike: landmarks whose
  /// eyes come from the iris network.
  ///
  /// - Parameter place: takes a point of the picture that was looked at to the camera's pixels.
  init(
    _ face: FaceLandmarks, time: Double, confidence: Float,
    place: (SIMD2<Float>) -> SIMD2<Float>
  ) {
    func placed(_ p: Vector3) -> SIMD2<Float> { place(SIMD2(p.x, p.y)) }
    self.init(
      time: time, landmarks: face.pointsWithRefinedEyes.map(placed),
      leftIris: placed(face.leftEye.center), rightIris: placed(face.rightEye.center),
      confidence: confidence)
  }
}
