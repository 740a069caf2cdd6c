internal import Geometry

extension FaceObservation {
  /// Takes over what the landmark networks found.
  ///
  /// The mesh network hardly sees eyes shut, so the 16 points of each lid rim come from the iris
  /// network; its points of brows and cheeks lie several per cent of the distance between the
  /// pupils off on real pictures, so they do not.
  ///
  /// - Parameters:
  ///   - landmarks: The face.
  ///   - time: Seconds since the stream's start.
  ///   - confidence: That of the tracked frame, 0…1.
  public init(_ landmarks: FaceLandmarks, time: Double, confidence: Float) {
    var points = landmarks.points.map { SIMD2($0.x, $0.y) }
    for (eye, indices) in [
      (landmarks.rightEye, EyeContour.rightMeshIndices),
      (landmarks.leftEye, EyeContour.leftMeshIndices),
    ] {
      for (point, index) in zip(eye.contour, indices).prefix(Self.lidPointCount) {
        points[index] = SIMD2(point.x, point.y)
      }
    }
    let left = landmarks.leftEye.center
    let right = landmarks.rightEye.center
    self.init(
      time: time, landmarks: points, leftIris: SIMD2(left.x, left.y),
      rightIris: SIMD2(right.x, right.y), confidence: confidence)
  }

  /// How many points of an eye's contour lie on the rim of its lids.
  private static var lidPointCount: Int { 16 }
}
