import Foundation
import Geometry
import Testing

@testable import FaceTracking

struct RegionSamplerTests {
  /// The slow twin: one bilinear sample a value, in double precision, each tap looked up by itself.
  static func reference(
    _ image: PixelImage, _ region: ImageRegion, width: Int, height: Int, isZeroOutside: Bool,
    taps: Int
  ) -> [Double] {
    func pixel(_ x: Int, _ y: Int, _ c: Int) -> Double {
      let inside = x >= 0 && y >= 0 && x < image.width && y < image.height
      if !inside && isZeroOutside { return 0 }
      return Double(
        image[
          min(max(x, 0), image.width - 1), min(max(y, 0), image.height - 1),
          min(c, image.channels - 1)])
    }
    var values = [Double]()
    let (co, si) = (cos(Double(region.rotation)), sin(Double(region.rotation)))
    for j in 0..<height {
      for i in 0..<width {
        for c in 0..<3 {
          var sum = 0.0
          for v in 0..<taps {
            for u in 0..<taps {
              let a = (Double(i * taps + u) + 0.5) / Double(width * taps) - 0.5
              let b = (Double(j * taps + v) + 0.5) / Double(height * taps) - 0.5
              let dx = a * Double(region.extent.x), dy = b * Double(region.extent.y)
              let x = Double(region.center.x) + co * dx - si * dy - 0.5
              let y = Double(region.center.y) + si * dx + co * dy - 0.5
              let (x0, y0) = (Int(floor(x)), Int(floor(y)))
              let (fx, fy) = (x - floor(x), y - floor(y))
              sum += pixel(x0, y0, c) * (1 - fx) * (1 - fy) + pixel(x0 + 1, y0, c) * fx * (1 - fy)
              sum += pixel(x0, y0 + 1, c) * (1 - fx) * fy + pixel(x0 + 1, y0 + 1, c) * fx * fy
            }
          }
          values.append(sum / Double(taps * taps))
        }
      }
    }
    return values
  }

  @Test(arguments: [1, 3, 4], [false, true])
  func `The sampler agrees with its slow twin`(channels: Int, isZeroOutside: Bool) {
    let image = randomPicture(width: 37, height: 23, channels: channels, seed: 5)
    let regions: [(ImageRegion, Int)] = [
      (ImageRegion(center: [18.2, 11.7], extent: [14, 10]), 1),
      (ImageRegion(center: [2, 20], extent: [30, 30], rotation: 0.6), 2),
      (ImageRegion(center: [18.5, 11.5], extent: [90, 70], rotation: -2.4), 3),
      (ImageRegion(center: [-100, -50], extent: [20, 20]), 1),
    ]
    for (region, taps) in regions {
      var sampler = RegionSampler(width: 16, height: 12)
      sampler.border = isZeroOutside ? .zero : .replicate
      sampler.gain = 1
      var values = [Float]()
      sampler.fill(&values, from: image, region: region)
      let expected = Self.reference(
        image, region, width: 16, height: 12, isZeroOutside: isZeroOutside, taps: taps)
      let worst = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(worst < 0.02, "\(region)")
    }
  }

  @Test func `A mirrored crop is the crop mirrored`() {
    let image = randomPicture(width: 20, height: 20, seed: 9)
    let region = ImageRegion(center: [9, 11], extent: [13, 13], rotation: 0.3)
    var plain = [Float](), mirrored = [Float]()
    var sampler = RegionSampler(width: 8, height: 8)
    sampler.fill(&plain, from: image, region: region)
    sampler.mirrored = true
    sampler.fill(&mirrored, from: image, region: region)
    for y in 0..<8 {
      for x in 0..<8 {
        for c in 0..<3 { #expect(plain[(y * 8 + x) * 3 + c] == mirrored[(y * 8 + 7 - x) * 3 + c]) }
      }
    }
  }

  @Test func `Pictures without pixels or with odd channels are refused`() throws {
    let empty = PixelImage(width: 0, height: 0, channels: 3)
    #expect(throws: FaceTrackingError.unusablePicture(width: 0, height: 0, channels: 3)) {
      try empty.checkUsable()
    }
    let pairs = PixelImage(width: 4, height: 4, channels: 2)
    #expect(throws: FaceTrackingError.unusablePicture(width: 4, height: 4, channels: 2)) {
      try pairs.checkUsable()
    }
  }
}
