/// What the landmark detector saw of a face in one frame.
public struct FaceObservation: Sendable, Equatable {
  /// Seconds since the stream's start.
  public var time: Double
  /// The 468 landmarks in pixels, x right, y down.
  public var landmarks: [SIMD2<Float>]
  /// The middle of the iris of the person's left and right eye, in pixels, where it was found.
  public var leftIris, rightIris: SIMD2<Float>?
  /// 0…1: the detector's belief that there is a face.
  public var confidence: Float

  /// Makes an observation from its parts.
  public init(
    time: Double, landmarks: [SIMD2<Float>], leftIris: SIMD2<Float>? = nil,
    rightIris: SIMD2<Float>? = nil, confidence: Float = 1
  ) {
    self.time = time
    self.landmarks = landmarks
    self.leftIris = leftIris
    self.rightIris = rightIris
    self.confidence = confidence
  }

  /// Checks that the observation can be computed with.
  ///
  /// Irises that are not numbers are an error as well: a missing iris is `nil`.
  func validate(landmarkCount: Int) throws(FaceSolvingError) {
    if landmarks.count != landmarkCount {
      throw .wrongLandmarkCount(landmarks.count, expected: landmarkCount)
    }
    for index in landmarks.indices where !Self.isUsable(landmarks[index]) {
      throw .nonFiniteLandmark(index: index)
    }
    if let leftIris, !Self.isUsable(leftIris) { throw .nonFiniteLandmark(index: landmarkCount + 5) }
    if let rightIris, !Self.isUsable(rightIris) { throw .nonFiniteLandmark(index: landmarkCount) }
    if !confidence.isFinite || !time.isFinite { throw .nonFiniteLandmark(index: -1) }
  }

  // Squares and cubes of pixels stay far from Float's limits.
  private static func isUsable(_ p: SIMD2<Float>) -> Bool {
    p.x.magnitude < 1e6 && p.y.magnitude < 1e6
  }
}

/// Landmarks of the detector's topology that the solver uses by name.
enum LandmarkIndex {
  /// Outer eye corners of the person's right and left eye.
  static var rightOuterCorner: Int { 33 }
  static var leftOuterCorner: Int { 263 }
  /// Inner eye corners.
  static var rightInnerCorner: Int { 133 }
  static var leftInnerCorner: Int { 362 }
  /// The middles of upper and lower lids.
  static var rightUpperLid: Int { 159 }
  static var rightLowerLid: Int { 145 }
  static var leftUpperLid: Int { 386 }
  static var leftLowerLid: Int { 374 }

  /// Pairs of opposite points on lids and lips, and how much their distance counts.
  static let gaps: [(upper: Int, lower: Int, weight: Float)] = [
    (159, 145, 12), (158, 153, 12), (160, 144, 12), (161, 163, 12), (157, 154, 12),
    (386, 374, 12), (385, 380, 12), (387, 373, 12), (388, 390, 12), (384, 381, 12),
    (13, 14, 8), (82, 87, 8), (312, 317, 8), (81, 178, 8), (311, 402, 8),
  ]
}
