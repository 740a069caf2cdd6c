import FaceTracking
import Geometry
import MediaIO

/// The part of the video's picture that is fitted, and how much it is reduced.
struct CaptureFraming: Equatable, Sendable {
  /// The video's size in pixels.
  let fullWidth, fullHeight: Int
  /// The upper left corner of the part, in the video's pixels.
  let left, top: Int
  /// The part's size in the video's pixels.
  let cropWidth, cropHeight: Int
  /// The fitted picture's size, even numbers.
  let width, height: Int

  /// Fitted pixels a video pixel.
  var scale: Float { Float(width) / Float(cropWidth) }

  /// The whole picture, reduced to at most `largest` pixels a side.
  init(whole description: (width: Int, height: Int), largest: Int) {
    self.init(
      full: description, left: 0, top: 0, width: description.width, height: description.height,
      largest: largest)
  }

  /// A part of the picture, reduced to at most `largest` pixels a side.
  init(
    full: (width: Int, height: Int), left: Int, top: Int, width: Int, height: Int, largest: Int
  ) {
    fullWidth = full.width
    fullHeight = full.height
    self.left = left
    self.top = top
    let reduction = min(1, Double(largest) / Double(max(width, height)))
    self.width = max(2, Int(Double(width) * reduction) & ~1)
    self.height = max(2, Int(Double(height) * reduction) & ~1)
    // The part loses the odd row or column, so that pixels stay square.
    cropWidth = reduction == 1 ? self.width : width
    cropHeight = reduction == 1 ? self.height : height
  }

  /// About head and shoulders of faces seen here and there in the video; the whole picture when it
  /// is small or the person fills it.
  ///
  /// - Parameter faces: boxes of the face, in the video's pixels.
  init(
    full: (width: Int, height: Int), faces: [(low: SIMD2<Float>, high: SIMD2<Float>)], largest: Int
  ) {
    guard max(full.width, full.height) > largest, !faces.isEmpty else {
      self.init(whole: full, largest: largest)
      return
    }
    let low = faces.reduce(SIMD2<Float>(repeating: .infinity)) {
      SIMD2(min($0.x, $1.low.x), min($0.y, $1.low.y))
    }
    let high = faces.reduce(SIMD2<Float>(repeating: -.infinity)) {
      SIMD2(max($0.x, $1.high.x), max($0.y, $1.high.y))
    }
    let face = faces.map { max($0.high.x - $0.low.x, $0.high.y - $0.low.y) }.max() ?? 1
    let left = max(0, Int(low.x - 0.9 * face)), top = max(0, Int(low.y - 0.8 * face))
    let right = min(full.width, Int(high.x + 0.9 * face))
    let bottom = min(full.height, Int(high.y + 0.8 * face))
    self.init(
      full: full, left: left, top: top, width: max(right - left, 2),
      height: max(bottom - top, 2), largest: largest)
  }

  /// The fitted part of a picture of the video.
  func cut(_ image: PixelImage) -> PixelImage {
    if left == 0 && top == 0 && cropWidth == image.width && cropHeight == image.height
      && width == cropWidth && height == cropHeight
    {
      return image
    }
    var part = PixelImage(width: cropWidth, height: cropHeight, channels: image.channels)
    let row = cropWidth * image.channels
    for y in 0..<cropHeight {
      let from = ((y + top) * image.width + left) * image.channels
      part.samples.replaceSubrange(y * row..<(y + 1) * row, with: image.samples[from..<from + row])
    }
    if width == cropWidth && height == cropHeight { return part }
    return part.resized(width: width, height: height)
  }

  /// A point of the fitted picture in the video's pixels.
  func fullPoint(_ p: SIMD2<Float>) -> SIMD2<Float> {
    p * SIMD2(Float(cropWidth) / Float(width), Float(cropHeight) / Float(height))
      + SIMD2(Float(left), Float(top))
  }

  /// A point of the video's picture in fitted pixels.
  func point(_ p: SIMD2<Float>) -> SIMD2<Float> {
    (p - SIMD2(Float(left), Float(top)))
      * SIMD2(Float(width) / Float(cropWidth), Float(height) / Float(cropHeight))
  }

  /// The fitted picture's camera, given the video's.
  func camera(_ full: PinholeCamera) -> PinholeCamera {
    let s = SIMD2(Float(width) / Float(cropWidth), Float(height) / Float(cropHeight))
    return PinholeCamera(
      width: width, height: height, focalLength: full.focalLength * s,
      center: (full.center - SIMD2(Float(left), Float(top))) * s)
  }
}
