import GaussianSplats
import Geometry
import SplatFitting

/// The pictures of a capture, ready to be fitted: the person cut out of every kept frame.
final class CaptureMaterial: @unchecked Sendable {
  // @unchecked because jobs write disjoint elements, before anything reads them.

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
    let total = fitted.count + heldOut.count
    let batch = 16
    for start in stride(from: 0, to: total, by: batch) {
      let count = min(batch, total - start)
      workers.perform(count) { _, job in
        let item = start + job
        let frame = item < fitted.count ? fitted[item] : heldOut[item - fitted.count]
        guard let kept = tracked.frames[frame].kept else { return }
        let cutOut = matting.cutOut(tracked.pictures[kept], matte: tracked.mattes[kept])
        if item < fitted.count {
          pixels.store(cutOut.foreground, matte: cutOut.alpha, at: item)
        } else {
          truths[item - fitted.count] = cutOut
        }
      }
      try progress(start + count, total)
    }
  }

  /// The background, from a sample of the fitted frames; nil where it moves or was never seen.
  private static func plate(_ tracked: TrackedCapture, _ fitted: [Int]) -> BackgroundPlate? {
    let step = max(1, fitted.count / 48)
    let sample = stride(from: 0, to: fitted.count, by: step).compactMap {
      tracked.frames[fitted[$0]].kept
    }
    return try? BackgroundPlate(
      pictures: sample.map { tracked.pictures[$0] }, mattes: sample.map { tracked.mattes[$0] })
  }
}
