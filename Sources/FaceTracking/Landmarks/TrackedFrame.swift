/// What a person should be told about a picture, besides the landmarks.
public enum TrackingNotice: Sendable, Equatable {
  /// There is no face.
  case noFace
  /// There are several faces of similar size; the landmarks are those of the one followed so far,
  /// or of the largest.
  case severalFaces(count: Int)
  /// The face is lower than ``LandmarkTracker/Options/minimumFacePixels``.
  case faceTooSmall(pixels: Float)
  /// Something covers part of the face, or it is turned away: the landmarks are a guess.
  case uncertain(confidence: Float)
  /// The picture does not continue the last one: a cut, another person, or a jump of the camera.
  case discontinuity
}

/// What the tracker saw in one picture.
public struct TrackedFrame: Sendable, Equatable {
  /// The face's landmarks; nil when there is none.
  public var face: FaceLandmarks?
  /// How far to trust them, 0…1: the network's presence, lowered when the points move against each
  /// other as faces do not.
  public var confidence: Float
  /// How many faces the last look at the whole picture found.
  public var faceCount: Int
  /// Everything that is not as it should be; empty for a good picture.
  public var notices: [TrackingNotice]

  /// Whether the picture does not continue the last one.
  public var isDiscontinuity: Bool { notices.contains(.discontinuity) }
}
