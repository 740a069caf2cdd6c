import AvatarModel
import FaceRig
import GaussianSplats
import Geometry
import NativeWorkers
import Testing

@testable import SplatFitting

/// A few large splats, every part of which can be moved by hand.
///
/// The mesh belongs to the head alone and the torso's splats to the torso: then the gradient of
/// the poses is exact.
private final class GradientScene {
  let avatar: Avatar
  let splats: FittedSplats
  let poser: AvatarPoser
  let rasterizer: Rasterizer
  let buffer, bufferGradient: SplatBuffer
  let target, gradient: ImagePlanes
  let loss: ImageLoss
  let weights = LossWeights(absolute: 0, square: 1, structure: 0, alpha: 0.5)
  let camera = SyntheticAvatar.camera
  let background = Vector3(0.3, 0.6, 0.2)

  init(bases: [[Float]]? = nil, codeLength: Int = 16, level: InstructionLevel) {
    let made = SyntheticAvatar.make(
      surface: 30, head: 8, torso: 6, codeLength: codeLength, size: 2.2, basisSize: 0.04, seed: 11)
    let model = made.splats
    let share = model.groups.flatMap { group in
      group.range.map { _ in group.kind == .torso ? Float(0) : 1 }
    }
    avatar = Avatar(
      template: made.template,
      headShare: [Float](repeating: 1, count: made.template.vertices.count),
      splats: SplatModel(
        codeLength: codeLength, groups: model.groups, corners: model.corners,
        barycentric: model.barycentric, inverseRestArea: model.inverseRestArea, headShare: share,
        base: model.base, bases: bases ?? model.bases),
      codeMap: made.codeMap, reference: made.reference, provenance: made.provenance)
    splats = FittedSplats(model: avatar.splats, template: avatar.template, level: level)
    poser = AvatarPoser(
      template: avatar.template, headShare: avatar.headShare, splats: avatar.splats, level: level)
    rasterizer = Rasterizer(
      capacity: 64, maxWidth: camera.width, maxHeight: camera.height, level: level)
    rasterizer.opaque = 0
    buffer = SplatBuffer(count: avatar.splats.count)
    bufferGradient = SplatBuffer(count: avatar.splats.count)
    target = ImagePlanes(width: camera.width, height: camera.height)
    gradient = ImagePlanes(width: camera.width, height: camera.height)
    loss = ImageLoss(width: camera.width, height: camera.height, level: level)
    for p in 0..<4 {
      for y in 0..<camera.height {
        for x in 0..<camera.width {
          target[p, x, y] = 0.5 + 0.4 * Float((x * (p + 2) + y * 3) % 23 - 11) / 11
        }
      }
    }
  }

  func value(_ state: AvatarState, _ code: [Float]) -> Double {
    poser.prepare(state, code: code)
    splats.pose(poser, into: buffer, workers: .serial)
    rasterizer.forward(buffer, camera: camera)
    return loss.evaluate(
      rendered: rasterizer.image, target: target, background: background, weights: weights,
      gradient: gradient
    ).total(weights)
  }

  /// Gradients of the code and of the poses at a state.
  func gradients(_ state: AvatarState, _ code: [Float]) -> (code: [Float], poses: [Float]) {
    _ = value(state, code)
    rasterizer.backward(buffer, imageGradient: gradient, into: bufferGradient)
    let poses = splats.poseGradient(
      poser, splats: buffer, gradients: bufferGradient,
      headOrigin: state.face.cameraFromHead.translation,
      torsoOrigin: state.cameraFromTorso.translation, workers: .native(count: 2))
    return (splats.codeGradient(workers: .native(count: 2)), poses)
  }

  /// What `gradients` differentiates, with the picture's part held.
  ///
  /// The sum of the splats' numbers, each times the loss's gradient by it, which `BackwardTests` and
  /// `ImageLossTests` check. Unlike the picture it has no cut-off and is smooth.
  func linearized(_ state: AvatarState, _ code: [Float]) -> Double {
    poser.prepare(state, code: code)
    splats.pose(poser, into: buffer, workers: .serial)
    var sum = 0.0
    for plane in SplatPlane.allCases {
      for i in 0..<buffer.count {
        sum += Double(buffer[plane, i]) * Double(bufferGradient[plane, i])
      }
    }
    return sum
  }

  /// The slope of `f` at zero, by central differences of two widths, extrapolated.
  static func slope(_ width: Float, _ f: (Float) -> Double) -> Double {
    let near = (f(width) - f(-width)) / Double(2 * width)
    let far = (f(2 * width) - f(-2 * width)) / Double(4 * width)
    return (4 * near - far) / 3
  }
}

private func relativeError(_ found: [Float], _ expected: [Double]) -> Double {
  var error = 0.0, norm = 0.0
  for (a, b) in zip(found, expected) {
    error += (Double(a) - b) * (Double(a) - b)
    norm += b * b
  }
  return (error / max(norm, 1e-30)).squareRoot()
}

struct TrainingGradientTests {
  @Test(arguments: levels)
  func `the code's gradient agrees with differences`(level: InstructionLevel) {
    let scene = GradientScene(level: level)
    let state = SyntheticAvatar.state(3)
    let code = scene.avatar.code(of: state)
    let found = scene.gradients(state, code).code
    func slopes(_ f: (AvatarState, [Float]) -> Double) -> [Double] {
      code.indices.map { k in
        GradientScene.slope(0.02) { step in
          var moved = code
          moved[k] += step
          return f(state, moved)
        }
      }
    }
    let chain = relativeError(found, slopes(scene.linearized))
    #expect(chain < 1e-3, "\(chain)")
    // Through rasteriser and loss, whose cut-off jumps; about 9 % here.
    let whole = relativeError(found, slopes(scene.value))
    #expect(whole < 0.15, "\(whole)")
  }

  /// Bases that are one for a row of one splat, so that the code moves that row alone.
  @Test(arguments: levels)
  func `each attribute's gradient agrees with differences`(level: InstructionLevel) {
    let plain = GradientScene(level: level).avatar.splats
    for splat in [2, 9, 17, 26] {
      var bases = plain.bases.map { [Float](repeating: 0, count: $0.count) }
      for row in 0..<14 { bases[0][(splat * 14 + row) * 16 + row] = 1 }
      let scene = GradientScene(bases: bases, level: level)
      let state = SyntheticAvatar.state(5)
      let code = [Float](repeating: 0, count: 16)
      let found = scene.gradients(state, code).code
      for rows in [0..<3, 3..<7, 7..<10, 10..<11, 11..<14] {
        let expected = rows.map { row in
          GradientScene.slope(0.02) { step in
            var moved = code
            moved[row] += step
            return scene.linearized(state, moved)
          }
        }
        if expected.allSatisfy({ abs($0) < 1e-6 }) { continue }
        let error = relativeError(Array(found[rows]), expected)
        #expect(error < 2e-3, "splat \(splat), rows \(rows): \(error)")
      }
      #expect(found[14] == 0 && found[15] == 0)
    }
  }

  @Test(arguments: levels)
  func `the poses' gradient agrees with differences`(level: InstructionLevel) {
    let scene = GradientScene(level: level)
    let state = SyntheticAvatar.state(4)
    let code = scene.avatar.code(of: state)
    let found = scene.gradients(state, code).poses
    for part in 0..<4 {
      let expected = (0..<3).map { axis in
        GradientScene.slope(part % 2 == 0 ? 0.003 : 0.03) { step in
          var v = Vector3.zero
          v[axis] = step
          var moved = state
          let turn = part % 2 == 0 ? v : .zero, shift = part % 2 == 0 ? .zero : v
          if part < 2 {
            moved.face.cameraFromHead = state.face.cameraFromHead.adjusted(
              rotationVector: turn, translation: shift)
          } else {
            moved.cameraFromTorso = state.cameraFromTorso.adjusted(
              rotationVector: turn, translation: shift)
          }
          return scene.linearized(moved, code)
        }
      }
      let error = relativeError(Array(found[3 * part..<3 * part + 3]), expected)
      #expect(error < 2e-3, "part \(part): \(error)")
    }
  }
}
