internal import FaceRig
internal import Geometry

/// Learns an unknown person's shape while frames come in.
///
/// A few frames that differ are kept. Each call works on one of them; when all have had their turn
/// the identity takes a step. After some rounds it rests, until a frame comes that is unlike all it
/// has, as when the head turns for the first time.
///
/// Complexity: about a millisecond a call while learning, next to nothing afterwards.
public struct OnlineIdentity: Sendable {
  /// The person as known so far.
  public private(set) var identity: SolvedIdentity
  /// Whether there is nothing left to learn from the frames that are kept.
  public var isSettled: Bool { roundsSinceAdmission >= roundLimit }

  private let model: LandmarkModel
  private let center: SIMD2<Float>
  private let capacity = 10
  private let roundLimit = 10
  private let prior = ExpressionPrior()
  private var frames: [Keyframe] = []
  private var observed: [FaceObservation] = []
  private var solver: FrameSolver
  private var shared: SharedEquations
  private var eliminated: [SharedEquations.EliminatedFrame] = []
  private var next = 0
  private var roundsSinceAdmission = 0
  private var sinceAdmission = 1000

  /// Starts with the mean person before a camera of common width of view.
  public init(model: LandmarkModel, width: Int, height: Int) throws(FaceSolvingError) {
    if width <= 0 || height <= 0 || width > 1 << 16 || height > 1 << 16 {
      throw .invalidCamera(width: width, height: height)
    }
    self.model = model
    center = SIMD2(Float(width), Float(height)) / 2
    identity = .mean(model, width: width)
    solver = FrameSolver(model)
    shared = SharedEquations(model)
  }

  /// Takes in a frame.
  ///
  /// - Returns: Whether the identity changed: pass it on with
  ///   ``FaceStateSolver/replaceIdentity(_:)``.
  /// - Throws: ``FaceSolvingError`` if the observation cannot be computed with.
  public mutating func update(_ observation: FaceObservation) throws(FaceSolvingError) -> Bool {
    try observation.validate(landmarkCount: model.count)
    if observation.confidence >= 0.5 { try admit(observation) }
    if frames.isEmpty || isSettled { return false }
    work(on: next)
    next += 1
    if next < frames.count { return false }
    next = 0
    takeStep()
    return true
  }

  /// Keeps the frame if it is unlike those kept; a full store gives up its most redundant one.
  private mutating func admit(_ observation: FaceObservation) throws(FaceSolvingError) {
    sinceAdmission += 1
    // Frames that follow each other at once tell little; a round is not disturbed.
    if sinceAdmission < 5 || next != 0 { return }
    let shape = Self.shape(observation)
    var novelty = Float.infinity
    for other in observed { novelty = min(novelty, Self.distance(shape, Self.shape(other))) }
    let (redundant, spacing) = mostRedundant()
    let isFull = frames.count == capacity
    if novelty < (isFull ? max(0.02, 1.3 * spacing) : 0.01) { return }
    let scene = identity.scene(model, center: center)
    let pose = try scene.initialPose(model, observation.landmarks)
    var frame = Keyframe(
      index: frames.count, unknowns: FrameUnknowns(cameraFromHead: pose), sigma: scene.sigma(pose))
    if isFull {
      frame.index = redundant
      frames[redundant] = frame
      observed[redundant] = observation
    } else {
      frames.append(frame)
      observed.append(observation)
    }
    sinceAdmission = 0
    roundsSinceAdmission = 0
  }

  /// The kept frame nearest to another, and how near.
  private func mostRedundant() -> (index: Int, distance: Float) {
    let shapes = observed.map(Self.shape)
    var best = 0
    var least = Float.infinity
    for i in shapes.indices {
      var nearest = Float.infinity
      for j in shapes.indices where j != i {
        nearest = min(nearest, Self.distance(shapes[i], shapes[j]))
      }
      if nearest < least {
        least = nearest
        best = i
      }
    }
    return (best, least)
  }

  /// Improves one frame and adds it to the shared equations.
  private mutating func work(on i: Int) {
    if i == 0 {
      shared.clear()
      eliminated.removeAll(keepingCapacity: true)
    }
    let scene = identity.scene(model, center: center)
    var frame = frames[i]
    frame.sigma = scene.sigma(frame.unknowns.cameraFromHead)
    for _ in 0..<(roundsSinceAdmission == 0 ? 3 : 1) {
      solver.step(
        model, scene, observed[i].landmarks, sigma: frame.sigma, prior: prior, look: frame.look,
        unknowns: &frame.unknowns)
    }
    solver.linearizer.project(
      model, scene, observed[i].landmarks, frame.unknowns, sigma: frame.sigma)
    let (diagonal, gradient) = frame.prior(prior)
    eliminated.append(
      shared.add(
        model, &solver.linearizer, sigma: frame.sigma, equations: &solver.equations,
        priorDiagonal: diagonal, priorGradient: gradient, unknowns: frame.unknowns))
    frames[i] = frame
  }

  /// The joint step of a round.
  private mutating func takeStep() {
    let modes = model.identityModeCount
    // With few frames the mean is the better guess.
    let strength = max(Float(frames.count), 3)
    var diagonal = [Float](repeating: strength, count: modes + 1)
    let gradient = identity.coefficients.map { -strength * $0 } + [0]
    diagonal[modes] = 1e12
    let step = shared.solve(model, priorDiagonal: diagonal, priorGradient: gradient)
    var largest: Float = 0
    for mode in 0..<modes { largest = max(largest, step[mode].magnitude) }
    let scale = min(1, 0.5 / max(largest, 1e-6))
    if !scale.isFinite { return }
    let scaled = step.map { $0 * scale }
    for mode in 0..<modes {
      identity.coefficients[mode] = min(max(identity.coefficients[mode] + scaled[mode], -4), 4)
    }
    for i in frames.indices {
      frames[i].unknowns.add(shared.ownStep(eliminated[i], shared: scaled) * scale)
    }
    roundsSinceAdmission += 1
  }

  /// Landmarks moved to the origin and scaled to one.
  private static func shape(_ observation: FaceObservation) -> [SIMD2<Float>] {
    var middle = SIMD2<Float>.zero
    for p in observation.landmarks { middle += p }
    middle /= Float(observation.landmarks.count)
    var square: Float = 0
    for p in observation.landmarks {
      let d = p - middle
      square += d.x * d.x + d.y * d.y
    }
    let scale = 1 / max(square.squareRoot(), 1e-6)
    return observation.landmarks.map { ($0 - middle) * scale }
  }

  private static func distance(_ a: [SIMD2<Float>], _ b: [SIMD2<Float>]) -> Float {
    var sum: Float = 0
    for (p, q) in zip(a, b) {
      let d = p - q
      sum += d.x * d.x + d.y * d.y
    }
    return sum.squareRoot()
  }
}
