import Foundation
import Geometry
import MediaIO
import Testing

@testable import FaceTracking

struct MattingTests {
  @Test(arguments: [0, 1, 3, 50])
  func `Box means agree with their slow twin`(radius: Int) {
    let (width, height) = (17, 11)
    var random = RepeatableGenerator(state: 6)
    let values = (0..<width * height).map { _ in
      SIMD4<Float>(
        .random(in: 0...1, using: &random), .random(in: 0...1, using: &random),
        .random(in: -5...5, using: &random), 1)
    }
    var means = values
    BoxFilter.mean(&means, width: width, height: height, radius: radius)
    var wide = values.map {
      SIMD16<Float>(lowHalf: SIMD8(lowHalf: $0, highHalf: $0), highHalf: .zero)
    }
    BoxFilter.mean(&wide, width: width, height: height, radius: radius)
    for y in 0..<height {
      for x in 0..<width {
        var sum = SIMD4<Double>.zero, count = 0.0
        for v in max(0, y - radius)...min(height - 1, y + radius) {
          for u in max(0, x - radius)...min(width - 1, x + radius) {
            sum += SIMD4<Double>(values[v * width + u])
            count += 1
          }
        }
        let expected = SIMD4<Float>(sum / count)
        for lane in 0..<4 {
          #expect((means[y * width + x][lane] - expected[lane]).magnitude < 1e-5)
          #expect((wide[y * width + x][lane] - expected[lane]).magnitude < 1e-5)
        }
      }
    }
  }

  @Test func `A matte that is a linear function of colour is kept`() {
    let (width, height) = (24, 20)
    var random = RepeatableGenerator(state: 7)
    let guide = (0..<width * height).map { _ in
      SIMD4<Float>(
        .random(in: 0...1, using: &random), .random(in: 0...1, using: &random),
        .random(in: 0...1, using: &random), 0)
    }
    let target = guide.map { 0.2 + 0.5 * $0.x - 0.3 * $0.y + 0.4 * $0.z }
    let functions = GuidedFilter.coefficients(
      guide: guide, target: target, width: width, height: height, radius: 3, epsilon: 1e-7)
    for k in guide.indices {
      let f = functions[k], c = guide[k]
      let value = f.x * c.x + f.y * c.y + f.z * c.z + f.w
      #expect((value - target[k]).magnitude < 2e-3)
    }
  }

  @Test func `A blurred matte follows the picture's edge`() {
    let (width, height) = (64, 16)
    var picture = PixelImage(width: width, height: height, channels: 3)
    var guide = [SIMD4<Float>](), target = [Float]()
    for y in 0..<height {
      for x in 0..<width {
        let color: [UInt8] = x < 30 ? [40, 60, 90] : [200, 170, 150]
        for c in 0..<3 { picture[x, y, c] = color[c] }
        guide.append(SIMD4(Float(color[0]), Float(color[1]), Float(color[2]), 0) / 255)
        target.append(min(max((Float(x) - 22) / 16, 0), 1))
      }
    }
    let functions = GuidedFilter.coefficients(
      guide: guide, target: target, width: width, height: height, radius: 8, epsilon: 1e-4)
    var matte = PixelImage(width: width, height: height, channels: 1)
    GuidedFilter.apply(
      functions, width: width, height: height,
      region: ImageRegion(center: [32, 8], extent: [64, 16]), contrast: 1, to: picture,
      into: &matte)
    #expect(matte[29, 8, 0] < 90 && matte[30, 8, 0] > 165)
    #expect(Int(matte[30, 8, 0]) - Int(matte[29, 8, 0]) > 100)
  }

  private func estimator() throws -> MatteEstimator? {
    guard let general = Assets.model("selfie_segmentation"),
      let landscape = Assets.model("selfie_segmentation_landscape")
    else { return nil }
    return try MatteEstimator(general: general, landscape: landscape)
  }

  @Test func `The person is inside the matte, the wall outside, and little between`() throws {
    guard var estimator = try estimator(), let path = Assets.sample("WolfgangLanger_Pexels.mp4"),
      let frame = try VideoReader(path: path).next()
    else { return }
    let matte = try estimator.matte(of: frame.image)
    #expect(matte.width == 640 && matte.height == 360 && matte.channels == 1)
    #expect(matte[430, 200, 0] == 255)
    #expect(matte[460, 60, 0] > 250)
    for x in [5, 100, 200] { #expect(matte[x, 100, 0] == 0) }
    let between = matte.samples.count { $0 > 25 && $0 < 230 }
    #expect(Float(between) / Float(matte.samples.count) < 0.06)
  }

  @Test func `A square picture, a grey one and a close-up all give a matte`() throws {
    guard var estimator = try estimator(), let models = Assets.faceModels(),
      let picture = try Assets.picture("single_face.jpg")
    else { return }
    let matte = try estimator.matte(of: picture)
    estimator.reset()
    let gray = try estimator.matte(of: picture.gray)
    let large = picture.placed(onWidth: 3840, height: 2160, atX: 1500, y: 900)
    var tracker = try LandmarkTracker(models: models)
    let face = try #require(try tracker.track(large).face)
    let region = try #require(MatteEstimator.closeUp(of: face, in: large))
    let close = try estimator.matte(of: large, within: region)
    let nose = face.points[FaceMesh.noseTip]
    #expect(close[Int(nose.x), Int(nose.y), 0] > 250)
    #expect(close[10, 10, 0] == 0)
    let x = Int(nose.x) - 1500, y = Int(nose.y) - 900
    #expect(matte[x, y, 0] > 250 && gray[x, y, 0] > 250)
    #expect(MatteEstimator.closeUp(of: face, in: picture) == nil)
  }

  @Test func `A still scene's matte trembles less than without memory`() throws {
    guard var estimator = try estimator(), let path = Assets.sample("WolfgangLanger_Pexels.mp4")
    else { return }
    func tremble(_ steadiness: Float) throws -> Int {
      estimator.reset()
      estimator.options.steadiness = steadiness
      let reader = try VideoReader(path: path, to: 1)
      var last: PixelImage?
      var sum = 0
      while let frame = try reader.next() {
        let matte = try estimator.matte(of: frame.image)
        if let last {
          for (a, b) in zip(matte.samples, last.samples) { sum += abs(Int(a) - Int(b)) }
        }
        last = matte
      }
      return sum
    }
    let plain = try tremble(0), steadied = try tremble(MatteEstimator.Options().steadiness)
    print("matte's change: plain \(plain), steadied \(steadied)")
    #expect(Double(steadied) < 0.9 * Double(plain))
  }
}
