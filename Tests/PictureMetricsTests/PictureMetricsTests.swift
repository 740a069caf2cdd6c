import Foundation
import Geometry
import PictureMetrics
import Testing

/// The picture of `Tests/Vectors/picture-metrics.py` whose sample is a function of place and channel.
private func picture(_ sample: (Int, Int, Int) -> Int) -> PixelImage {
  var image = PixelImage(width: 61, height: 47, channels: 3)
  for y in 0..<47 {
    for x in 0..<61 { for c in 0..<3 { image[x, y, c] = UInt8(sample(x, y, c)) } }
  }
  return image
}

private func plainSample(_ x: Int, _ y: Int, _ c: Int) -> Int {
  min(255, abs((5 * x + 3 * y + 40 * c) % 128 - 64) * 4)
}

private let plain = picture(plainSample)
private let noisy = picture { x, y, c in
  min(max(plainSample(x, y, c) + (x * 31 + y * 17 + c * 7 + x * y) % 47 - 23, 0), 255)
}
private let dim = picture { x, y, c in plainSample(x, y, c) / 2 + 30 }

@Suite struct PictureMetricsTests {
  /// Made by `python Tests/Vectors/picture-metrics.py` with scikit-image 0.24.0.
  static let golden: [(isNoisy: Bool, isWhole: Bool, numbers: [Double])] = [
    (true, true, [177.412626439, 25.640958356, 0.826143619, 0.913509837]),
    (true, false, [182.582936508, 25.516201732, 0.826584148, 0.913815266]),
    (false, true, [2518.361120800, 14.119623549, 0.802127994, 0.765992227]),
    (false, false, [2523.485714286, 14.110795104, 0.801065873, 0.765798015]),
  ]

  @Test(arguments: golden.indices)
  func metricsAgreeWithScikitImage(index: Int) throws {
    let (isNoisy, isWhole, numbers) = Self.golden[index]
    let part = isWhole ? nil : PixelRectangle(x: 5, y: 10, width: 40, height: 21)
    let likeness = try #require(PictureLikeness(plain, isNoisy ? noisy : dim, in: part))
    #expect(abs(likeness.meanSquaredError - numbers[0]) < 1e-8)
    #expect(abs(likeness.decibels - numbers[1]) < 2e-6)
    #expect(abs(try #require(likeness.lumaSimilarity) - numbers[2]) < 2e-6)
    #expect(abs(try #require(likeness.rgbSimilarity) - numbers[3]) < 2e-6)
  }

  @Test func similarityAgreesWithASlowTwin() throws {
    for (a, b) in [(plain, noisy), (plain, dim), (noisy, dim)] {
      let fast = try #require(StructuralSimilarity.mean(a, b, signal: .rgb))
      #expect(abs(fast - slowSimilarity(a, b)) < 2e-6)
    }
  }

  @Test func equalPicturesAreInfinitelyAlike() throws {
    let likeness = try #require(PictureLikeness(plain, plain))
    #expect(likeness.decibels == .infinity && likeness.meanSquaredError == 0)
    #expect(abs(try #require(likeness.lumaSimilarity) - 1) < 1e-6)
  }

  @Test func blackAgainstWhiteIsNoDecibelsAtAll() throws {
    let black = PixelImage(width: 20, height: 20, channels: 3)
    let white = PixelImage(width: 20, height: 20, channels: 3, repeating: 255)
    let likeness = try #require(PictureLikeness(black, white))
    #expect(likeness.meanSquaredError == 65025 && abs(likeness.decibels) < 1e-6)
    #expect(try #require(likeness.rgbSimilarity) < 0.001)
  }

  @Test func transparencyIsLeftOut() throws {
    var (a, b) = (
      PixelImage(width: 12, height: 12, channels: 4, repeating: 9),
      PixelImage(width: 12, height: 12, channels: 4, repeating: 9)
    )
    for i in stride(from: 3, to: a.samples.count, by: 4) {
      a.samples[i] = 255
      b.samples[i] = 0
    }
    #expect(try #require(PictureLikeness(a, b)).meanSquaredError == 0)
  }

  @Test func rectanglesAreClippedAndMayBeEmpty() {
    let rectangle = PixelRectangle(x: -5, y: 40, width: 20, height: 100)
    #expect(
      rectangle.clipped(toWidth: 61, height: 47)
        == PixelRectangle(x: 0, y: 40, width: 15, height: 7))
    let far = PixelRectangle(x: 100, y: .max, width: .max, height: .max)
    #expect(far.clipped(toWidth: 61, height: 47).area == 0)
    #expect(PictureLikeness(plain, dim, in: far) == nil)
    // Seven rows hold no window.
    #expect(StructuralSimilarity.mean(plain, dim, signal: .luma, in: rectangle) == nil)
    #expect(PictureLikeness(plain, dim, in: rectangle)?.lumaSimilarity == nil)
  }

  @Test func meansOverFramesComeInTwoKinds() throws {
    var sum = MetricAccumulator()
    #expect(sum.decibelsOfMeanError == nil && sum.meanDecibels == nil)
    let first = try #require(PictureLikeness(plain, noisy))
    let second = try #require(PictureLikeness(plain, dim))
    sum.add(first)
    sum.add(second)
    let mean = try #require(sum.meanDecibels)
    #expect(abs(mean - (25.640958356 + 14.119623549) / 2) < 1e-5)
    let ofMean = try #require(sum.decibelsOfMeanError)
    #expect(abs(ofMean - 10 * log10(65025 * 2 / (177.412626439 + 2518.361120800))) < 1e-5)
    #expect(abs(try #require(sum.meanLumaSimilarity) - (0.826143619 + 0.802127994) / 2) < 1e-5)
    sum.add(try #require(PictureLikeness(plain, plain)))
    #expect(sum.meanDecibels == .infinity && sum.equalFrameCount == 1 && sum.frameCount == 3)
  }
}

/// Equation 13 window by window in double precision.
private func slowSimilarity(_ a: PixelImage, _ b: PixelImage) -> Double {
  var taps = (-5...5).map { exp(-Double($0 * $0) / 4.5) }
  let sum = taps.reduce(0, +)
  taps = taps.map { $0 / sum }
  var (total, count) = (0.0, 0.0)
  for c in 0..<3 {
    for y in 0...a.height - 11 {
      for x in 0...a.width - 11 {
        var moments = [Double](repeating: 0, count: 5)
        for v in 0..<11 {
          for u in 0..<11 {
            let (p, q) = (Double(a[x + u, y + v, c]), Double(b[x + u, y + v, c]))
            for (i, value) in [p, q, p * p, q * q, p * q].enumerated() {
              moments[i] += taps[u] * taps[v] * value
            }
          }
        }
        let (p, q) = (moments[0], moments[1])
        let covariance = moments[4] - p * q
        let variances = moments[2] - p * p + moments[3] - q * q
        total +=
          (2 * p * q + 6.5025) * (2 * covariance + 58.5225)
          / ((p * p + q * q + 6.5025) * (variances + 58.5225))
        count += 1
      }
    }
  }
  return total / count
}
