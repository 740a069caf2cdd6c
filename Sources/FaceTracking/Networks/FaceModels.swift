/// The bytes of the model files (`.tflite`) that face tracking runs.
public struct FaceModels: Sendable {
  /// `face_detection_short_range`.
  public var shortRangeDetection: [UInt8]
  /// `face_detection_full_range_sparse`; without it small and far faces are missed.
  public var fullRangeDetection: [UInt8]?
  /// `face_landmark`.
  public var landmarks: [UInt8]
  /// `iris_landmark`.
  public var iris: [UInt8]

  /// Gathers the files' bytes.
  public init(
    shortRangeDetection: [UInt8], fullRangeDetection: [UInt8]?, landmarks: [UInt8], iris: [UInt8]
  ) {
    self.shortRangeDetection = shortRangeDetection
    self.fullRangeDetection = fullRangeDetection
    self.landmarks = landmarks
    self.iris = iris
  }
}
