import Dispatch
import FaceTracking
import Geometry
import MediaIO

/// Reads a capture once: follows the face, separates the person, keeps the pictures to be fitted.
struct CaptureTracker {
  let cache: AssetCache
  let options: EnrollmentOptions

  /// The seconds that an avatar needs at least.
  static let shortest = 3.0

  /// - Parameter progress: told the frames done and about how many there are.
  func track(
    _ path: String, progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws -> TrackedCapture {
    let reader = try VideoReader(path: path, from: options.from, to: options.to)
    let description = reader.description
    let full = (width: description.width, height: description.height)
    let start = options.from ?? 0
    let end = min(options.to ?? .infinity, max(description.duration, 0))
    let length = end.isFinite ? max(end - start, 0) : 0
    let expected = max(1, Int((length * description.frameRate).rounded()))
    if description.isStill { throw CaptureError.tooShort(seconds: 0, needed: Self.shortest) }

    let scout = try scout(path, start: start, length: length)
    let framing = CaptureFraming(full: full, faces: scout, largest: options.largestPicture)
    let spacing = max(1, Int((Double(expected) / Double(options.mostFrames)).rounded(.up)))
    let session = try Session(cache: cache, framing: framing, spacing: spacing)
    let frames = PrefetchingVideoReader(reader)
    while let frame = try frames.next() {
      try session.take(frame)
      try progress(session.count, max(expected, session.count))
    }
    return try session.finish(
      holdout: options.holdout, frameRate: description.frameRate)
  }

  /// Boxes of the face at some moments, in the video's pixels.
  private func scout(
    _ path: String, start: Double, length: Double
  ) throws -> [(low: SIMD2<Float>, high: SIMD2<Float>)] {
    var detector = try FaceDetector(models: cache.faceModels())
    var boxes: [(low: SIMD2<Float>, high: SIMD2<Float>)] = []
    for k in 0..<9 {
      let time = start + length * (Double(k) + 0.5) / 9
      let reader = try VideoReader(path: path, from: time)
      guard let frame = try reader.next() else { continue }
      let faces = try detector.faces(in: frame.image)
      if let face = faces.max(by: { $0.score * $0.extent.y < $1.score * $1.extent.y }) {
        boxes.append((face.minimum, face.maximum))
      }
    }
    return boxes
  }
}

/// The state of one pass over a capture.
private final class Session: @unchecked Sendable {
  // @unchecked because the two jobs of a frame touch different members and both end before the
  // next frame begins.
  private let framing: CaptureFraming
  private let spacing: Int
  private var landmarkTracker: LandmarkTracker
  private var matteEstimator: MatteEstimator
  private var observations: [FaceObservation?] = []
  private var times: [Double] = []
  private var kept: [Int?] = []
  private let pictures = PictureStore()
  private var heights: [Float] = []
  private var crowded: [(count: Int, time: Double)] = []
  private var cuts: [Double] = []

  var count: Int { times.count }

  init(cache: AssetCache, framing: CaptureFraming, spacing: Int) throws {
    self.framing = framing
    self.spacing = spacing
    landmarkTracker = try LandmarkTracker(models: cache.faceModels())
    matteEstimator = try cache.matteEstimator()
  }

  func take(_ frame: VideoFrame) throws {
    let picture = framing.cut(frame.image)
    let keep = times.count % spacing == 0
    var tracked: Result<TrackedFrame, FaceTrackingError>?
    var matte: Result<PixelImage, FaceTrackingError>?
    withUnsafeMutablePointer(to: &tracked) { tracked in
      withUnsafeMutablePointer(to: &matte) { matte in
        // Safe because the two jobs write different variables and are waited for.
        nonisolated(unsafe) let tracked = tracked, matte = matte
        DispatchQueue.concurrentPerform(iterations: keep ? 2 : 1) { job in
          if job == 0 {
            tracked.pointee = Result { () throws(FaceTrackingError) in
              try self.landmarkTracker.track(picture)
            }
          } else {
            matte.pointee = Result { () throws(FaceTrackingError) in
              try self.matteEstimator.matte(of: picture)
            }
          }
        }
      }
    }
    let face = try tracked!.get()
    note(face, frame.time)
    times.append(frame.time)
    observations.append(
      face.face.map {
        FaceObservation(
          $0, time: frame.time, confidence: face.confidence, place: framing.fullPoint)
      })
    if let matte {
      kept.append(pictures.keep(picture, matte: try matte.get()))
    } else {
      kept.append(nil)
    }
  }

  private func note(_ frame: TrackedFrame, _ time: Double) {
    if let face = frame.face { heights.append(face.faceHeight / framing.scale) }
    for notice in frame.notices {
      switch notice {
      case .severalFaces(let count): crowded.append((count, time))
      case .discontinuity where !times.isEmpty: cuts.append(time)
      default: break
      }
    }
  }

  func finish(holdout: Double, frameRate: Double) throws -> TrackedCapture {
    let interval = frameRate > 0 ? 1 / frameRate : 1.0 / 30
    let seconds = times.isEmpty ? 0 : times[times.count - 1] - times[0] + interval
    if seconds < CaptureTracker.shortest {
      throw CaptureError.tooShort(seconds: seconds, needed: CaptureTracker.shortest)
    }
    let seen = observations.count { $0 != nil }
    if seen * 5 < observations.count { throw CaptureError.noFace(framesSeen: seen) }
    if crowded.count * 4 > times.count {
      throw CaptureError.severalFaces(count: crowded[0].count, time: crowded[0].time)
    }
    let height = heights.sorted()[heights.count / 2]
    if height < 96 { throw CaptureError.faceTooSmall(pixels: Int(height), needed: 96) }
    if let cut = cuts.first { throw CaptureError.cut(time: cut) }
    let firstHeldOut = times.count - Int((Double(times.count) * holdout).rounded())
    let frames = times.indices.map {
      TrackedCapture.Frame(
        time: times[$0], observation: observations[$0], kept: kept[$0],
        isHeldOut: $0 >= firstHeldOut)
    }
    return TrackedCapture(
      framing: framing, frameRate: frameRate, frames: frames, pictures: pictures,
      faceHeight: height)
  }
}
