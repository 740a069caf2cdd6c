public import AvatarModel
public import FaceRig
public import GaussianSplats
public import Geometry

/// Fits splats, bases, the map from face state to code, and every frame's poses to a capture.
///
/// One step draws one frame: its code is mapped from the face state plus a correction of its own,
/// noise is added, the splats are posed, drawn over a random background and compared with the
/// frame; every number moves against its gradient by Adam. The same seed and settings give the
/// same avatar.
public final class SplatTrainer {
  /// What the fit knows of a frame.
  public struct Frame: Sendable {
    /// Where the tracker put the face; the fit adds ``SplatTrainer/adjusted(_:)``.
    public let state: AvatarState
    /// Places that count more, in full-size pixels.
    public let emphasis: [Emphasis]

    /// Makes a frame.
    public init(state: AvatarState, emphasis: [Emphasis] = []) {
      self.state = state
      self.emphasis = emphasis
    }
  }

  let settings: FittingSettings
  let frames: [Frame]
  let pixels: TrainingFrames
  let camera: PinholeCamera
  let workers: Workers
  let splats: FittedSplats
  /// Numbers in a code.
  let codeLength: Int
  let reference: RigidTransform
  let totalSteps: Int
  /// The steps taken.
  public internal(set) var stepCount = 0
  /// The map so far.
  public internal(set) var codeMap: CodeMap

  private let inputs: [[Float]]
  /// `[frame][4]`: yaw and pitch of the left, then of the right eye.
  var gazes: [Float]
  var gazeState: AdamState
  var corrections: [Float]
  /// `[frame][12]`: head turn, head shift, torso turn, torso shift.
  var poses: [Float]
  var correctionState: AdamState
  var poseState: AdamState
  var mapState: AdamState
  var random: SeededRandom
  private let poser: AvatarPoser
  private let rasterizer: Rasterizer
  private let buffer: SplatBuffer
  private let bufferGradient: SplatBuffer
  private let full, half: Comparison

  /// Prepares a fit.
  ///
  /// - Parameters:
  ///   - model: the seeded splats.
  ///   - codeMap: the whitening map.
  ///   - frames: one a frame of `pixels`.
  ///   - camera: the frames' camera, full size.
  ///   - totalSteps: the length of the schedule.
  public init(
    template: Template, headShare: [Float], model: SplatModel, codeMap: CodeMap,
    reference: RigidTransform, frames: [Frame], pixels: TrainingFrames, camera: PinholeCamera,
    totalSteps: Int, settings: FittingSettings, seed: UInt64, workers: Workers,
    level: InstructionLevel = .best
  ) {
    precondition(frames.count == pixels.count && !frames.isEmpty)
    self.settings = settings
    self.frames = frames
    self.pixels = pixels
    self.camera = camera
    self.workers = workers
    self.codeMap = codeMap
    self.reference = reference
    self.totalSteps = totalSteps
    codeLength = model.codeLength
    splats = FittedSplats(model: model, template: template, level: level)
    inputs = frames.map { codeMap.inputs(of: $0.state.face, reference: reference) }
    corrections = [Float](repeating: 0, count: frames.count * codeLength)
    poses = [Float](repeating: 0, count: frames.count * 12)
    gazes = [Float](repeating: 0, count: frames.count * 4)
    gazeState = AdamState(count: frames.count, group: 4)
    correctionState = AdamState(count: frames.count, group: codeLength)
    poseState = AdamState(count: frames.count, group: 12)
    mapState = AdamState(count: 1, group: codeMap.weights.count)
    random = SeededRandom(seed: seed)
    poser = AvatarPoser(template: template, headShare: headShare, splats: model, level: level)
    rasterizer = Rasterizer(
      capacity: model.count, maxWidth: camera.width, maxHeight: camera.height, workers: workers,
      level: level)
    buffer = SplatBuffer(count: model.count)
    bufferGradient = SplatBuffer(count: model.count)
    let weights = settings.lossWeights
    full = Comparison(
      camera: camera, reduction: 1, lossWeights: weights, workers: workers, level: level)
    half = Comparison(
      camera: camera, reduction: 2, lossWeights: weights, workers: workers, level: level)
  }

  /// The state of a frame with the poses that the fit found.
  public func adjusted(_ frame: Int) -> AvatarState {
    let p = poses[frame * 12..<frame * 12 + 12]
    func v(_ k: Int) -> Vector3 {
      let i = p.startIndex + k
      return Vector3(p[i], p[i + 1], p[i + 2])
    }
    var state = frames[frame].state
    state.face.cameraFromHead = state.face.cameraFromHead.adjusted(
      rotationVector: v(0), translation: v(3))
    state.cameraFromTorso = state.cameraFromTorso.adjusted(rotationVector: v(6), translation: v(9))
    state.face.turnEyes(by: gazes[frame * 4..<frame * 4 + 4])
    state.correction = Array(corrections[frame * codeLength..<(frame + 1) * codeLength])
    return state
  }

  /// How many frames there are.
  public var frameCount: Int { frames.count }

  /// The splats as fitted so far.
  public var fitted: SplatModel { splats.fitted }

  /// How far the schedule is, 0…1.
  public var progress: Float { Float(stepCount) / Float(max(totalSteps, 1)) }

  /// Takes one step on a frame of its own choice; returns the loss.
  @discardableResult
  public func step() -> Float {
    let frame = random.index(frames.count)
    let comparison = progress < settings.halfResolutionShare ? half : full
    let background = SIMD3<Float>(random.uniform(), random.uniform(), random.uniform())
    let state = adjusted(frame)
    var code = codeMap.code(inputs: inputs[frame])
    for k in 0..<codeLength {
      code[k] += state.correction[k] + settings.codeNoise * random.normal()
    }
    poser.prepare(state, code: code)
    splats.pose(poser, into: buffer, workers: workers)
    rasterizer.forward(buffer, camera: comparison.camera)
    let value = comparison.evaluate(
      rasterizer.image, frames: pixels, index: frame, background: background,
      emphasis: frames[frame].emphasis)
    rasterizer.backward(buffer, imageGradient: comparison.gradient, into: bufferGradient)
    update(frame, code: code, state: state)
    return Float(value.total(settings.lossWeights))
  }

  private func update(_ frame: Int, code: [Float], state: AvatarState) {
    stepCount += 1
    let fade = ElementaryFunctions.exp(
      ElementaryFunctions.log(settings.finalRate) * min(progress, 1))
    let rate = fade * min(1, Float(stepCount) / 100)
    let poseGradient = splats.poseGradient(
      poser, splats: buffer, gradients: bufferGradient,
      headOrigin: state.face.cameraFromHead.translation,
      torsoOrigin: state.cameraFromTorso.translation, workers: workers)
    let codeGradient = splats.step(
      FittedSplats.Step(
        code: code,
        rates: settings.rates.enumerated().map { $1 * rate * ($0 < 3 ? fade : 1) },
        basisRate: settings.basisRate, pulls: settings.pulls, number: stepCount,
        epsilon: settings.epsilon, decay: settings.decay,
        largestLogScale: ElementaryFunctions.log(settings.largestScale)),
      workers: workers)
    if stepCount > settings.warmUp {
      updateMap(codeGradient, inputs[frame], rate)
      let gazeGradient = splats.gazeGradient(
        state, eyeCenters: poser.eyeCenters, splats: buffer, gradients: bufferGradient)
      updateFrame(frame, codeGradient, poseGradient, gazeGradient, rate)
    }
  }

  private func updateMap(_ gradient: [Float], _ x: [Float], _ rate: Float) {
    let n = CodeMap.inputCount
    var full = [Float](repeating: 0, count: codeMap.weights.count)
    for k in 0..<codeLength {
      for i in 0..<n { full[k * (n + 1) + i] = gradient[k] * x[i] }
      full[k * (n + 1) + n] = gradient[k]
    }
    let rates = [Float](repeating: settings.mapRate * rate, count: full.count)
    mapState.step(0, values: &codeMap.weights, gradient: full, rates: rates)
  }

  private func updateFrame(
    _ frame: Int, _ codeGradient: [Float], _ poseGradient: [Float], _ gazeGradient: [Float],
    _ rate: Float
  ) {
    let rates = [Float](repeating: settings.correctionRate * rate, count: codeLength)
    correctionState.step(frame, values: &corrections, gradient: codeGradient, rates: rates)
    for k in frame * codeLength..<(frame + 1) * codeLength {
      corrections[k] *= settings.correctionDecay
    }
    let turn = settings.turnRate * rate, shift = settings.shiftRate * rate
    let poseRates = (0..<12).map { $0 % 6 < 3 ? turn : shift }
    poseState.step(frame, values: &poses, gradient: poseGradient, rates: poseRates)
    for k in frame * 12..<(frame + 1) * 12 { poses[k] *= 0.999 }
    let gazeRates = [Float](repeating: settings.gazeRate * rate, count: 4)
    gazeState.step(frame, values: &gazes, gradient: gazeGradient, rates: gazeRates)
    for k in frame * 4..<(frame + 1) * 4 { gazes[k] *= 0.999 }
  }
}
