import FaceTracking
import Geometry

/// A capture after its first pass: every frame's landmarks, and the pictures kept for the fit.
struct TrackedCapture {
  /// One frame of the video.
  struct Frame {
    let time: Double
    /// Landmarks in the video's pixels; nil without a face.
    let observation: FaceObservation?
    /// Where its picture is kept; nil if it is not.
    let kept: Int?
    /// Part of what is held out from the fit.
    let isHeldOut: Bool
  }

  let framing: CaptureFraming
  let frameRate: Double
  let frames: [Frame]
  /// Pictures of kept frames, cut by the framing, and their rough mattes.
  let pictures: PictureStore
  /// Median height of the face in the video's pixels.
  let faceHeight: Float
}
