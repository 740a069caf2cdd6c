public import AvatarModel
import Dispatch
public import FaceRig
import FaceTracking
import Foundation
public import GaussianSplats
public import Geometry
import MediaIO
import SplatFitting

/// Makes an avatar from a video of a person.
///
/// Stages, in order: track (decode, landmarks, rough mattes), solve (identity, focal length, every
/// frame's state), mattes (background plate, second look), fit (splats and bases), learn (the
/// driver's normal matrix), check (drive what was held out).
public struct Enrollment {
  /// The video.
  public let path: String
  /// How.
  public let options: EnrollmentOptions
  let cache: AssetCache
  let workers: Workers
  let level: InstructionLevel

  /// Prepares an enrolment.
  public init(
    path: String, options: EnrollmentOptions, cache: AssetCache, workers: Workers,
    level: InstructionLevel = .best
  ) {
    self.path = path
    self.options = options
    self.cache = cache
    self.workers = workers
    self.level = level
  }

  /// Runs all stages.
  ///
  /// - Parameters:
  ///   - checkpoint: where the fit keeps its state, to be continued by another run; nil keeps none.
  ///   - preview: given pictures of the avatar as it grows, seconds apart, the last of the finished
  ///     one; nil draws none.
  ///   - progress: told what is done; throwing from it ends the enrolment, after the fit's state
  ///     has been kept.
  public func run(
    checkpoint: CheckpointFile? = nil, preview: ((PixelImage) throws -> Void)? = nil,
    progress: (EnrollmentProgress) throws -> Void
  ) throws -> EnrollmentResult {
    var clock = StageClock()
    let template = try cache.template()
    let tracked = try clock.time("track") {
      try CaptureTracker(cache: cache, options: options).track(path) { done, total in
        try progress(EnrollmentProgress(stage: .tracking, done: done, total: total, loss: nil))
      }
    }
    let solved = try clock.time("solve") {
      try progress(EnrollmentProgress(stage: .solving, done: 0, total: 1, loss: nil))
      return try SolvedCapture(tracked, template: template)
    }
    let material = try clock.time("mattes") {
      try CaptureMaterial(solved, workers: workers) { done, total in
        try progress(EnrollmentProgress(stage: .mattes, done: done, total: total, loss: nil))
      }
    }
    let fit = CaptureFit(
      solved: solved, material: material, options: options, workers: workers, level: level)
    let drawing = preview.map { FitPreview(show: $0) }
    try clock.time("fit") {
      try fit.run(checkpoint: checkpoint, preview: drawing) { done, total, loss in
        try progress(EnrollmentProgress(stage: .fitting, done: done, total: total, loss: loss))
      }
    }
    var avatar = try clock.time("learn") {
      try progress(EnrollmentProgress(stage: .learning, done: 0, total: 1, loss: nil))
      return fit.avatar(framesRead: tracked.frames.count)
    }
    avatar.streamTransform = try clock.time("stream") {
      try StreamLearning(
        avatar: avatar, solved: solved, material: material, workers: workers, level: level
      ).transform { done, total in
        try progress(EnrollmentProgress(stage: .learning, done: done, total: total, loss: nil))
      }
    }
    // What is checked is what is kept: the avatar as its file holds it.
    let bytes = avatar.encoded()
    avatar = try Avatar(bytes: bytes)
    let check = try HeldOutCheck(
      avatar: avatar, fit: fit, solved: solved, material: material, workers: workers, level: level)
    var figures = try clock.time("check") {
      try check.run { done, total in
        try progress(EnrollmentProgress(stage: .checking, done: done, total: total, loss: nil))
      }
    }
    try drawing?.draw(fit, workers: workers, level: level, isLast: true)
    let report = clock.time("report") { ReportMaterial(check) }
    figures.seconds = clock.seconds
    figures.fileBytes = bytes.count
    return EnrollmentResult(avatar: avatar, figures: figures, report: report)
  }
}

/// Seconds of stages.
private struct StageClock {
  private(set) var seconds: [String: Double] = [:]

  mutating func time<T>(_ stage: String, _ body: () throws -> T) rethrows -> T {
    let start = DispatchTime.now().uptimeNanoseconds
    defer {
      seconds[stage] = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }
    return try body()
  }
}
