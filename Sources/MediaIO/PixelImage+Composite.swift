public import Geometry

extension PixelImage {
  /// The picture over a plain colour: 3 channels.
  ///
  /// Values are mixed as they are stored (gamma-coded), as browsers do and the renderer does:
  /// α · front + (1 − α) · back, rounded to nearest. Pictures without alpha are returned as they are,
  /// a grey one as colour.
  public func composited(over colour: (red: UInt8, green: UInt8, blue: UInt8)) -> PixelImage {
    let back = [colour.red, colour.green, colour.blue]
    return composited { _, c in back[c] }
  }

  /// The picture over another of the same size: 3 channels.
  ///
  /// - Precondition: Sizes are equal and `background` has 3 channels or more.
  public func composited(over background: PixelImage) -> PixelImage {
    precondition(
      background.width == width && background.height == height && background.channels >= 3)
    let stride = background.channels
    return composited { pixel, c in background.samples[pixel * stride + c] }
  }

  /// The picture with a fourth channel taken from a matte (1 channel, of the same size).
  ///
  /// - Precondition: Sizes are equal; the picture has 3 channels or more, the matte 1.
  public func withAlpha(_ matte: PixelImage) -> PixelImage {
    precondition(matte.width == width && matte.height == height && matte.channels == 1)
    precondition(channels >= 3)
    var result = PixelImage(width: width, height: height, channels: 4)
    for pixel in 0..<width * height {
      for c in 0..<3 { result.samples[pixel * 4 + c] = samples[pixel * channels + c] }
      result.samples[pixel * 4 + 3] = matte.samples[pixel]
    }
    return result
  }

  private func composited(over back: (Int, Int) -> UInt8) -> PixelImage {
    if channels == 3 { return self }
    var result = PixelImage(width: width, height: height, channels: 3)
    for pixel in 0..<width * height {
      if channels == 1 {
        for c in 0..<3 { result.samples[pixel * 3 + c] = samples[pixel] }
        continue
      }
      let alpha = Int(samples[pixel * 4 + 3])
      for c in 0..<3 {
        let front = Int(samples[pixel * 4 + c])
        let mixed = alpha * front + (255 - alpha) * Int(back(pixel, c))
        result.samples[pixel * 3 + c] = UInt8((mixed + 127) / 255)
      }
    }
    return result
  }
}
