import Dispatch
import FaceTracking
import Geometry

/// Looks at a picture with the networks: landmarks and matte, at the same time.
final class FrameObserver: @unchecked Sendable {
  // @unchecked because the two jobs of a picture touch different members and both end before
  // `observe` returns.
  private var landmarkTracker: LandmarkTracker
  private var matteEstimator: MatteEstimator
  /// Where the person is, if that is a small part of the picture.
  private var region: ImageRegion?

  init(landmarks: LandmarkTracker, mattes: MatteEstimator) {
    landmarkTracker = landmarks
    matteEstimator = mattes
  }

  /// What was seen.
  struct Seen {
    let face: FaceLandmarks?
    let confidence: Float
    let faceCount: Int
    /// Whether the picture does not continue the last one.
    let isCut: Bool
    let matte: PixelImage?

    /// The landmarks times `scale`.
    func observation(time: Double, scale: SIMD2<Float>) -> FaceObservation? {
      face.map {
        FaceObservation($0, time: time, confidence: confidence) { $0 * scale }
      }
    }
  }

  /// Forgets everything seen.
  func reset() {
    landmarkTracker.reset()
    matteEstimator.reset()
    region = nil
  }

  /// Looks at the next picture.
  func observe(
    _ picture: PixelImage, needsMatte: Bool, times: inout DrivingTimes
  ) throws(FaceTrackingError) -> Seen {
    var tracked: Result<TrackedFrame, FaceTrackingError>?
    var matte: Result<PixelImage, FaceTrackingError>?
    var landmarkTime = 0.0, matteTime = 0.0
    // Safe because the two jobs write different variables and are waited for.
    withUnsafeMutablePointer(to: &tracked) { tracked in
      withUnsafeMutablePointer(to: &matte) { matte in
        withUnsafeMutablePointer(to: &landmarkTime) { landmarkTime in
          withUnsafeMutablePointer(to: &matteTime) { matteTime in
            nonisolated(unsafe) let tracked = tracked, matte = matte
            nonisolated(unsafe) let landmarkTime = landmarkTime, matteTime = matteTime
            DispatchQueue.concurrentPerform(iterations: needsMatte ? 2 : 1) { job in
              let start = DispatchTime.now().uptimeNanoseconds
              if job == 0 {
                tracked.pointee = Result { () throws(FaceTrackingError) in
                  try self.landmarkTracker.track(picture)
                }
              } else {
                matte.pointee = Result { () throws(FaceTrackingError) in
                  try self.matteEstimator.matte(of: picture, within: self.region)
                }
              }
              let time = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
              if job == 0 { landmarkTime.pointee = time } else { matteTime.pointee = time }
            }
          }
        }
      }
    }
    guard let frame = try tracked?.get() else { preconditionFailure("job 0 always runs") }
    times.landmarks.append(landmarkTime)
    if needsMatte { times.matte.append(matteTime) }
    // The next matte looks where this face was; a lost face widens the view again.
    region = frame.face.flatMap { MatteEstimator.closeUp(of: $0, in: picture) }
    if let center = region?.center {
      let isInside =
        (0...Float(picture.width)).contains(center.x)
        && (0...Float(picture.height)).contains(center.y)
      if !isInside { region = nil }
    }
    return Seen(
      face: frame.face, confidence: frame.confidence, faceCount: frame.faceCount,
      isCut: frame.isDiscontinuity, matte: try matte?.get())
  }
}
