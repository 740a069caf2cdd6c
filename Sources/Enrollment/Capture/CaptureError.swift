/// Why a video does not serve as a capture.
public enum CaptureError: Error, Equatable, Sendable {
  /// Fewer seconds than an avatar needs.
  case tooShort(seconds: Double, needed: Double)
  /// No face in nearly all frames.
  case noFace(framesSeen: Int)
  /// Several faces of similar size for much of the video.
  case severalFaces(count: Int, time: Double)
  /// The face is too small to learn from.
  case faceTooSmall(pixels: Int, needed: Int)
  /// The video is not one take: the picture jumps at this time.
  case cut(time: Double)
  /// The landmarks admit no face.
  case unsolvable(reason: String)
}
