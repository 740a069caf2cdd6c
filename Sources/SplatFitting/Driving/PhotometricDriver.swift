public import AvatarModel
public import FaceRig
public import GaussianSplats
public import Geometry

/// Follows a person's picture with their avatar: a few Gauss–Newton steps from the landmarks'
/// answer to the code, head pose and torso pose whose rendering looks most like the picture.
///
/// The normal matrix JᵀJ changes little within a capture, so its mean, learnt at enrolment
/// (``DrivingModel``), serves every frame: a step costs one rendering and one gradient, instead of
/// one rendering an unknown. Source: the constant-Jacobian alignment of active appearance models
/// (Cootes, Edwards, Taylor, "Active Appearance Models", PAMI 2001), with an exact gradient.
public final class PhotometricDriver {
  /// How hard it tries and what it trusts.
  public struct Settings: Sendable {
    /// Steps a frame.
    public var iterations = 4
    /// Standard deviation of a picture's residual, to weigh the priors.
    public var residualDeviation: Float = 0.3
    /// Standard deviations of what a frame may change from its prediction: correction of the code,
    /// head turn (radians) and shift (centimetres), torso turn and shift.
    public var correctionDeviation: Float = 0.8
    public var headTurnDeviation: Float = 0.03
    public var headShiftDeviation: Float = 0.15
    public var torsoTurnDeviation: Float = 0.02
    public var torsoShiftDeviation: Float = 0.15
    /// The share of the last frame's answer in the next one's prediction.
    public var memory: Float = 0.85

    /// The default settings.
    public init() {}
  }

  /// The answer for one frame.
  public struct Answer: Sendable {
    /// The refined state.
    public let state: AvatarState
    /// The mean cost a pixel before the first and before the last step.
    public let firstCost, lastCost: Float
  }

  /// Pixels a centimetre at the head of the pictures that it wants.
  public let pixelsPerCentimetre: Float
  private let avatar: Avatar
  private let settings: Settings
  private let workers: Workers
  private let cost = PhotometricCost()
  private let splats: FittedSplats
  private let poser: AvatarPoser
  private let rasterizer: Rasterizer
  private let buffer, bufferGradient: SplatBuffer
  private let imageGradient = ImagePlanes(width: 0, height: 0)
  private let solver: NormalSolver
  /// What the last frame added to the landmarks' answer.
  private var memory: Memory?

  private struct Memory {
    var correction: [Float]
    var headTurn: Vector3
    var headShift: Vector3
    var cameraFromTorso: RigidTransform
  }

  /// Makes a driver.
  ///
  /// - Precondition: the avatar has a ``Avatar/driving`` model.
  public init(
    avatar: Avatar, settings: Settings = Settings(), workers: Workers,
    level: InstructionLevel = .best
  ) {
    guard let model = avatar.driving else { preconditionFailure("the avatar has no driving model") }
    pixelsPerCentimetre = model.pixelsPerCentimetre
    self.avatar = avatar
    self.settings = settings
    self.workers = workers
    splats = FittedSplats(model: avatar.splats, level: level)
    poser = AvatarPoser(
      template: avatar.template, headShare: avatar.headShare, splats: avatar.splats, level: level)
    rasterizer = Rasterizer(
      capacity: avatar.splats.count, maxWidth: 256, maxHeight: 256, workers: workers, level: level)
    buffer = SplatBuffer(count: avatar.splats.count)
    bufferGradient = SplatBuffer(count: avatar.splats.count)
    let length = avatar.splats.codeLength
    let variance = settings.residualDeviation * settings.residualDeviation
    func weight(_ deviation: Float) -> Float { variance / (deviation * deviation) }
    var priors = [Float](repeating: weight(settings.correctionDeviation), count: length)
    for deviation in [
      settings.headTurnDeviation, settings.headShiftDeviation, settings.torsoTurnDeviation,
      settings.torsoShiftDeviation,
    ] { priors += [Float](repeating: weight(deviation), count: 3) }
    solver = NormalSolver(matrix: model.normalMatrix, priors: priors)
  }

  /// Forgets the last frame: call when the face was lost or another video begins.
  public func reset() { memory = nil }

  /// The state whose rendering looks like the picture, near the landmarks' answer.
  public func refine(_ face: FaceState, picture: DrivingPicture) -> Answer {
    let length = avatar.splats.codeLength
    let mapped = avatar.codeMap.code(
      inputs: avatar.codeMap.inputs(of: face, reference: avatar.reference))
    var state = predicted(face)
    // The unknowns, as distances from the prediction.
    var change = [Float](repeating: 0, count: length + 12)
    var firstCost: Float = 0, lastCost: Float = 0
    let area = Float(max(picture.camera.width * picture.camera.height, 1))
    for iteration in 0..<settings.iterations {
      let code = zip(mapped, state.correction).map { $0 + $1 }
      poser.prepare(state, code: code)
      splats.pose(poser, into: buffer, workers: workers)
      rasterizer.forward(buffer, camera: picture.camera)
      imageGradient.resize(width: picture.camera.width, height: picture.camera.height)
      lastCost = cost.evaluate(rasterizer.image, picture.planes, gradient: imageGradient) / area
      if iteration == 0 { firstCost = lastCost }
      rasterizer.backward(buffer, imageGradient: imageGradient, into: bufferGradient)
      let poseGradient = splats.poseGradient(
        poser, splats: buffer, gradients: bufferGradient,
        headOrigin: state.face.cameraFromHead.translation,
        torsoOrigin: state.cameraFromTorso.translation, workers: workers)
      let step = solver.step(gradient: splats.codeGradient(workers: workers) + poseGradient, change)
      for k in change.indices { change[k] += step[k] }
      apply(step, to: &state)
    }
    remember(state, landmarks: face)
    return Answer(state: state, firstCost: firstCost, lastCost: lastCost)
  }

  private func predicted(_ face: FaceState) -> AvatarState {
    guard let memory else {
      return AvatarState(
        face: face, cameraFromTorso: uprightTorso(face),
        correction: [Float](repeating: 0, count: avatar.splats.codeLength))
    }
    var face = face
    face.cameraFromHead = face.cameraFromHead.adjusted(
      rotationVector: memory.headTurn * settings.memory,
      translation: memory.headShift * settings.memory)
    return AvatarState(
      face: face, cameraFromTorso: memory.cameraFromTorso,
      correction: memory.correction.map { $0 * settings.memory })
  }

  /// Before anything is known of the torso: under the head, turned as in the capture.
  private func uprightTorso(_ face: FaceState) -> RigidTransform {
    RigidTransform(
      rotation: avatar.reference.rotation, translation: face.cameraFromHead.translation)
  }

  private func apply(_ step: [Float], to state: inout AvatarState) {
    let length = avatar.splats.codeLength
    for k in 0..<length { state.correction[k] += step[k] }
    func v(_ k: Int) -> Vector3 { Vector3(step[length + k], step[length + k + 1], step[length + k + 2]) }
    state.face.cameraFromHead = state.face.cameraFromHead.adjusted(
      rotationVector: v(0), translation: v(3))
    state.cameraFromTorso = state.cameraFromTorso.adjusted(rotationVector: v(6), translation: v(9))
  }

  private func remember(_ state: AvatarState, landmarks: FaceState) {
    let turn = state.face.cameraFromHead.rotation * landmarks.cameraFromHead.rotation.transpose
    memory = Memory(
      correction: state.correction, headTurn: turn.rotationVector,
      headShift: state.face.cameraFromHead.translation - landmarks.cameraFromHead.translation,
      cameraFromTorso: state.cameraFromTorso)
  }
}
