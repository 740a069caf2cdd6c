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
    /// How much a difference of alpha from the matte counts beside one of colour.
    public var matteWeight: Float = 0.15
    /// Renderings a frame.
    public var evaluations = 6
    /// Steps end when one lowers the cost by less than this share.
    public var smallestGain: Float = 0.002
    /// Standard deviation of a picture's residual, to weigh the priors.
    public var residualDeviation: Float = 0.3
    /// Standard deviation of what a frame may change of its predicted correction of the code.
    public var correctionDeviation: Float = 0.8
    /// Of the head's turn, in radians.
    public var headTurnDeviation: Float = 0.03
    /// Of the head's shift, in centimetres.
    public var headShiftDeviation: Float = 0.15
    /// Of the torso's turn, in radians.
    public var torsoTurnDeviation: Float = 0.02
    /// Of the torso's shift, in centimetres.
    public var torsoShiftDeviation: Float = 0.15
    /// Of the gazes, in radians.
    public var gazeDeviation: Float = 0.1
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
  private let measure: PhotometricCost
  private let splats: FittedSplats
  private let poser: AvatarPoser
  private let rasterizer: Rasterizer
  private let buffer, bufferGradient: SplatBuffer
  private let imageGradient = ImagePlanes(width: 0, height: 0)
  private var solver: NormalSolver
  /// What the last frame added to the landmarks' answer.
  private var memory: Memory?
  /// Carried from frame to frame: how far steps can be trusted.
  private var damping: Float = 0.1

  private struct Memory {
    var correction: [Float]
    var headTurn: Vector3
    var headShift: Vector3
    var cameraFromTorso: RigidTransform
    var gazes: [Float]
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
    var measure = PhotometricCost()
    measure.matteWeight = settings.matteWeight
    self.measure = measure
    self.avatar = avatar
    self.settings = settings
    self.workers = workers
    splats = FittedSplats(model: avatar.splats, template: avatar.template, level: level)
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
    priors += [Float](repeating: weight(settings.gazeDeviation), count: 4)
    solver = NormalSolver(matrix: model.normalMatrix, priors: priors)
  }

  /// Forgets the last frame: call when the face was lost or another video begins.
  public func reset() {
    memory = nil
    damping = 0.1
  }

  /// The state whose rendering looks like the picture, near the landmarks' answer.
  ///
  /// Steps are damped (Levenberg–Marquardt): one that makes the picture less alike is taken back and
  /// tried again shorter, so the answer is never worse than the prediction.
  public func refine(_ face: FaceState, picture: DrivingPicture) -> Answer {
    let mapped = avatar.codeMap.code(
      inputs: avatar.codeMap.inputs(of: face, reference: avatar.reference))
    var best = Candidate(
      state: predicted(face), change: [Float](repeating: 0, count: solver.size), cost: 0)
    best.cost = cost(of: best, mapped, picture)
    let firstCost = best.cost
    var slope = slope(at: best.state, picture)
    damping = min(max(damping, 0.01), 1)
    solver.relax(by: 0.1)
    let evaluations = memory == nil ? 3 * settings.evaluations : settings.evaluations
    for attempt in 1...max(evaluations - 1, 1) {
      let step = solver.step(gradient: slope, best.change, damping: damping)
      var next = best
      for k in step.indices { next.change[k] += step[k] }
      apply(step, to: &next.state)
      next.cost = cost(of: next, mapped, picture)
      if next.cost < best.cost {
        let gain = (best.cost - next.cost) / max(best.cost, 1e-12)
        best = next
        damping *= 0.4
        if attempt == evaluations - 1 || gain < settings.smallestGain { break }
        let before = slope
        slope = self.slope(at: best.state, picture)
        solver.learn(step: step, gradientChange: zip(slope, before).map { $0 - $1 })
      } else {
        damping *= 5
      }
    }
    remember(best.state, landmarks: face)
    let area = Float(max(picture.camera.width * picture.camera.height, 1))
    return Answer(state: best.state, firstCost: firstCost / area, lastCost: best.cost / area)
  }

  /// A state, its distance from the prediction, and its cost with the priors'.
  private struct Candidate {
    var state: AvatarState
    var change: [Float]
    var cost: Float
  }

  private func cost(
    of candidate: Candidate, _ mapped: [Float], _ picture: DrivingPicture
  ) -> Float {
    let code = zip(mapped, candidate.state.correction).map { $0 + $1 }
    poser.prepare(candidate.state, code: code)
    splats.pose(poser, into: buffer, workers: workers)
    rasterizer.forward(buffer, camera: picture.camera)
    imageGradient.resize(width: picture.camera.width, height: picture.camera.height)
    return measure.evaluate(rasterizer.image, picture.planes, gradient: imageGradient)
      + solver.priorCost(candidate.change)
  }

  /// The picture's part of the gradient at the state drawn last.
  private func slope(at state: AvatarState, _ picture: DrivingPicture) -> [Float] {
    rasterizer.backward(buffer, imageGradient: imageGradient, into: bufferGradient)
    let poses = splats.poseGradient(
      poser, splats: buffer, gradients: bufferGradient,
      headOrigin: state.face.cameraFromHead.translation,
      torsoOrigin: state.cameraFromTorso.translation, workers: workers)
    let gazes = splats.gazeGradient(
      state, eyeCenters: poser.eyeCenters, splats: buffer, gradients: bufferGradient)
    return splats.codeGradient(workers: workers) + poses + gazes
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
    face.turnEyes(by: memory.gazes.map { $0 * settings.memory })
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
    func v(_ k: Int) -> Vector3 {
      Vector3(step[length + k], step[length + k + 1], step[length + k + 2])
    }
    state.face.cameraFromHead = state.face.cameraFromHead.adjusted(
      rotationVector: v(0), translation: v(3))
    state.cameraFromTorso = state.cameraFromTorso.adjusted(rotationVector: v(6), translation: v(9))
    state.face.turnEyes(by: step[(length + 12)...])
  }

  private func remember(_ state: AvatarState, landmarks: FaceState) {
    let turn = state.face.cameraFromHead.rotation * landmarks.cameraFromHead.rotation.transpose
    memory = Memory(
      correction: state.correction, headTurn: turn.rotationVector,
      headShift: state.face.cameraFromHead.translation - landmarks.cameraFromHead.translation,
      cameraFromTorso: state.cameraFromTorso,
      gazes: [
        state.face.leftGaze.yaw - landmarks.leftGaze.yaw,
        state.face.leftGaze.pitch - landmarks.leftGaze.pitch,
        state.face.rightGaze.yaw - landmarks.rightGaze.yaw,
        state.face.rightGaze.pitch - landmarks.rightGaze.pitch,
      ])
  }
}
