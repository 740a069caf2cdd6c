public import NeuralInference

/// Which network an error speaks of.
public enum FaceNetwork: Sendable, Equatable {
  /// BlazeFace for faces nearer than about two metres.
  case shortRangeDetection
  /// BlazeFace for small and far faces.
  case fullRangeDetection
  /// The 468 landmarks.
  case landmarks
  /// The iris and the eye's contour.
  case iris
  /// The person against the background.
  case segmentation
}

/// What can go wrong between a picture and the landmarks in it.
///
/// That a picture shows no face is not an error: see ``TrackingNotice``.
public enum FaceTrackingError: Error, Equatable {
  /// A model's bytes could not be read or run.
  case model(FaceNetwork, ModelError)
  /// A model's tensor holds another number of values than the network it should be.
  case unexpectedTensor(FaceNetwork, found: Int, expected: Int)
  /// A picture without pixels, or with a number of channels that is not 1, 3 or 4.
  case unusablePicture(width: Int, height: Int, channels: Int)
  /// A region whose numbers are not finite, without an area, or wholly beside the picture.
  case unusableRegion(ImageRegion)
}
