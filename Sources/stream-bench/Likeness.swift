import AvatarModel
import ExpressionStream
import GaussianSplats
import Geometry
import NativeWorkers
import PictureMetrics

/// How alike renderings are to those of the states themselves, whole frames over grey.
struct Likeness: Codable {
  /// The mean of the frames' ratios, a frame counting at most ``ceiling``; decibels.
  var meanPSNR: Double
  /// The ratio of the mean squared error of all frames.
  var pooledPSNR: Double
  /// The worst frame's ratio, and the one that a hundredth of the frames stay below.
  var worstPSNR, lowestHundredthPSNR: Double
  /// How many frames were compared.
  var frames: Int

  /// What a frame counts whose error is too small to matter, or zero.
  static let ceiling = 60.0

  init(errors: [Double]) {
    let ratios = errors.map {
      min(PeakSignalToNoise.decibels(meanSquaredError: $0), Self.ceiling)
    }
    .sorted()
    let count = Double(max(errors.count, 1))
    meanPSNR = rounded(ratios.reduce(0, +) / count)
    pooledPSNR = rounded(
      PeakSignalToNoise.decibels(meanSquaredError: errors.reduce(0, +) / count))
    worstPSNR = rounded(ratios.first ?? 0)
    lowestHundredthPSNR = ratios.isEmpty ? 0 : rounded(ratios[ratios.count / 100])
    frames = errors.count
  }
}

/// Draws states as 8-bit pictures over grey.
final class Drawer {
  private let renderer: AvatarRenderer
  private let camera: PinholeCamera
  /// Pictures of the states themselves, by their index, as many as ``largestKept`` bytes hold.
  private var kept: [Int: PixelImage] = [:]
  private static let largestKept = 1 << 31

  init(avatar: Avatar, camera: PinholeCamera, threads: Int?) {
    self.camera = camera
    renderer = AvatarRenderer(
      avatar: avatar, maxWidth: camera.width, maxHeight: camera.height,
      workers: .native(count: threads))
  }

  func picture(_ state: AvatarState) -> PixelImage {
    renderer.draw(state, camera: camera).rgb(over: Vector3(0.5, 0.5, 0.5))
  }

  private func reference(_ i: Int, _ states: [AvatarState]) -> PixelImage {
    if let picture = kept[i] { return picture }
    let picture = picture(states[i])
    if (kept.count + 1) * picture.samples.count <= Self.largestKept { kept[i] = picture }
    return picture
  }

  /// The likeness of several codings of the same states, drawing every `step`th; always for the same states.
  func likeness(
    of codings: [[AvatarState]], to states: [AvatarState], step: Int
  ) -> [Likeness] {
    var errors = [[Double]](repeating: [], count: codings.count)
    for i in stride(from: 0, to: states.count, by: max(step, 1)) {
      let reference = reference(i, states)
      for (k, coding) in codings.enumerated() {
        errors[k].append(
          PeakSignalToNoise.meanSquaredError(reference, picture(coding[i])) ?? 0)
      }
    }
    return errors.map { Likeness(errors: $0) }
  }
}
