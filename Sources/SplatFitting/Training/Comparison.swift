import GaussianSplats
import Geometry

/// A place in a picture that counts more than the rest, such as the mouth.
public struct Emphasis: Sendable, Equatable {
  /// The middle and the half axes of an upright ellipse, in full-size pixels.
  public let center, radius: SIMD2<Float>
  /// The weight within, where 1 is that of the rest.
  public let weight: Float

  /// Makes a place.
  public init(center: SIMD2<Float>, radius: SIMD2<Float>, weight: Float) {
    self.center = center
    self.radius = radius
    self.weight = weight
  }
}

/// The comparison of renderings with frames at one resolution.
final class Comparison {
  let reduction: Int
  let camera: PinholeCamera
  let gradient: ImagePlanes
  private let target: ImagePlanes
  private let weights: WeightPlane
  private let loss: ImageLoss
  private let lossWeights: LossWeights
  private let workers: Workers

  init(
    camera full: PinholeCamera, reduction: Int, lossWeights: LossWeights, workers: Workers,
    level: InstructionLevel
  ) {
    self.reduction = reduction
    self.lossWeights = lossWeights
    self.workers = workers
    let scaled = full.scaled(by: 1 / Float(reduction))
    camera = PinholeCamera(
      width: full.width / reduction, height: full.height / reduction,
      focalLength: scaled.focalLength, center: scaled.center)
    gradient = ImagePlanes(width: camera.width, height: camera.height)
    target = ImagePlanes(width: camera.width, height: camera.height)
    weights = WeightPlane(width: camera.width, height: camera.height)
    loss = ImageLoss(width: camera.width, height: camera.height, workers: workers, level: level)
  }

  /// The loss of a rendering against a frame; leaves its gradient.
  func evaluate(
    _ rendered: ImagePlanes, frames: TrainingFrames, index: Int, background: Vector3,
    emphasis: [Emphasis]
  ) -> LossValue {
    let bands = 8
    workers.perform(bands) { _, band in
      let rows = camera.height * band / bands..<camera.height * (band + 1) / bands
      frames.load(index, reduction: reduction, into: target, rows: rows)
      for y in rows { fillWeights(y, emphasis) }
    }
    return loss.evaluate(
      rendered: rendered, target: target, background: background, weights: lossWeights,
      pixelWeights: weights, gradient: gradient)
  }

  private func fillWeights(_ y: Int, _ emphasis: [Emphasis]) {
    let row = weights.pointer + y * weights.rowStride
    row.update(repeating: 1, count: camera.width)
    let scale = 1 / Float(reduction)
    for place in emphasis {
      let center = place.center * scale, radius = place.radius * scale
      let dy = (Float(y) + 0.5 - center.y) / max(radius.y, 1)
      if dy.magnitude >= 1 { continue }
      let half = (1 - dy * dy).squareRoot() * radius.x
      let from = max(0, Int(min(max(center.x - half, -1), Float(camera.width))))
      let to = min(camera.width, Int(max(min(center.x + half, Float(camera.width)), 0)))
      for x in from..<max(to, from) { row[x] = max(row[x], place.weight) }
    }
  }
}
