/// Why a face state or an identity could not be solved for.
public enum FaceSolvingError: Error, Equatable, Sendable {
  /// The picture has no area, or its camera no positive finite focal length.
  case invalidCamera(width: Int, height: Int)
  /// A landmark, an iris, a confidence or a time is not a finite number (or absurdly large).
  case nonFiniteLandmark(index: Int)
  /// There are no usable frames among those given.
  case noUsableFrames(given: Int)
  /// All landmarks lie on a point or a line.
  case degenerateLandmarks
  /// An identity does not belong to this landmark model.
  case mismatchedIdentity(modes: Int, expected: Int)
  /// The number of landmarks is not that of the model.
  case wrongLandmarkCount(Int, expected: Int)
}
