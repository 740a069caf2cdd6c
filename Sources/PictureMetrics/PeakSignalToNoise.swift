public import Geometry

/// Peak signal-to-noise ratio of 8-bit pictures.
public enum PeakSignalToNoise {
  /// The mean squared difference over red, green and blue.
  ///
  /// - Parameters:
  ///   - a: 1 channel or more; a fourth is left out.
  ///   - b: As many channels as `a`, and the same size.
  ///   - rectangle: Where to look; clipped to the picture. nil is everywhere.
  /// - Returns: 0…65025, or nil where nothing is left to compare.
  /// - Precondition: Sizes and channels are equal.
  public static func meanSquaredError(
    _ a: PixelImage, _ b: PixelImage, in rectangle: PixelRectangle? = nil
  ) -> Double? {
    precondition(a.width == b.width && a.height == b.height && a.channels == b.channels)
    let whole = PixelRectangle(x: 0, y: 0, width: a.width, height: a.height)
    let area = (rectangle ?? whole).clipped(toWidth: a.width, height: a.height)
    guard area.area > 0 else { return nil }
    let used = min(a.channels, 3)
    var sum: UInt64 = 0
    for y in area.y..<area.y + area.height {
      let start = (y * a.width + area.x) * a.channels
      let row = start..<start + area.width * a.channels
      sum += squaredDifferences(
        a.samples.span.extracting(row), b.samples.span.extracting(row), channels: a.channels,
        used: used)
    }
    return Double(sum) / Double(area.area * used)
  }

  /// The ratio in decibels of a mean squared error: 10 log₁₀ (255² / error).
  ///
  /// - Returns: Infinity for 0.
  public static func decibels(meanSquaredError error: Double) -> Double {
    guard error > 0 else { return .infinity }
    // The quotient is taken in double precision; the logarithm's own error is below 1e-6 dB.
    return Double(ElementaryFunctions.log(Float(65025 / error))) * 4.342944819032518
  }

  private static func squaredDifferences(
    _ a: Span<UInt8>, _ b: Span<UInt8>, channels: Int, used: Int
  ) -> UInt64 {
    var sum: UInt64 = 0
    if channels == used {
      for i in a.indices {
        let difference = Int32(a[i]) - Int32(b[i])
        sum += UInt64(UInt32(bitPattern: difference &* difference))
      }
      return sum
    }
    var i = 0
    while i < a.count {
      for c in 0..<used {
        let difference = Int32(a[i + c]) - Int32(b[i + c])
        sum += UInt64(UInt32(bitPattern: difference &* difference))
      }
      i += channels
    }
    return sum
  }
}
