import Geometry

/// Where two pictures differ.
enum DifferencePicture {
  /// The difference that is drawn brightest, of 255.
  static let fullScale = 64

  /// The largest difference of red, green and blue as a shade: black for none, over violet and
  /// orange to pale yellow at ``fullScale`` and beyond.
  ///
  /// - Precondition: sizes are equal and both have three channels.
  static func make(_ a: PixelImage, _ b: PixelImage) -> PixelImage {
    precondition(a.width == b.width && a.height == b.height && a.channels == 3 && b.channels == 3)
    var result = PixelImage(width: a.width, height: a.height, channels: 3)
    for pixel in 0..<a.width * a.height {
      var largest = 0
      for c in 0..<3 {
        largest = max(largest, abs(Int(a.samples[3 * pixel + c]) - Int(b.samples[3 * pixel + c])))
      }
      let shade = shades[min(largest, fullScale)]
      for c in 0..<3 { result.samples[3 * pixel + c] = shade[c] }
    }
    return result
  }

  private static let shades: [SIMD3<UInt8>] = {
    let stops: [SIMD3<Float>] = [
      [6, 6, 12], [66, 22, 98], [158, 42, 98], [228, 96, 48], [252, 176, 54], [252, 250, 200],
    ]
    return (0...fullScale).map { level in
      let place = Float(level) / Float(fullScale) * Float(stops.count - 1)
      let low = min(Int(place), stops.count - 2)
      let v = stops[low] + (stops[low + 1] - stops[low]) * (place - Float(low))
      return SIMD3<UInt8>(v, rounding: .toNearestOrEven)
    }
  }()
}
