import FaceTracking

extension FaceObservation {
  /// What the solver is told of a face, in enrolment and in live driving alike.
  ///
  /// - Parameter place: takes a point of the picture that was looked at to the camera's pixels.
  init(
    _ face: FaceLandmarks, time: Double, confidence: Float,
    place: (SIMD2<Float>) -> SIMD2<Float>
  ) {
    self.init(face, time: time, confidence: confidence)
    landmarks = landmarks.map(place)
    leftIris = leftIris.map(place)
    rightIris = rightIris.map(place)
  }
}
