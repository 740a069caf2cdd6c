import Foundation
import GaussianSplats
import Geometry
import NativeWorkers
import SplatFitting
import Testing

@Suite struct ImageLossTests {
  func picture(_ width: Int, _ height: Int, seed: UInt64) -> ImagePlanes {
    var random = SplitMix(state: seed)
    let planes = ImagePlanes(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        let alpha = random.uniform(0, 1)
        for c in 0..<3 {
          let wave = 0.5 + 0.3 * Float(sin(Double(x * (c + 1)) * 0.2 + Double(y) * 0.3))
          planes[c, x, y] = alpha * (wave + random.uniform(-0.2, 0.2))
        }
        planes[3, x, y] = 1 - alpha
      }
    }
    // What lies in the padding must not matter.
    for y in 0..<height {
      for x in width..<planes.rowStride {
        for p in 0..<4 { planes.plane(p)[y * planes.rowStride + x] = .nan }
      }
    }
    return planes
  }

  static let cases: [LossWeights] = [
    LossWeights(absolute: 1, square: 0, structure: 0, alpha: 0),
    LossWeights(absolute: 0, square: 1, structure: 0, alpha: 0),
    LossWeights(absolute: 0, square: 0, structure: 1, alpha: 0),
    LossWeights(absolute: 0, square: 0, structure: 1, alpha: 0, structureAtHalfSize: true),
    LossWeights(absolute: 0, square: 0, structure: 0, alpha: 1),
    LossWeights(),
    LossWeights(square: 0.3, structureAtHalfSize: true),
  ]

  @Test(arguments: levels, cases)
  func `agrees with the definition and its differences`(
    level: InstructionLevel, weights: LossWeights
  ) {
    let background = Vector3(0.3, 0.8, 0.1)
    for (width, height, weighted) in [(37, 41, true), (33, 71, false), (16, 2, true)] {
      let a = picture(width, height, seed: 1), b = picture(width, height, seed: 2)
      var plane: WeightPlane?
      if weighted {
        let p = WeightPlane(width: width, height: height)
        for y in 0..<height { for x in 0..<width { p[x, y] = Float((x + 2 * y) % 5) } }
        plane = p
      }
      let loss = ImageLoss(width: width, height: height, workers: .native(count: 2), level: level)
      let gradient = ImagePlanes(width: width, height: height)
      let value = loss.evaluate(
        rendered: a, target: b, background: background, weights: weights, pixelWeights: plane,
        gradient: gradient)
      let reference = ReferenceLoss(
        width: width, height: height, background: background, weights: weights,
        pixelWeights: plane)
      let expected = reference.value(a, b)
      #expect(abs(value.absolute - expected.absolute) < 1e-5 * expected.absolute)
      #expect(abs(value.square - expected.square) < 1e-5 * expected.square)
      #expect(abs(value.alpha - expected.alpha) < 1e-5 * expected.alpha)
      #expect(abs(value.structure - expected.structure) < 1e-5)
      #expect(abs(value.total(weights) - expected.total(weights)) < 1e-5)

      var error = 0.0, norm = 0.0
      var random = SplitMix(state: 5)
      for trial in 0..<24 {
        let p = trial % 4
        let x = Int.random(in: 0..<width, using: &random)
        let y = Int.random(in: 0..<height, using: &random)
        let v = a[p, x, y]
        a[p, x, y] = v + 0x1p-10
        let up = reference.value(a, b).total(weights)
        a[p, x, y] = v - 0x1p-10
        let down = reference.value(a, b).total(weights)
        a[p, x, y] = v
        let step = Double(v + 0x1p-10) - Double(v - 0x1p-10)
        // The fourth plane holds transmittance; its gradient is by alpha.
        let numeric = (up - down) / step * (p == 3 ? -1 : 1)
        error += pow(numeric - Double(gradient[p, x, y]), 2)
        norm += numeric * numeric
      }
      #expect((error / norm).squareRoot() < 1e-3, "\(width) × \(height)")
    }
  }

  @Test func `gives the same bits with any number of workers`() {
    let a = picture(100, 131, seed: 3), b = picture(100, 131, seed: 4)
    let one = ImagePlanes(width: 100, height: 131), many = ImagePlanes(width: 100, height: 131)
    let v = ImageLoss(width: 100, height: 131).evaluate(
      rendered: a, target: b, background: [1, 0, 0.5], gradient: one)
    let w = ImageLoss(width: 100, height: 131, workers: .native(count: 5)).evaluate(
      rendered: a, target: b, background: [1, 0, 0.5], gradient: many)
    #expect(v == w)
    for p in 0..<4 {
      for y in 0..<131 { for x in 0..<100 { #expect(one[p, x, y] == many[p, x, y]) } }
    }
  }

  @Test func `is zero, with no gradient, for a picture and itself`() {
    let a = picture(64, 48, seed: 3), gradient = ImagePlanes(width: 64, height: 48)
    let v = ImageLoss(width: 64, height: 48).evaluate(
      rendered: a, target: a, background: [0, 0, 1], gradient: gradient)
    #expect(v.absolute == 0 && v.alpha == 0 && abs(v.structure) < 1e-6)
    for p in 0..<4 {
      for y in 0..<48 { for x in 0..<64 { #expect(abs(gradient[p, x, y]) < 1e-7) } }
    }
  }

  @Test func `goes down with the rasteriser's gradient`() {
    // Losses, backward pass and step together: recover a target from moved splats.
    let camera = PinholeCamera(width: 96, height: 80, focalLength: 250)
    let truth = headSplats(150, seed: 12, size: 1)
    let rasterizer = Rasterizer(capacity: 150, maxWidth: 96, maxHeight: 80)
    rasterizer.forward(truth, camera: camera)
    let target = ImagePlanes(width: 96, height: 80)
    target.pointer.update(from: rasterizer.image.pointer, count: 4 * target.planeStride)
    var random = SplitMix(state: 1)
    let splats = SplatBuffer(count: 150)
    for i in 0..<150 {
      for p in SplatPlane.allCases { splats[p, i] = truth[p, i] }
      splats[.meanX, i] += random.uniform(-0.3, 0.3)
      splats[.red, i] = 0.5
    }
    let loss = ImageLoss(width: 96, height: 80)
    let gradient = SplatBuffer(count: 150), byPixel = ImagePlanes(width: 96, height: 80)
    var totals: [Double] = []
    for _ in 0..<120 {
      rasterizer.forward(splats, camera: camera)
      let v = loss.evaluate(
        rendered: rasterizer.image, target: target, background: [0.5, 0.5, 0.5],
        gradient: byPixel)
      totals.append(v.total(LossWeights()))
      rasterizer.backward(splats, imageGradient: byPixel, into: gradient)
      for i in 0..<150 {
        splats[.meanX, i] -= max(-0.02, min(0.02, 20 * gradient[.meanX, i]))
        splats[.red, i] -= max(-0.02, min(0.02, 20 * gradient[.red, i]))
      }
    }
    #expect(totals.last! < 0.25 * totals[0], "\(totals[0]) → \(totals.last!)")
  }
}
