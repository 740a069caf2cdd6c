import Foundation
import Geometry
import Testing

@testable import Enrollment

/// A scene whose plate, matte and colours are known: a soft-edged disc before a shaded wall.
private struct Scene {
  let width = 160, height = 120
  let person = SIMD3<Double>(90, 60, 50)

  func wall(_ x: Int, _ y: Int) -> SIMD3<Double> {
    let u = Double(x) / Double(width), v = Double(y) / Double(height)
    return SIMD3(170 + 40 * u - 15 * v * v, 180 - 30 * v, 190 - 20 * u * v)
  }

  func cover(_ x: Int, _ y: Int, middle: Double) -> Double {
    let dx = Double(x) - middle, dy = Double(y) - 70
    return min(max((34 - (dx * dx + dy * dy).squareRoot()) / 4, 0), 1)
  }

  func frame(middle: Double, brightness: Double = 1, seed: UInt64 = 1) -> (PixelImage, PixelImage) {
    var picture = PixelImage(width: width, height: height, channels: 3)
    var rough = PixelImage(width: width, height: height, channels: 1)
    var noise = seed &* 0x9e37_79b9_7f4a_7c15
    for y in 0..<height {
      for x in 0..<width {
        let a = cover(x, y, middle: middle)
        let color = (wall(x, y) * (1 - a) + person * a) * brightness
        for c in 0..<3 {
          noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let grain = Double(noise >> 33) / Double(1 << 31) * 2 - 1
          picture[x, y, c] = UInt8(min(max(color[c] + grain * 1.5, 0), 255))
        }
        // The rough matte is smaller than the person by two pixels, and hard.
        let dx = Double(x) - middle, dy = Double(y) - 70
        rough[x, y, 0] = (dx * dx + dy * dy).squareRoot() < 30 ? 255 : 0
      }
    }
    return (picture, rough)
  }

  func sequence() -> [(PixelImage, PixelImage)] {
    (0..<20).map {
      frame(
        middle: 60 + Double($0) * 2, brightness: 1 + 0.01 * Double($0 % 5), seed: UInt64($0 + 1))
    }
  }
}

struct PlateMattingTests {
  @Test func `The plate is the wall, also where the person always stood`() throws {
    let scene = Scene()
    let frames = scene.sequence()
    let plate = try BackgroundPlate(pictures: frames.map(\.0), mattes: frames.map(\.1))
    #expect(plate.noise < 3)
    var worst = 0.0, guessed = 0
    for y in 0..<scene.height {
      for x in 0..<scene.width {
        let color = plate.colors[y * scene.width + x], wall = scene.wall(x, y)
        if color.w < 1 { guessed += 1 }
        for c in 0..<3 { worst = max(worst, abs(Double(color[c]) - wall[c])) }
      }
    }
    #expect(guessed > 100)
    #expect(worst < 8, "\(worst)")
  }

  @Test(arguments: [true, false])
  func `The cut-out has the person's cover and colour`(hasPlate: Bool) throws {
    let scene = Scene()
    let frames = scene.sequence()
    let plate = try BackgroundPlate(pictures: frames.map(\.0), mattes: frames.map(\.1))
    let matting = PlateMatting(plate: hasPlate ? plate : nil)
    let (picture, rough) = frames[10]
    let cut = matting.cutOut(picture, matte: rough)
    var coverError = 0.0, roughError = 0.0, colorError = 0.0, counted = 0.0
    for y in 0..<scene.height {
      for x in 0..<scene.width {
        let truth = scene.cover(x, y, middle: 80)
        let cover = Double(cut.alpha[x, y, 0]) / 255
        coverError += abs(cover - truth)
        roughError += abs(Double(rough[x, y, 0]) / 255 - truth)
        if truth == 1 { #expect(cover > (hasPlate ? 0.98 : 0.9)) }
        if truth == 0 { #expect(cover < 0.35) }
        if cover > 0.3 {
          for c in 0..<3 {
            let pure = Double(cut.foreground[x, y, c]) / cover
            colorError += abs(pure - scene.person[c])
            #expect(Double(cut.foreground[x, y, c]) <= cover * 255 + 1)
          }
          counted += 3
        }
      }
    }
    print("cover error \(coverError) of rough \(roughError), colour \(colorError / counted)")
    #expect(coverError < (hasPlate ? 0.4 : 0.6) * roughError)
    #expect(colorError / counted < 4)
  }

  @Test func `A moving background is told from a still one`() {
    let scene = Scene()
    var frames = scene.sequence()
    for k in frames.indices {
      for y in 0..<scene.height {
        for x in 0..<scene.width where frames[k].1[x, y, 0] == 0 && (x / 8 + k) % 3 == 0 {
          frames[k].0[x, y, 0] = 20
        }
      }
    }
    do throws(BackgroundPlate.Absence) {
      _ = try BackgroundPlate(pictures: frames.map(\.0), mattes: frames.map(\.1))
      Issue.record("a plate was learnt")
    } catch {
      guard case .moving(let share) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(share > 0.5)
    }
  }

  @Test func `A person who fills the picture leaves no plate`() {
    let picture = PixelImage(width: 40, height: 30, channels: 3, repeating: 99)
    let matte = PixelImage(width: 40, height: 30, channels: 1, repeating: 255)
    #expect(throws: BackgroundPlate.Absence.neverSeen(share: 0)) {
      try BackgroundPlate(pictures: [picture, picture], mattes: [matte, matte])
    }
    let cut = PlateMatting(plate: nil).cutOut(picture, matte: matte)
    #expect(cut.alpha.samples.allSatisfy { $0 == 255 })
    #expect(cut.foreground == picture)
  }

  @Test func `An empty matte cuts nothing out`() {
    let picture = PixelImage(width: 9, height: 7, channels: 3, repeating: 99)
    let matte = PixelImage(width: 9, height: 7, channels: 1)
    let cut = PlateMatting(plate: nil).cutOut(picture, matte: matte)
    #expect(cut.alpha.samples.allSatisfy { $0 == 0 })
    #expect(cut.foreground.samples.allSatisfy { $0 == 0 })
  }

  @Test func `Distances agree with their slow twin`() {
    let (width, height) = (31, 22)
    var inside = [Bool](repeating: false, count: width * height)
    for p in [40, 41, 300, 512, 660] { inside[p] = true }
    let fast = DistanceField.distances(to: inside, width: width, height: height)
    for p in inside.indices {
      var best = Double.infinity
      for q in inside.indices where inside[q] {
        let dx = Double(p % width - q % width), dy = Double(p / width - q / width)
        best = min(best, (dx * dx + dy * dy).squareRoot())
      }
      #expect(Double(fast[p]) >= best - 1e-4 && Double(fast[p]) <= best * 1.083 + 1e-4)
    }
  }

  @Test(arguments: [(1, 1), (5, 3), (33, 17)])
  func `Colours carry to every hole and known ones stay`(width: Int, height: Int) {
    var known = [SIMD4<Float>](repeating: .zero, count: width * height)
    known[0] = [10, 200, 30, 1]
    known[width * height - 1] = [50, 100, 70, 1]
    let filled = ColorPyramid.filled(known, width: width, height: height)
    #expect(filled[0] == known[0] && filled[width * height - 1] == known[width * height - 1])
    for color in filled {
      #expect((color.w - 1).magnitude < 1e-4)
      #expect(color.x > 9.9 && color.x < 50.1 && color.y > 99.9 && color.y < 200.1)
    }
  }
}
