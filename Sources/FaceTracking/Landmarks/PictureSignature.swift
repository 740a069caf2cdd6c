internal import Geometry

/// A thumbnail by which a picture, or the face in it, is told from another.
struct PictureSignature {
  private static let side = 16
  private var values: [Float] = []

  /// A thumbnail of a region; nothing outside it counts.
  init(of image: PixelImage, region: ImageRegion) {
    var sampler = RegionSampler(width: Self.side, height: Self.side)
    sampler.maximumTaps = 3
    sampler.fill(&values, from: image, region: region)
  }

  /// A thumbnail of the whole picture, stretched to a square.
  init(of image: PixelImage) {
    let size = SIMD2(Float(image.width), Float(image.height))
    self.init(of: image, region: ImageRegion(center: size * 0.5, extent: size))
  }

  /// The mean absolute difference of samples of 0…1, after the brightness is made the same.
  func difference(from other: PictureSignature) -> Float {
    let mean = values.reduce(0, +), otherMean = other.values.reduce(0, +)
    let gain = min(max((mean + 1) / (otherMean + 1), 0.7), 1.4)
    var sum: Float = 0
    for k in values.indices { sum += (values[k] - other.values[k] * gain).magnitude }
    return sum / Float(values.count)
  }

  /// The correlation of the two thumbnails, −1…1; 1 for pictures without contrast.
  func correlation(with other: PictureSignature) -> Float {
    let count = Float(values.count)
    let mean = values.reduce(0, +) / count, otherMean = other.values.reduce(0, +) / count
    var ab: Float = 0, aa: Float = 1e-6, bb: Float = 1e-6
    for k in values.indices {
      let a = values[k] - mean, b = other.values[k] - otherMean
      ab += a * b
      aa += a * a
      bb += b * b
    }
    return (ab + 1e-6) / (aa * bb).squareRoot()
  }
}
