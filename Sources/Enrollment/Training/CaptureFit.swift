import AvatarModel
import FaceRig
import FaceTracking
import Foundation
import GaussianSplats
import Geometry
import SplatFitting

/// The fit of one capture: seeds splats, runs the trainer, and puts the avatar together.
final class CaptureFit {
  let trainer: SplatTrainer
  let template: Template
  let mesh: SeedMesh
  let reference: RigidTransform
  private(set) var learningCurve: [[Double]] = []
  private let solved: SolvedCapture
  private let material: CaptureMaterial
  private let options: EnrollmentOptions
  private let workers: Workers
  private let level: InstructionLevel

  /// Pixels a centimetre at the head in the photometric driver's pictures.
  static let drivingPixelsPerCentimetre: Float = 9

  init(
    solved: SolvedCapture, material: CaptureMaterial, options: EnrollmentOptions,
    workers: Workers, level: InstructionLevel
  ) {
    self.solved = solved
    self.material = material
    self.options = options
    self.workers = workers
    self.level = level
    template = solved.template
    reference = solved.reference
    let mesh = SeedMesh(template: template, rig: Rig(template: template))
    self.mesh = mesh
    let reference = self.reference
    let states = material.fitted.compactMap { solved.faces[$0]?.state }
    let codeMap = CodeMap.whitening(
      states, reference: reference, codeLength: options.codeLength)
    let frames = zip(material.fitted, states).map { index, state in
      SplatTrainer.Frame(
        state: AvatarState(face: state, cameraFromTorso: reference),
        emphasis: Self.emphasis(
          solved.tracked.frames[index].observation, solved.tracked.framing))
    }
    let model = InitialSplats.make(
      mesh: mesh, frames: Self.seedFrames(solved, material, reference), camera: solved.camera,
      codeLength: options.codeLength, budget: options.budget, seed: options.seed)
    trainer = SplatTrainer(
      template: template, headShare: mesh.headShare, model: model, codeMap: codeMap,
      reference: reference, frames: frames, pixels: material.pixels, camera: solved.camera,
      totalSteps: options.steps, settings: FittingSettings(), seed: options.seed,
      workers: workers, level: level)
  }

  /// Takes the schedule's steps.
  ///
  /// - Parameter checkpoint: continued from, if it holds this fit's state; written when `progress`
  ///   throws.
  /// - Parameter preview: drawn as the fit goes.
  func run(
    checkpoint: CheckpointFile?, preview: FitPreview? = nil,
    progress: (_ done: Int, _ total: Int, _ loss: Float?) throws -> Void
  ) throws {
    if let saved = try checkpoint?.read() { try trainer.restore(saved) }
    var sum = 0.0
    var count = 0
    while trainer.stepCount < options.steps {
      sum += Double(trainer.step())
      count += 1
      if trainer.stepCount % 25 == 0 || trainer.stepCount == options.steps {
        let mean = sum / Double(count)
        if trainer.stepCount % 100 == 0 {
          learningCurve.append([Double(trainer.stepCount), mean])
          sum = 0
          count = 0
        }
        do {
          try progress(trainer.stepCount, options.steps, Float(mean))
          try preview?.drawIfDue(self, workers: workers, level: level)
        } catch {
          try checkpoint?.write(trainer.snapshot)
          throw error
        }
      }
    }
  }

  /// The avatar as fitted so far, without what its driver needs.
  func avatarToLookAt(framesRead: Int) -> Avatar {
    let framing = solved.tracked.framing
    return Avatar(
      template: template, headShare: mesh.headShare, splats: trainer.fitted,
      codeMap: trainer.codeMap, reference: reference,
      restingLeftGaze: solved.restingLeftGaze, restingRightGaze: solved.restingRightGaze,
      provenance: Provenance(
        created: Date().timeIntervalSince1970, software: "visavis \(Version.string)",
        captureWidth: framing.fullWidth, captureHeight: framing.fullHeight,
        captureFrames: framesRead, fittedFrames: material.fitted.count,
        focalLength: solved.fullCamera.focalLength.x, steps: trainer.stepCount,
        seed: options.seed))
  }

  /// The avatar as fitted, with what its driver needs.
  func avatar(framesRead: Int) -> Avatar {
    var avatar = avatarToLookAt(framesRead: framesRead)
    let samples = CaptureMaterial.drivingItems(material.fitted.count).compactMap {
      item -> (state: AvatarState, picture: DrivingPicture)? in
      guard let kept = solved.tracked.frames[material.fitted[item]].kept else { return nil }
      let state = trainer.adjusted(item)
      let picture = DrivingPicture()
      picture.load(
        solved.tracked.pictures.picture(kept), matte: solved.tracked.pictures.matte(kept),
        camera: solved.camera,
        head: state.face.cameraFromHead,
        pixelsPerCentimetre: Self.drivingPixelsPerCentimetre)
      return (state, picture)
    }
    avatar.driving = DrivingModel.learn(
      avatar: avatar, samples: samples,
      corrections: (0..<material.fitted.count).map { trainer.adjusted($0).correction },
      pixelsPerCentimetre: Self.drivingPixelsPerCentimetre, workers: workers, level: level)
    return avatar
  }

  private static func seedFrames(
    _ solved: SolvedCapture, _ material: CaptureMaterial, _ reference: RigidTransform
  ) -> [SeedFrame] {
    CaptureMaterial.seedItems(material.fitted.count).compactMap { item in
      let index = material.fitted[item]
      guard let kept = solved.tracked.frames[index].kept, let face = solved.faces[index] else {
        return nil
      }
      return SeedFrame(
        image: solved.tracked.pictures.picture(kept), matte: solved.tracked.pictures.matte(kept),
        state: AvatarState(face: face.state, cameraFromTorso: reference))
    }
  }

  /// Mouth and eyes count more than their few pixels would.
  private static func emphasis(
    _ observation: FaceObservation?, _ framing: CaptureFraming
  ) -> [Emphasis] {
    guard let points = observation?.landmarks.map(framing.point) else { return [] }
    func place(_ indices: [Int], widen: Float, weight: Float) -> Emphasis {
      let chosen = indices.map { points[$0] }
      let low = chosen.reduce(chosen[0]) { SIMD2(min($0.x, $1.x), min($0.y, $1.y)) }
      let high = chosen.reduce(chosen[0]) { SIMD2(max($0.x, $1.x), max($0.y, $1.y)) }
      let half = (high - low) / 2
      let margin = max(half.x, half.y) * widen
      return Emphasis(
        center: (low + high) / 2, radius: half + SIMD2(margin, margin), weight: weight)
    }
    return [
      place([61, 291, 0, 17], widen: 0.35, weight: 3),
      place([33, 133, 159, 145], widen: 0.5, weight: 3),
      place([362, 263, 386, 374], widen: 0.5, weight: 3),
    ]
  }
}
