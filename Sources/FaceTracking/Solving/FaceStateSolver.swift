internal import FaceRig
internal import Geometry

/// Turns landmarks into face states, frame by frame, for a person whose shape is known.
///
/// Every frame starts from the last one's answer; two or three bounded Gauss–Newton steps follow.
/// What hardly moved is drawn to where it was, so that a still face is still; what moved is not, so
/// that a blink is as fast as it was. Regions whose landmarks do not fit — a hand before the mouth —
/// keep their last state and relax.
///
/// Complexity: about 0.2 ms a step and frame.
public struct FaceStateSolver: Sendable {
  /// What may be chosen.
  public struct Options: Sendable {
    /// How firmly a still face is held; 0 treats every frame alone.
    public var steadiness: Float = 1
    /// Least detector confidence of a frame.
    public var leastConfidence: Float = 0.4
    /// Most steps a frame.
    public var stepLimit = 3

    /// The defaults.
    public init() {}
  }

  let model: LandmarkModel
  private let options: Options
  private let prior = ExpressionPrior()
  private var identity: SolvedIdentity
  private var scene: SolvingScene
  private var gazeSolver: GazeSolver
  private var gazeFilter = GazeFilter()
  private var solver: FrameSolver
  private var pupilDistance: Float
  private let groups: [SolverColumns.Group]
  private let center: SIMD2<Float>
  private var last: SolvedFace?
  private(set) var unknowns: FrameUnknowns?
  private var lostFrames = 0

  /// Makes a solver for one person before one camera.
  ///
  /// - Throws: ``FaceSolvingError`` if the identity is not one of this model, or the picture has no
  ///   area.
  public init(
    model: LandmarkModel, identity: SolvedIdentity, width: Int, height: Int,
    options: Options = Options()
  ) throws(FaceSolvingError) {
    if width <= 0 || height <= 0 || width > 1 << 16 || height > 1 << 16 {
      throw .invalidCamera(width: width, height: height)
    }
    try identity.validate(model)
    self.model = model
    self.options = options
    self.identity = identity
    center = SIMD2(Float(width), Float(height)) / 2
    scene = identity.scene(model, center: center)
    gazeSolver = GazeSolver(model, identity, center: center)
    solver = FrameSolver(model)
    pupilDistance = model.pupilDistance(identity.coefficients)
    groups = model.groups
  }

  /// Replaces the person, as learning goes on; the state carries over.
  public mutating func replaceIdentity(_ identity: SolvedIdentity) throws(FaceSolvingError) {
    try identity.validate(model)
    if let pose = unknowns?.cameraFromHead {
      // The picture of the face keeps its size when the focal length changes.
      let ratio = identity.focalLength / self.identity.focalLength
      unknowns?.cameraFromHead.translation.z = pose.translation.z * ratio
    }
    self.identity = identity
    scene = identity.scene(model, center: center)
    gazeSolver = GazeSolver(model, identity, center: center)
    pupilDistance = model.pupilDistance(identity.coefficients)
  }

  /// Solves one frame; `nil` where no face was found.
  ///
  /// - Returns: The state, or `nil` while no face has been seen yet.
  /// - Throws: ``FaceSolvingError`` if the observation cannot be computed with; the solver is left
  ///   as it was.
  public mutating func solve(
    _ observation: FaceObservation?, time: Double
  ) throws(FaceSolvingError) -> SolvedFace? {
    guard let observation else { return hold(time) }
    try observation.validate(landmarkCount: model.count)
    if observation.confidence < options.leastConfidence { return hold(time) }

    var candidate: FrameUnknowns
    let previous = lostFrames > 5 ? nil : unknowns
    if let previous {
      candidate = follow(observation, from: previous)
    } else {
      candidate = try restart(observation)
    }
    var residual = measure(observation, candidate)
    if previous != nil, residual > max(6, 2 * (last?.residual ?? 0)) {
      if let fresh = attemptRestart(observation) {
        let other = measure(observation, fresh)
        if other < 0.8 * residual {
          candidate = fresh
          residual = other
        }
      }
    }
    let gaze = gazeFilter.update(
      gazeSolver.gazes(observation, pose: candidate.cameraFromHead),
      openness: GazeSolver.openness(observation.landmarks, neutral: scene.neutral),
      steadiness: options.steadiness)
    unknowns = candidate
    lostFrames = 0
    let fit = min(max((12 - residual) / 8, 0), 1)
    let face = SolvedFace(
      state: FaceState(
        time: time, expression: Expression(columns: candidate.expression),
        cameraFromHead: candidate.cameraFromHead, leftGaze: gaze.left, rightGaze: gaze.right),
      residual: residual, confidence: min(max(observation.confidence, 0), 1) * fit,
      isTracked: true)
    last = face
    return face
  }

  /// Forgets the face, as at a cut.
  public mutating func reset() {
    unknowns = nil
    last = nil
    lostFrames = 0
    gazeFilter = GazeFilter()
  }

  /// The last state, relaxing: expressions fade by a tenth a frame after the third.
  private mutating func hold(_ time: Double) -> SolvedFace? {
    guard var face = last else { return nil }
    lostFrames += 1
    face.state.time = time
    face.confidence *= 0.8
    face.isTracked = false
    if lostFrames > 3, var held = unknowns {
      held.expression *= 0.9
      unknowns = held
      face.state.expression = Expression(columns: held.expression)
    }
    last = face
    return face
  }

  /// Steps from the last frame's answer.
  private mutating func follow(
    _ observation: FaceObservation, from previous: FrameUnknowns
  ) -> FrameUnknowns {
    var unknowns = previous
    let sigma = scene.sigma(previous.cameraFromHead)
    var pull: TemporalPull?
    for iteration in 0..<max(options.stepLimit, 1) {
      let change = solver.step(
        model, scene, observation.landmarks, sigma: sigma, prior: prior,
        look: look(observation, unknowns), pull: pull, unknowns: &unknowns)
      if iteration == 0 { pull = hold(previous, against: unknowns) }
      if iteration > 0 && change < 0.02 { break }
    }
    return unknowns
  }

  /// The pull toward the last frame, by how much each group moved and how well it is seen.
  private func hold(_ previous: FrameUnknowns, against moved: FrameUnknowns) -> TemporalPull {
    var pull = TemporalPull(
      expression: previous.expression, pose: previous.cameraFromHead)
    let seen = visibility()
    for group in SolverColumns.Group.allCases {
      var strength =
        options.steadiness * MotionGate.strength(MotionGate.movement(group, previous, moved))
      let isHidden = group != .pose && seen[group.rawValue] < 0.3
      if isHidden { strength = 30 }
      for column in group.columns {
        pull.strength[column] = strength
        if isHidden { pull.expression[column] *= 0.97 }
      }
    }
    return pull
  }

  /// How much of each group's landmarks the robust loss kept, 0…1.
  private func visibility() -> [Float] {
    var kept = [Float](repeating: 0, count: SolverColumns.Group.allCases.count)
    var total = kept
    for n in 0..<model.count {
      let group = groups[n].rawValue
      kept[group] += solver.linearizer.inlierness[n] * model.points[n].weight
      total[group] += model.points[n].weight
    }
    return zip(kept, total).map { $1 > 0 ? $0 / $1 : 1 }
  }

  private mutating func restart(
    _ observation: FaceObservation
  ) throws(FaceSolvingError) -> FrameUnknowns {
    let pose = try scene.initialPose(model, observation.landmarks)
    var unknowns = FrameUnknowns(cameraFromHead: pose)
    for _ in 0..<8 {
      let change = solver.step(
        model, scene, observation.landmarks, sigma: scene.sigma(pose), prior: prior,
        look: look(observation, unknowns), unknowns: &unknowns)
      if change < 0.01 { break }
    }
    return unknowns
  }

  private mutating func attemptRestart(_ observation: FaceObservation) -> FrameUnknowns? {
    do throws(FaceSolvingError) { return try restart(observation) } catch { return nil }
  }

  private func look(_ observation: FaceObservation, _ unknowns: FrameUnknowns) -> ColumnVector {
    let openness = GazeSolver.openness(observation.landmarks, neutral: scene.neutral)
    let gaze = gazeFilter.bridged(
      gazeSolver.gazes(observation, pose: unknowns.cameraFromHead), openness: openness)
    return gazeSolver.look(gaze, openness: openness)
  }

  private mutating func measure(
    _ observation: FaceObservation, _ unknowns: FrameUnknowns
  ) -> Float {
    solver.linearizer.project(
      model, scene, observation.landmarks, unknowns, sigma: scene.sigma(unknowns.cameraFromHead))
    return solver.linearizer.meanResidual(
      pupilDistance: pupilDistance, scene, unknowns.cameraFromHead)
  }
}

extension LandmarkModel {
  /// The group that moves each landmark most.
  var groups: [SolverColumns.Group] {
    (0..<count).map { n in
      var best = SolverColumns.Group.pose
      var most: Float = 0.01
      for group in SolverColumns.Group.allCases where group != .pose {
        var sum: Float = 0
        for column in group.columns {
          for axis in 0..<3 {
            let d = expression[(n * 3 + axis) * SolverColumns.blockCount + column / 8][column % 8]
            sum += d * d
          }
        }
        if sum > most {
          most = sum
          best = group
        }
      }
      return best
    }
  }
}
