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
    // The last `window` rows, filtered along x: means of a, b, a², b² and ab.
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
      sums.clear()
      for tap in 0..<window {
        let row = (y - window + 1 + tap) % window
        sums.add(rings, from: row * count, weight: taps[tap])
      }
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

/// Weighted means of two signals, their squares and their product, one for each place.
private struct Moments {
  private var a, b, aa, bb, ab: [Float]

  init(count: Int) {
    a = [Float](repeating: 0, count: count)
    (b, aa, bb, ab) = (a, a, a, a)
  }

  mutating func clear() {
    for i in a.indices { a[i] = 0 }
    (b, aa, bb, ab) = (a, a, a, a)
  }

  /// Sets `count` places from `start` on to the means along two lines.
  mutating func filter(
    _ lineA: [Float], _ lineB: [Float], taps: [Float], into start: Int, count: Int
  ) {
    for i in 0..<count {
      var (sumA, sumB, sumAA, sumBB, sumAB) = (Float(0), Float(0), Float(0), Float(0), Float(0))
      for tap in 0..<taps.count {
        let (weight, x, y) = (taps[tap], lineA[i + tap], lineB[i + tap])
        let (weightedX, weightedY) = (weight * x, weight * y)
        sumA += weightedX
        sumB += weightedY
        sumAA += weightedX * x
        sumBB += weightedY * y
        sumAB += weightedX * y
      }
      (a[start + i], b[start + i]) = (sumA, sumB)
      (aa[start + i], bb[start + i], ab[start + i]) = (sumAA, sumBB, sumAB)
    }
  }

  /// Adds a row of others, weighted.
  mutating func add(_ other: Moments, from start: Int, weight: Float) {
    Self.add(other.a, from: start, weight: weight, to: &a)
    Self.add(other.b, from: start, weight: weight, to: &b)
    Self.add(other.aa, from: start, weight: weight, to: &aa)
    Self.add(other.bb, from: start, weight: weight, to: &bb)
    Self.add(other.ab, from: start, weight: weight, to: &ab)
  }

  private static func add(
    _ source: [Float], from start: Int, weight: Float, to sum: inout [Float]
  ) {
    let source = source.span.extracting(start..<start + sum.count)
    for i in sum.indices { sum[i] += weight * source[i] }
  }

  /// The sum of the index over all places.
  func similarity() -> Double {
    let c1: Float = 6.5025, c2: Float = 58.5225
    var total = 0.0
    for i in a.indices {
      let (meanA, meanB) = (a[i] + 128, b[i] + 128)
      let covariance = ab[i] - a[i] * b[i]
      let variances = (aa[i] - a[i] * a[i]) + (bb[i] - b[i] * b[i])
      let structure = (2 * meanA * meanB + c1) * (2 * covariance + c2)
      total += Double(structure / ((meanA * meanA + meanB * meanB + c1) * (variances + c2)))
    }
    return total
  }
}
