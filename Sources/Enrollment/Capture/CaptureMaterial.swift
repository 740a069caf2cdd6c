import GaussianSplats
import Geometry
import SplatFitting

/// The pictures of a capture, ready to be fitted: the person cut out of every kept frame.
final class CaptureMaterial {
  /// Indices into the capture's frames of those fitted, in order.
  let fitted: [Int]
  /// Indices of those held out whose pictures were kept.
  let heldOut: [Int]
  /// The fitted frames' pixels.
  let pixels: TrainingFrames
  /// Cut-outs of the held-out frames, one each of `heldOut`.
  private(set) var truths: [CutOut?]
  /// Whether the background stood still and was learnt.
  let hasPlate: Bool

  init(
    _ solved: SolvedCapture, workers: Workers,
    progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws {
    let tracked = solved.tracked
    let fitted = solved.usable
    if fitted.count < 20 {
      throw CaptureError.noFace(framesSeen: fitted.count)
    }
    self.fitted = fitted
    heldOut = tracked.frames.indices.filter {
      tracked.frames[$0].isHeldOut && tracked.frames[$0].kept != nil
        && tracked.frames[$0].observation != nil
    }
    truths = [CutOut?](repeating: nil, count: heldOut.count)
    pixels = TrainingFrames(
      width: tracked.framing.width, height: tracked.framing.height, count: fitted.count)
    let plate = Self.plate(tracked, fitted)
    hasPlate = plate != nil
    let matting = PlateMatting(plate: plate)
    let samples = Set(
      Self.seedItems(fitted.count) + Self.drivingItems(fitted.count)
        + Self.streamRuns(fitted.count).joined())
    let total = fitted.count + heldOut.count
    let batch = 16
    for start in stride(from: 0, to: total, by: batch) {
      let count = min(batch, total - start)
      let frames = (start..<start + count).map { item in
        item < fitted.count ? fitted[item] : heldOut[item - fitted.count]
      }
      let cutOuts = Self.cutOut(frames, tracked, matting, workers)
      for (job, cutOut) in cutOuts.enumerated() {
        let item = start + job
        if item < fitted.count {
          pixels.store(cutOut.foreground, matte: cutOut.alpha, at: item)
          if !samples.contains(item), let kept = tracked.frames[frames[job]].kept {
            tracked.pictures.release(kept)
          }
        } else {
          truths[item - fitted.count] = cutOut
        }
      }
      try progress(start + count, total)
    }
  }

  private static func cutOut(
    _ frames: [Int], _ tracked: TrackedCapture, _ matting: PlateMatting, _ workers: Workers
  ) -> [CutOut] {
    let kept = frames.compactMap { tracked.frames[$0].kept }
    return [CutOut](unsafeUninitializedCapacity: kept.count) { buffer, initialized in
      // Safe because each job initialises its own element.
      nonisolated(unsafe) let base = buffer.baseAddress
      workers.perform(kept.count) { _, job in
        guard let base else { return }
        (base + job).initialize(
          to: matting.cutOut(
            tracked.pictures.picture(kept[job]), matte: tracked.pictures.matte(kept[job])))
      }
      initialized = kept.count
    }
  }

  /// The fitted frames that splats are seeded from.
  static func seedItems(_ count: Int) -> [Int] { sample(min(40, count), of: count) }

  /// The fitted frames that the driver learns from.
  static func drivingItems(_ count: Int) -> [Int] { sample(min(16, count), of: count) }

  /// Stretches of fitted frames that the stream's transform learns from.
  static func streamRuns(_ count: Int) -> [Range<Int>] {
    let length = 60
    if count <= 10 * length { return [0..<count] }
    return (0..<10).map { k in
      let start = (count - length) * k / 9
      return start..<start + length
    }
  }

  private static func sample(_ few: Int, of count: Int) -> [Int] {
    (0..<few).map { $0 * count / few }
  }

  /// The background, from a sample of the fitted frames; nil where it moves or was never seen.
  private static func plate(_ tracked: TrackedCapture, _ fitted: [Int]) -> BackgroundPlate? {
    let step = max(1, fitted.count / 48)
    let sample = stride(from: 0, to: fitted.count, by: step).compactMap {
      tracked.frames[fitted[$0]].kept
    }
    return try? BackgroundPlate(
      pictures: sample.map { tracked.pictures.picture($0) },
      mattes: sample.map { tracked.pictures.matte($0) })
  }
}
