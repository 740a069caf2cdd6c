import AvatarModel
import FaceRig
import GaussianSplats
import Geometry
import NativeWorkers
import Testing

@testable import SplatFitting

/// A small fit: pictures of a made-up person, and splats that begin with other colours.
private struct SmallFit {
  static let camera = PinholeCamera(width: 64, height: 76, focalLength: 190)
  let avatar = SyntheticAvatar.make(surface: 500, head: 90, torso: 70, size: 1.1)
  let states = (UInt64(1)...5).map { SyntheticAvatar.state($0) }
  let pixels: TrainingFrames

  init() {
    pixels = TrainingFrames(width: 64, height: 76, count: 5)
    let renderer = AvatarRenderer(avatar: avatar)
    for (k, state) in states.enumerated() {
      let image = renderer.draw(state, camera: Self.camera)
      let rgba = image.rgba(), front = image.rgb(over: .zero)
      var matte = PixelImage(width: 64, height: 76, channels: 1)
      for i in matte.samples.indices { matte.samples[i] = rgba.samples[4 * i + 3] }
      pixels.store(front, matte: matte, at: k)
    }
  }

  func trainer(
    workers: Workers = .serial, seed: UInt64 = 7, steps: Int = 60
  ) -> SplatTrainer {
    var model = avatar.splats
    for i in 0..<model.count {
      for row in 11..<14 { model.base[14 * i + row] = 0.5 }
    }
    for g in model.bases.indices {
      model.bases[g] = [Float](repeating: 0, count: model.bases[g].count)
    }
    var settings = FittingSettings()
    settings.warmUp = 10
    return SplatTrainer(
      template: avatar.template, headShare: avatar.headShare, model: model,
      codeMap: avatar.codeMap, reference: avatar.reference,
      frames: states.map {
        SplatTrainer.Frame(
          state: $0, emphasis: [Emphasis(center: [32, 40], radius: [10, 6], weight: 3)])
      },
      pixels: pixels, camera: Self.camera, totalSteps: steps, settings: settings, seed: seed,
      workers: workers)
  }
}

struct TrainingTrainerTests {
  @Test func `the fit learns`() {
    let trainer = SmallFit().trainer(steps: 150)
    let losses = (0..<150).map { _ in trainer.step() }
    let first = losses[..<20].reduce(0, +) / 20, last = losses[130...].reduce(0, +) / 20
    #expect(last < 0.6 * first, "\(first) to \(last)")
    #expect(trainer.progress == 1)
  }

  @Test func `one seed gives one fit, whatever the number of workers`() {
    let fit = SmallFit()
    func numbers(_ workers: Workers, _ seed: UInt64 = 7) -> [UInt8] {
      let trainer = fit.trainer(workers: workers, seed: seed)
      for _ in 0..<40 { trainer.step() }
      return trainer.snapshot.bytes
    }
    let expected = numbers(.serial)
    #expect(numbers(.serial) == expected)
    #expect(numbers(.native(count: 2)) == expected)
    #expect(numbers(.native(count: 3)) == expected)
    #expect(numbers(.serial, 8) != expected)
  }

  @Test func `a restored fit goes on as if it had never stopped`() throws {
    let fit = SmallFit()
    let whole = fit.trainer()
    for _ in 0..<25 { whole.step() }
    let bytes = whole.snapshot.bytes
    for _ in 0..<25 { whole.step() }

    let again = fit.trainer(seed: 99)
    let saved = try #require(TrainerSnapshot(bytes: bytes))
    try again.restore(saved)
    #expect(again.stepCount == 25 && again.snapshot.bytes == bytes)
    for _ in 0..<25 { again.step() }
    #expect(again.snapshot.bytes == whole.snapshot.bytes)
    #expect(again.fitted.base == whole.fitted.base && again.codeMap == whole.codeMap)
    for k in 0..<5 { #expect(again.adjusted(k) == whole.adjusted(k)) }
  }

  @Test func `what is no state of this fit is refused`() throws {
    let trainer = SmallFit().trainer()
    let bytes = trainer.snapshot.bytes
    #expect(TrainerSnapshot(bytes: []) == nil)
    #expect(TrainerSnapshot(bytes: Array(bytes[..<(bytes.count - 4)])) == nil)
    var shorter = bytes
    shorter.removeLast(4)
    let numbers = (shorter.count - 24) / 4
    for k in 0..<8 { shorter[16 + k] = UInt8(truncatingIfNeeded: numbers >> (8 * k)) }
    let other = try #require(TrainerSnapshot(bytes: shorter))
    #expect(throws: SplatTrainer.MismatchedSnapshot()) { try trainer.restore(other) }
    #expect(trainer.snapshot.bytes == bytes)
  }
}
