import AvatarModel
import GaussianSplats
import Geometry
import NativeWorkers
import NetworkSimulation
import PictureMetrics

/// Draws what a viewer of a simulated stream saw, and what they should have seen.
struct SimulationPainter {
  private let renderer: AvatarRenderer
  private let camera: PinholeCamera

  init(avatar: Avatar, camera: PinholeCamera) {
    self.camera = camera
    renderer = AvatarRenderer(
      avatar: avatar, maxWidth: camera.width, maxHeight: camera.height, workers: .native())
  }

  private func draw(_ state: AvatarState) -> PixelImage {
    renderer.draw(state, camera: camera).rgb(over: [0.5, 0.5, 0.5])
  }

  /// How alike the pictures are, over grey and whole.
  ///
  /// - Parameters:
  ///   - every: one picture in this many is drawn, three times: as seen, loss-free, and uncoded.
  ///   - progress: called after each.
  func likeness(
    of trace: SimulationTrace, every: Int, progress: () -> Void
  ) throws -> SimulationReport.Likeness? {
    var sums = (seen: 0.0, free: 0.0, error: 0.0)
    var count = 0, equal = 0
    var worst = Double.infinity
    for k in stride(from: 0, to: trace.pictures.count, by: every) {
      try Interruption.check()
      let picture = trace.pictures[k]
      let original = draw(trace.originalState(of: picture))
      let free = draw(trace.lossFreeState(of: picture))
      let seen = draw(picture.state)
      func error(_ a: PixelImage, _ b: PixelImage) -> Double {
        PeakSignalToNoise.meanSquaredError(a, b) ?? 0
      }
      let between = error(seen, free)
      // Equal pictures would make every mean infinite: none counts for more than 99 dB.
      func decibels(_ error: Double) -> Double {
        min(PeakSignalToNoise.decibels(meanSquaredError: error), 99)
      }
      sums.seen += decibels(error(original, seen))
      sums.free += decibels(error(original, free))
      sums.error += between
      worst = min(worst, decibels(between))
      count += 1
      if between == 0 { equal += 1 }
      progress()
    }
    if count == 0 { return nil }
    let n = Double(count)
    return .init(
      pictures: count, equalPictures: equal, seen: sums.seen / n, lossFree: sums.free / n,
      drop: (sums.free - sums.seen) / n,
      againstLossFree: PeakSignalToNoise.decibels(meanSquaredError: sums.error / n), worst: worst)
  }
}
