public import Geometry

/// The structural similarity index.
///
/// Wang, Bovik, Sheikh and Simoncelli, *Image quality assessment: from error visibility to structural
/// similarity*, IEEE Transactions on Image Processing 13 (2004), equation 13, with the paper's
/// constants: an 11 × 11 Gaussian window of σ = 1.5 pixels, K₁ = 0.01, K₂ = 0.03, L = 255. The mean is
/// over the windows that lie wholly within the picture, as in the authors' program.
public enum StructuralSimilarity {
  /// Width of the window in pixels.
  public static let window = 11

  /// What is compared.
  public enum Signal: Sendable {
    /// Luma, 0.299 R + 0.587 G + 0.114 B, not rounded.
    case luma
    /// Red, green and blue apart; the mean of the three.
    case rgb
  }

  /// The mean index of two pictures.
  ///
  /// - Parameters:
  ///   - a: 1, 3 or 4 channels; a fourth is left out.
  ///   - b: As many channels as `a`, and the same size.
  ///   - signal: What is compared; pictures of 1 channel are compared as they are.
  ///   - rectangle: Where to look; clipped to the picture, and no window reaches beyond. nil is everywhere.
  /// - Returns: −1…1, or nil where the rectangle is smaller than a window.
  /// - Precondition: Sizes and channels are equal.
  /// - Complexity: O(pixels × window).
  public static func mean(
    _ a: PixelImage, _ b: PixelImage, signal: Signal, in rectangle: PixelRectangle? = nil
  ) -> Double? {
    precondition(a.width == b.width && a.height == b.height && a.channels == b.channels)
    let whole = PixelRectangle(x: 0, y: 0, width: a.width, height: a.height)
    let area = (rectangle ?? whole).clipped(toWidth: a.width, height: a.height)
    guard area.width >= window && area.height >= window else { return nil }
    if a.channels < 3 { return mean(a, b, weights: (1, 0, 0), area) }
    switch signal {
    case .luma: return mean(a, b, weights: (0.299, 0.587, 0.114), area)
    case .rgb:
      let red = mean(a, b, weights: (1, 0, 0), area)
      let green = mean(a, b, weights: (0, 1, 0), area)
      return (red + green + mean(a, b, weights: (0, 0, 1), area)) / 3
    }
  }

  private static func mean(
    _ a: PixelImage, _ b: PixelImage, weights: (Float, Float, Float), _ area: PixelRectangle
  ) -> Double {
    let count = area.width - window + 1
    let taps = gaussian
    // The last `window` rows, filtered along x; row y is at y mod window.
    var rings = Moments(count: count * window)
    var sums = Moments(count: count)
    var lineA = [Float](repeating: 0, count: area.width)
    var lineB = lineA
    var total = 0.0
    for y in 0..<area.height {
      load(a, y: area.y + y, x: area.x, weights: weights, into: &lineA)
      load(b, y: area.y + y, x: area.x, weights: weights, into: &lineB)
      rings.filter(lineA, lineB, taps: taps, into: (y % window) * count, count: count)
      guard y >= window - 1 else { continue }
      sums.filter(ring: rings, first: (y + 1) % window, taps: taps)
      total += sums.similarity()
    }
    return total / Double(count * (area.height - window + 1))
  }

  /// Samples less 128: variances and covariances stay the same, and rounding shrinks.
  private static func load(
    _ image: PixelImage, y: Int, x: Int, weights: (Float, Float, Float), into line: inout [Float]
  ) {
    let channels = image.channels
    var from = (y * image.width + x) * channels
    for i in line.indices {
      var value = weights.0 * Float(image.samples[from])
      if channels >= 3 {
        value += weights.1 * Float(image.samples[from + 1])
        value += weights.2 * Float(image.samples[from + 2])
      }
      line[i] = value - 128
      from += channels
    }
  }

  /// The window along one axis; sums to 1.
  private static var gaussian: [Float] {
    var taps = [Float](repeating: 0, count: window)
    var sum: Float = 0
    for i in 0..<window {
      let distance = Float(i - window / 2)
      taps[i] = ElementaryFunctions.exp(-distance * distance / (2 * 1.5 * 1.5))
      sum += taps[i]
    }
    for i in 0..<window { taps[i] /= sum }
    return taps
  }
}

/// Weighted means of two signals, of the sum of their squares and of their product, one for each
/// place. (The index needs the two variances only as a sum.)
private struct Moments {
  private var a, b, squares, product: [Float]

  init(count: Int) {
    a = [Float](repeating: 0, count: count)
    (b, squares, product) = (a, a, a)
  }

  /// Sets `count` places from `start` on to the means along two lines.
  mutating func filter(
    _ lineA: [Float], _ lineB: [Float], taps: [Float], into start: Int, count: Int
  ) {
    var (squared, multiplied) = (lineA, lineA)
    for i in lineA.indices {
      let (x, y) = (lineA[i], lineB[i])
      squared[i] = x * x + y * y
      multiplied[i] = x * y
    }
    Self.filter(lineA, step: 1, taps: taps, into: &a, at: start, count: count)
    Self.filter(lineB, step: 1, taps: taps, into: &b, at: start, count: count)
    Self.filter(squared, step: 1, taps: taps, into: &squares, at: start, count: count)
    Self.filter(multiplied, step: 1, taps: taps, into: &product, at: start, count: count)
  }

  /// Sets all places to the means of eleven rows in a ring, of which row `first` is the uppermost.
  mutating func filter(ring: Moments, first: Int, taps: [Float]) {
    let (count, window) = (a.count, taps.count)
    // Tap t belongs to ring row (first + t) mod 11: turn the taps instead of the rows.
    let turned = (0..<window).map { taps[($0 - first + window) % window] }
    Self.filter(ring.a, step: count, taps: turned, into: &a, at: 0, count: count)
    Self.filter(ring.b, step: count, taps: turned, into: &b, at: 0, count: count)
    Self.filter(
      ring.squares, step: count, taps: turned, into: &squares, at: 0, count: count)
    Self.filter(
      ring.product, step: count, taps: turned, into: &product, at: 0, count: count)
  }

  /// Weighted sums of eleven values, `step` apart, for `count` places.
  private static func filter(
    _ input: [Float], step: Int, taps: [Float], into output: inout [Float],
    at start: Int, count: Int
  ) {
    precondition(taps.count == StructuralSimilarity.window)
    precondition(input.count >= 10 * step + count && output.count >= start + count)
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        // Safe because the preconditions bound every index below: eight places at a time while eight
        // are left, then one by one.
        let x = unsafe UnsafeRawPointer(input.baseAddress!)
        let sum = unsafe UnsafeMutableRawPointer(output.baseAddress! + start)
        let (stride, size) = (4 * step, 4 * count)
        var offset = 0
        while offset + 32 <= size {
          var total = SIMD8<Float>.zero
          for tap in 0..<11 {
            total +=
              unsafe taps[tap]
              * x.loadUnaligned(fromByteOffset: offset + tap * stride, as: SIMD8<Float>.self)
          }
          unsafe sum.storeBytes(of: total, toByteOffset: offset, as: SIMD8<Float>.self)
          offset += 32
        }
        while offset < size {
          var total: Float = 0
          for tap in 0..<11 {
            total +=
              unsafe taps[tap] * x.load(fromByteOffset: offset + tap * stride, as: Float.self)
          }
          unsafe sum.storeBytes(of: total, toByteOffset: offset, as: Float.self)
          offset += 4
        }
      }
    }
  }

  /// The sum of the index over all places.
  func similarity() -> Double {
    let c1: Float = 6.5025, c2: Float = 58.5225
    var total = 0.0
    for i in a.indices {
      let (meanA, meanB) = (a[i] + 128, b[i] + 128)
      let covariance = product[i] - a[i] * b[i]
      let variances = squares[i] - a[i] * a[i] - b[i] * b[i]
      let structure = (2 * meanA * meanB + c1) * (2 * covariance + c2)
      total += Double(structure / ((meanA * meanA + meanB * meanB + c1) * (variances + c2)))
    }
    return total
  }
}
