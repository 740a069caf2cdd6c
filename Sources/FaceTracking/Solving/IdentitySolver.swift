internal import FaceRig
internal import Geometry

/// Learns a person's shape, and the camera's focal length, from landmarks of one frame or of
/// thousands.
///
/// Key frames are solved together by Gauss–Newton: every frame has its own pose and expression,
/// which are eliminated (``SharedEquations``); identity and focal length are shared. Frames that
/// fit badly, as when a hand covers the mouth, are dropped on the way. The most neutral frames are
/// drawn to the neutral expression more strongly, or identity and expression would trade places.
public struct IdentitySolver: Sendable {
  /// What may be chosen.
  public struct Options: Sendable {
    /// How many frames are solved together.
    public var keyframes = 32
    /// Whether the focal length is solved for or left at its prior.
    public var solvesFocalLength = true
    /// How strongly the identity is drawn to the mean; 1 is the measured population.
    public var identityPrior: Float = 1
    /// How strongly the focal length is drawn to 1.6 × width, a key frame.
    public var focalPrior: Float = 200
    /// Least detector confidence of a frame.
    public var leastConfidence: Float = 0.5
    /// The standard deviation of a person's landmark offsets, as a multiple of the population's.
    public var biasScale: Float = 1.5

    /// How fast channels that are never at rest are handed to the identity; 0 leaves them.
    public var restPressure: Float = 50

    /// The defaults.
    public init() {}
  }

  /// What was learnt, and from which frames.
  public struct Solution: Sendable {
    /// The person and the focal length.
    public var identity: SolvedIdentity
    /// Indices into the frames given that were used in the end.
    public var keyframes: [Int]
    /// Indices of key frames that were dropped because they fit badly.
    public var rejected: [Int]
  }

  private let model: LandmarkModel
  private let options: Options

  /// Makes a solver for a landmark model.
  public init(model: LandmarkModel, options: Options = Options()) {
    self.model = model
    self.options = options
  }

  /// Solves for the person in `frames`.
  ///
  /// Frames with too few or non-finite landmarks are passed over.
  ///
  /// Complexity: some 20 iterations of O(key frames × landmarks × modes): a second or two for 32.
  public func solve(
    _ frames: [FaceObservation], width: Int, height: Int
  ) throws(FaceSolvingError) -> Solution {
    if width <= 0 || height <= 0 || width > 1 << 16 || height > 1 << 16 {
      throw .invalidCamera(width: width, height: height)
    }
    let likelyFocal = FocalLengthPrior.ratio * Float(width)
    var prior = ExpressionPrior()
    var identity = SolvedIdentity.mean(model, width: width)
    let center = SIMD2(Float(width), Float(height)) / 2

    var usable: [Int] = []
    for (index, frame) in frames.enumerated() {
      if !(frame.confidence >= options.leastConfidence) { continue }
      do throws(FaceSolvingError) {
        try frame.validate(landmarkCount: model.count)
        usable.append(index)
      } catch { continue }
    }
    let chosen = KeyframeSelection.select(usable.map { frames[$0] }, limit: options.keyframes)
    var solver = FrameSolver(model)
    var scene = identity.scene(model, center: center)
    var keyframes: [Keyframe] = []
    for choice in chosen {
      let index = usable[choice]
      guard var frame = start(index, frames[index], scene) else { continue }
      for _ in 0..<5 { improve(&frame, frames[index], scene, prior, &solver) }
      keyframes.append(frame)
    }
    if keyframes.isEmpty { throw .noUsableFrames(given: frames.count) }

    var rejected: [Int] = []
    var shared = SharedEquations(model)
    for round in 0..<4 {
      if round == 1 { anchorNeutral(&keyframes) }
      for _ in 0..<(round == 0 ? 5 : 4) {
        iterate(
          &keyframes, frames, &identity, center, prior, focalPrior: likelyFocal,
          solvesFocal: options.solvesFocalLength && round > 0, &solver, &shared)
        if round > 0 { discourageConstants(keyframes, &prior) }
      }
      if round < 2 { reject(&keyframes, &rejected, frames, identity, center, &solver) }
      for i in keyframes.indices {
        updateLook(&keyframes[i], frames[keyframes[i].index], identity, center)
      }
      setRestingGaze(keyframes, &identity)
      if round >= 2 {
        for _ in 0..<2 {
          solveBias(keyframes, frames, &identity, center, &solver)
          scene = identity.scene(model, center: center)
          for i in keyframes.indices {
            improve(&keyframes[i], frames[keyframes[i].index], scene, prior, &solver)
          }
        }
      }
    }
    measure(&keyframes, frames, identity, center, &solver)
    identity.residual = keyframes.reduce(0) { $0 + $1.residual } / Float(keyframes.count)
    return Solution(
      identity: identity, keyframes: keyframes.map { $0.index }, rejected: rejected)
  }

  private func start(_ index: Int, _ frame: FaceObservation, _ scene: SolvingScene) -> Keyframe? {
    do throws(FaceSolvingError) {
      let pose = try scene.initialPose(model, frame.landmarks)
      return Keyframe(
        index: index, unknowns: FrameUnknowns(cameraFromHead: pose), sigma: scene.sigma(pose))
    } catch { return nil }
  }

  private func improve(
    _ frame: inout Keyframe, _ observed: FaceObservation, _ scene: SolvingScene,
    _ prior: ExpressionPrior, _ solver: inout FrameSolver
  ) {
    solver.step(
      model, scene, observed.landmarks, sigma: frame.sigma, prior: prior, look: frame.look,
      anchor: frame.anchor, unknowns: &frame.unknowns)
  }

  /// One joint step, then one step a frame.
  private func iterate(
    _ keyframes: inout [Keyframe], _ frames: [FaceObservation], _ identity: inout SolvedIdentity,
    _ center: SIMD2<Float>, _ prior: ExpressionPrior, focalPrior: Float, solvesFocal: Bool,
    _ solver: inout FrameSolver,
    _ shared: inout SharedEquations
  ) {
    shared.clear()
    var scene = identity.scene(model, center: center)
    var eliminated: [SharedEquations.EliminatedFrame] = []
    for frame in keyframes {
      let observed = frames[frame.index].landmarks
      solver.linearizer.project(model, scene, observed, frame.unknowns, sigma: frame.sigma)
      let (diagonal, gradient) = frame.prior(prior)
      eliminated.append(
        shared.add(
          model, &solver.linearizer, sigma: frame.sigma, equations: &solver.equations,
          priorDiagonal: diagonal, priorGradient: gradient, unknowns: frame.unknowns))
    }
    let count = Float(keyframes.count)
    let modes = model.identityModeCount
    var diagonal = [Float](repeating: options.identityPrior * count, count: modes + 1)
    var gradient = identity.coefficients.map { -options.identityPrior * count * $0 } + [0]
    let strength = options.focalPrior * count
    diagonal[modes] = solvesFocal ? strength : 1e12
    gradient[modes] =
      solvesFocal
      ? -strength * ElementaryFunctions.log(identity.focalLength / focalPrior) : 0
    let step = shared.solve(model, priorDiagonal: diagonal, priorGradient: gradient)
    // Halve the step until the objective falls; a step that never helps is not taken.
    let before = objective(keyframes, frames, identity, center, prior, &solver)
    let (oldIdentity, oldKeyframes) = (identity, keyframes)
    var largest: Float = 0
    for mode in 0..<modes { largest = max(largest, step[mode].magnitude) }
    var scale = min(1, 0.8 / max(largest, 1e-6))
    for attempt in 0..<4 {
      identity = oldIdentity
      keyframes = oldKeyframes
      let scaled = step.map { $0 * scale }
      take(scaled, likelyFocal: focalPrior, solvesFocal: solvesFocal, &identity)
      scene = identity.scene(model, center: center)
      for i in keyframes.indices {
        // The frame's own step belongs to the whole shared step.
        var own = shared.ownStep(eliminated[i], shared: scaled)
        if attempt > 0 { own *= scale }
        keyframes[i].unknowns.add(own)
        improve(&keyframes[i], frames[keyframes[i].index], scene, prior, &solver)
      }
      if objective(keyframes, frames, identity, center, prior, &solver) < before * 1.002 { return }
      scale *= 0.4
    }
    identity = oldIdentity
    keyframes = oldKeyframes
  }

  private func take(
    _ step: [Float], likelyFocal: Float, solvesFocal: Bool, _ identity: inout SolvedIdentity
  ) {
    let modes = model.identityModeCount
    for mode in 0..<modes {
      identity.coefficients[mode] = min(max(identity.coefficients[mode] + step[mode], -6), 6)
    }
    if !solvesFocal { return }
    let width = likelyFocal / FocalLengthPrior.ratio
    let bounds = FocalLengthPrior.bounds
    let focal = identity.focalLength * ElementaryFunctions.exp(min(max(step[modes], -0.2), 0.2))
    identity.focalLength = min(max(focal, bounds.lowerBound * width), bounds.upperBound * width)
  }

  /// What the joint solution minimises: Cauchy's loss of all landmarks and the priors.
  private func objective(
    _ keyframes: [Keyframe], _ frames: [FaceObservation], _ identity: SolvedIdentity,
    _ center: SIMD2<Float>, _ prior: ExpressionPrior, _ solver: inout FrameSolver
  ) -> Float {
    let scene = identity.scene(model, center: center)
    var total: Float = 0
    for frame in keyframes {
      solver.linearizer.project(
        model, scene, frames[frame.index].landmarks, frame.unknowns, sigma: frame.sigma)
      total += solver.linearizer.loss
      let e = frame.unknowns.expression
      let slope = (e * prior.quadratic + ExpressionPrior.rivalSlope(e)) * 0.5 + prior.linear
      total += (e * slope).sum() * frame.anchor
    }
    var square: Float = 0
    for value in identity.coefficients { square += value * value }
    return total + 0.5 * options.identityPrior * Float(keyframes.count) * square
  }

  /// Draws the frames with the least expression to neutral more strongly.
  private func anchorNeutral(_ keyframes: inout [Keyframe]) {
    func effort(_ frame: Keyframe) -> Float {
      var sum: Float = 0
      for column in 0..<ExpressionChannel.count {
        let channel = SolverColumns.channels[column]
        if ExpressionPrior.isLook(channel) { continue }
        sum += frame.unknowns.expression[column]
      }
      return sum
    }
    let order = keyframes.indices.sorted { effort(keyframes[$0]) < effort(keyframes[$1]) }
    for i in order.prefix(max(1, keyframes.count / 10)) { keyframes[i].anchor = 6 }
  }

  /// Raises the slope of channels that are never at rest, so that the identity takes them over.
  ///
  /// An augmented Lagrangian for "every channel's tenth percentile is zero"; frames that were
  /// chosen to differ make it safe to ask, a few frames do not.
  private func discourageConstants(_ keyframes: [Keyframe], _ prior: inout ExpressionPrior) {
    if keyframes.count < 8 { return }
    for column in 0..<ExpressionChannel.count {
      if ExpressionPrior.isLook(SolverColumns.channels[column]) { continue }
      let values = keyframes.map { $0.unknowns.expression[column] }.sorted()
      let floor = min(values[values.count / 10], 0.2)
      prior.linear[column] = min(prior.linear[column] + options.restPressure * floor, 80)
    }
  }

  private func measure(
    _ keyframes: inout [Keyframe], _ frames: [FaceObservation], _ identity: SolvedIdentity,
    _ center: SIMD2<Float>, _ solver: inout FrameSolver
  ) {
    let scene = identity.scene(model, center: center)
    let pupils = model.pupilDistance(identity.coefficients)
    for i in keyframes.indices {
      let frame = keyframes[i]
      solver.linearizer.project(
        model, scene, frames[frame.index].landmarks, frame.unknowns, sigma: frame.sigma)
      keyframes[i].residual = solver.linearizer.meanResidual(
        pupilDistance: pupils, scene, frame.unknowns.cameraFromHead)
    }
  }

  /// Drops frames that fit far worse than the middle one.
  private func reject(
    _ keyframes: inout [Keyframe], _ rejected: inout [Int], _ frames: [FaceObservation],
    _ identity: SolvedIdentity, _ center: SIMD2<Float>, _ solver: inout FrameSolver
  ) {
    measure(&keyframes, frames, identity, center, &solver)
    let sorted = keyframes.map { $0.residual }.sorted()
    let limit = max(4, 2 * sorted[sorted.count / 2])
    for frame in keyframes where frame.residual > limit { rejected.append(frame.index) }
    keyframes.removeAll { $0.residual > limit }
  }

  private func updateLook(
    _ frame: inout Keyframe, _ observed: FaceObservation, _ identity: SolvedIdentity,
    _ center: SIMD2<Float>
  ) {
    let gaze = GazeSolver(model, identity, center: center)
    let (left, right) = gaze.gazes(observed, pose: frame.unknowns.cameraFromHead)
    if let left, let right {
      frame.resting = Gaze(yaw: (left.yaw - right.yaw) / 2, pitch: (left.pitch + right.pitch) / 2)
    }
    frame.look = gaze.look(
      (left ?? right ?? Gaze(), right ?? left ?? Gaze()),
      openness: GazeSolver.openness(
        observed.landmarks, neutral: identity.scene(model, center: center).neutral))
  }

  /// The middle of what was seen, if it is plausible.
  private func setRestingGaze(_ keyframes: [Keyframe], _ identity: inout SolvedIdentity) {
    let yaws = keyframes.compactMap { $0.resting?.yaw }.sorted()
    let pitches = keyframes.compactMap { $0.resting?.pitch }.sorted()
    if yaws.isEmpty { return }
    let yaw = min(max(yaws[yaws.count / 2], -0.2), 0.2)
    let pitch = min(max(pitches[pitches.count / 2], -0.3), 0.3)
    identity.restingLeftGaze = Gaze(yaw: yaw, pitch: pitch)
    identity.restingRightGaze = Gaze(yaw: -yaw, pitch: pitch)
  }

  /// Solves for where the detector puts each landmark of this person, then takes out what a rigid
  /// move and a change of size would explain.
  private func solveBias(
    _ keyframes: [Keyframe], _ frames: [FaceObservation], _ identity: inout SolvedIdentity,
    _ center: SIMD2<Float>, _ solver: inout FrameSolver
  ) {
    let scene = identity.scene(model, center: center)
    var curvature = [Matrix3](repeating: Matrix3(.zero, .zero, .zero), count: model.count)
    var pull = [Vector3](repeating: .zero, count: model.count)
    for frame in keyframes {
      solver.linearizer.project(
        model, scene, frames[frame.index].landmarks, frame.unknowns, sigma: frame.sigma)
      let weight = 1 / (frame.sigma * frame.sigma)
      for n in 0..<model.count {
        let (u, v, _) = solver.linearizer.pointJacobian(n)
        let w = weight * solver.linearizer.inlierness[n]
        let r = solver.linearizer.residuals[n]
        curvature[n] =
          curvature[n]
          + Matrix3(u * u.x + v * v.x, u * u.y + v * v.y, u * u.z + v * v.z) * w
        pull[n] += (u * r.x + v * r.y) * w
      }
    }
    var bias = identity.landmarkBias
    if bias.isEmpty { bias = [Vector3](repeating: .zero, count: model.count) }
    for n in 0..<model.count {
      let spread = min(max(model.points[n].biasSpread * options.biasScale, 0.015), 0.2)
      let precision = Float(keyframes.count) / (spread * spread)
      let total =
        curvature[n] + Matrix3([precision, 0, 0], [0, precision, 0], [0, 0, precision])
      let step = total.symmetricInverse.map { $0 * (pull[n] - bias[n] * precision) } ?? .zero
      if step.length.isFinite { bias[n] += step }
    }
    identity.landmarkBias = withoutSimilarity(bias, scene)
  }

  /// Offsets less the part that a turn, a shift and a change of size explain.
  func withoutSimilarity(_ bias: [Vector3], _ scene: SolvingScene) -> [Vector3] {
    var total: Float = 0
    var middle = Vector3.zero
    for n in 0..<model.count where !model.points[n].isOutline {
      total += model.points[n].weight
      middle += scene.neutral[n] * model.points[n].weight
    }
    middle /= max(total, 1e-6)
    var a = [Double](repeating: 0, count: 49)
    var b = [Double](repeating: 0, count: 7)
    func directions(_ n: Int) -> [Vector3] {
      let x = scene.neutral[n] - middle
      return [
        [1, 0, 0], [0, 1, 0], [0, 0, 1],
        [0, -x.z, x.y], [x.z, 0, -x.x], [-x.y, x.x, 0], x,
      ]
    }
    for n in 0..<model.count where !model.points[n].isOutline {
      let d = directions(n)
      for i in 0..<7 {
        for j in 0..<7 { a[i * 7 + j] += Double(d[i].dot(d[j]) * model.points[n].weight) }
        b[i] += Double(d[i].dot(bias[n]) * model.points[n].weight)
      }
    }
    let x = solvePositiveDefinite(&a, &b, count: 7)
    return (0..<model.count).map { n in
      let d = directions(n)
      return (0..<7).reduce(bias[n]) { $0 - d[$1] * Float(x[$1]) }
    }
  }
}

extension FrameLinearizer {
  /// The mean distance of landmarks from their prediction, in per cent of the distance between the
  /// pupils as seen at the face's distance.
  func meanResidual(
    pupilDistance: Float, _ scene: SolvingScene, _ pose: RigidTransform
  ) -> Float {
    var sum: Float = 0
    for r in residuals { sum += (r.x * r.x + r.y * r.y).squareRoot() }
    let pixels = pupilDistance * scene.focalLength / max(pose.translation.z, 1)
    return 100 * sum / Float(residuals.count) / max(pixels, 1e-3)
  }
}
