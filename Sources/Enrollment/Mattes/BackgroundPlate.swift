public import Geometry

/// What the camera sees when the person steps aside: learnt from many pictures of a video.
public struct BackgroundPlate: Sendable {
  /// The size in pixels.
  public let width, height: Int
  /// Colours of 0…255; in the fourth lane how surely they are known: 1 where the background was
  /// seen, ½ where a plain wall was continued, 0 where it was only guessed from its surroundings.
  public let colors: [SIMD4<Float>]
  /// The middle deviation of a background pixel from the plate, in steps of 0…255.
  public let noise: Float

  /// Why there is no plate.
  public enum Absence: Error, Equatable, Sendable {
    /// Too little of the picture is ever free of the person; `share` is.
    case neverSeen(share: Float)
    /// The camera or the background moves: `share` of the background changes.
    case moving(share: Float)
  }

  /// Learns the plate from pictures and their mattes, as many of each, all of one size.
  ///
  /// Per pixel the median of the pictures whose matte is empty thereabouts, after each picture's
  /// brightness is matched to the first's. What was never seen is a quadratic in x and y fitted to
  /// the rest, plus its remainder carried inward.
  ///
  /// - Precondition: at least one picture; sizes equal; mattes of one channel.
  /// - Throws: ``Absence`` when a still background cannot be told.
  /// - Complexity: O(width · height · n log n).
  public init(pictures: [PixelImage], mattes: [PixelImage]) throws(Absence) {
    precondition(!pictures.isEmpty && pictures.count == mattes.count)
    let width = pictures[0].width, height = pictures[0].height
    self.width = width
    self.height = height
    let reach = Float(max(width, height)) * 0.03
    let free = mattes.map { matte in
      DistanceField.distances(to: matte.samples.map { $0 > 12 }, width: width, height: height)
        .map { $0 > reach }
    }
    let gains = pictures.indices.map { k in
      Self.gain(of: pictures[k], free[k], over: pictures[0], free[0])
    }

    var known = [SIMD4<Float>](repeating: .zero, count: width * height)
    var freedom = [Float](repeating: 0, count: width * height)
    let least = max(1, pictures.count / 5)
    var deviations = [Float]()
    var moving = 0, judged = 0, seen = 0
    var columns = [[Float]](repeating: [], count: 3)
    for p in known.indices {
      for c in 0..<3 { columns[c].removeAll(keepingCapacity: true) }
      for k in pictures.indices where free[k][p] {
        let color = pictures[k].color(p)
        for c in 0..<3 { columns[c].append(color[c] / gains[k][c]) }
      }
      let count = columns[0].count
      if count < least { continue }
      freedom[p] = Float(count) / Float(pictures.count)
      seen += 1
      var color = SIMD4<Float>(0, 0, 0, 1)
      for c in 0..<3 {
        columns[c].sort()
        color[c] = columns[c][count / 2]
      }
      known[p] = color
      if count >= 6 {
        // Half of what the middle two thirds span is one deviation of normal noise.
        let spread =
          (0..<3).map { columns[$0][count * 5 / 6] - columns[$0][count / 6] }.max()! / 2
        deviations.append(spread)
        judged += 1
        if spread > 10 { moving += 1 }
      }
    }
    let share = Float(seen) / Float(known.count)
    if share < 0.05 { throw .neverSeen(share: share) }
    let movingShare = Float(moving) / Float(max(judged, 1))
    if movingShare > 0.15 { throw .moving(share: movingShare) }
    deviations.sort()
    noise = max(1, deviations.isEmpty ? 2 : deviations[deviations.count / 2])
    colors = Self.completed(known, freedom, width: width, height: height)
  }

  /// How much brighter than the reference a picture's background is, per channel.
  static func gain(
    of picture: PixelImage, _ free: [Bool], over reference: PixelImage, _ referenceFree: [Bool]
  ) -> SIMD4<Float> {
    var gain = SIMD4<Float>(repeating: 1)
    var ratios = [[Float]](repeating: [], count: 3)
    for p in stride(from: 0, to: free.count, by: 37) where free[p] && referenceFree[p] {
      let a = picture.color(p), b = reference.color(p)
      for c in 0..<3 where b[c] > 8 && b[c] < 247 { ratios[c].append(a[c] / b[c]) }
    }
    for c in 0..<3 where ratios[c].count >= 30 {
      ratios[c].sort()
      gain[c] = min(max(ratios[c][ratios[c].count / 2], 0.5), 2)
    }
    return gain
  }

  /// Fills the gaps; on a plain wall, first makes gaps of what only hair that the mattes missed can
  /// have left: colours off the trend where the background was not seen in most pictures.
  private static func completed(
    _ seen: [SIMD4<Float>], _ freedom: [Float], width: Int, height: Int
  ) -> [SIMD4<Float>] {
    var known = seen
    var trend = Quadratic(fitting: known, width: width, height: height)
    func residual(_ p: Int) -> Float {
      var d = known[p] - trend.value(at: p, width, height)
      d.w = 0
      return (d * d).sum().squareRoot()
    }
    var residuals = [Float]()
    for p in stride(from: 0, to: known.count, by: 7) where known[p].w > 0 {
      residuals.append(residual(p))
    }
    residuals.sort()
    let usual = residuals[residuals.count / 2]
    let isPlain = usual < 10
    if isPlain {
      let limit = max(12, 4 * usual)
      for p in known.indices where known[p].w > 0 && freedom[p] < 0.8 && residual(p) > limit {
        known[p] = .zero
      }
      trend = Quadratic(fitting: known, width: width, height: height)
    }
    var remainder = known
    for p in known.indices where known[p].w > 0 {
      remainder[p] = known[p] - trend.value(at: p, width, height)
      remainder[p].w = 1
    }
    let carried = ColorPyramid.filled(remainder, width: width, height: height)
    var colors = known
    for p in known.indices where known[p].w == 0 {
      var color = trend.value(at: p, width, height) + carried[p]
      color.replace(with: 0, where: color .< 0)
      color.replace(with: 255, where: color .> 255)
      color.w = isPlain ? 0.5 : 0
      colors[p] = color
    }
    return colors
  }
}

/// A quadratic in x and y for each channel.
private struct Quadratic {
  private var terms = [SIMD4<Float>](repeating: .zero, count: 6)

  private static func basis(_ p: Int, _ width: Int, _ height: Int) -> [Float] {
    let x = Float(p % width) / Float(width) - 0.5, y = Float(p / width) / Float(height) - 0.5
    return [1, x, y, x * x, x * y, y * y]
  }

  /// Least squares over the known pixels, a little in favour of no slope.
  init(fitting known: [SIMD4<Float>], width: Int, height: Int) {
    var normal = [Double](repeating: 0, count: 36)
    var right = [SIMD4<Double>](repeating: .zero, count: 6)
    for p in stride(from: 0, to: known.count, by: 7) where known[p].w > 0 {
      let b = Self.basis(p, width, height)
      for i in 0..<6 {
        for j in 0..<6 { normal[6 * i + j] += Double(b[i] * b[j]) }
        right[i] += SIMD4<Double>(known[p]) * Double(b[i])
      }
    }
    let ridge = 1e-3 * max(normal[0], 1)
    for i in 0..<6 { normal[7 * i] += i == 0 ? 1e-9 : ridge * 0.05 }
    // Gaussian elimination; the matrix is positive definite.
    for i in 0..<6 where normal[7 * i] > 1e-12 {
      for j in i + 1..<6 {
        let f = normal[6 * j + i] / normal[7 * i]
        for k in i..<6 { normal[6 * j + k] -= f * normal[6 * i + k] }
        right[j] -= right[i] * f
      }
    }
    for i in stride(from: 5, through: 0, by: -1) where normal[7 * i] > 1e-12 {
      var sum = right[i]
      for j in i + 1..<6 { sum -= SIMD4<Double>(terms[j]) * normal[6 * i + j] }
      terms[i] = SIMD4<Float>(sum / normal[7 * i])
    }
  }

  func value(at p: Int, _ width: Int, _ height: Int) -> SIMD4<Float> {
    let b = Self.basis(p, width, height)
    var sum = SIMD4<Float>.zero
    for i in 0..<6 { sum += terms[i] * b[i] }
    sum.w = 0
    return sum
  }
}

extension PixelImage {
  /// A pixel's colour, 0…255, the last lane 0; grey pictures give their value three times.
  func color(_ pixel: Int) -> SIMD4<Float> {
    let at = pixel * channels
    if channels == 1 {
      let v = Float(samples[at])
      return SIMD4(v, v, v, 0)
    }
    return SIMD4(Float(samples[at]), Float(samples[at + 1]), Float(samples[at + 2]), 0)
  }
}
