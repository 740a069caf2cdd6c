internal import FaceRig
internal import Geometry

/// Solves all frames of a recording, looking both ways in time.
///
/// A first pass solves frame by frame. Sweeps back and forth then solve each frame again, drawn to
/// the middle of its neighbours by how little all three move, so that noise averages out and
/// blinks stay. Gaze is bridged over blinks from both sides.
public struct OfflineSmoother: Sendable {
  private let model: LandmarkModel
  private let identity: SolvedIdentity
  private let width, height: Int
  /// How many sweeps follow the first pass.
  public var sweepCount = 2

  /// Makes a smoother for one person before one camera.
  public init(model: LandmarkModel, identity: SolvedIdentity, width: Int, height: Int) {
    self.model = model
    self.identity = identity
    self.width = width
    self.height = height
  }

  /// Solves all frames; `nil` where no face was found before any was seen.
  ///
  /// Frames without a face, or with landmarks that are not numbers, hold the last state.
  ///
  /// - Parameters:
  ///   - observations: One a frame, in order; `nil` without a face.
  ///   - times: Seconds, one a frame.
  /// - Precondition: As many times as observations.
  public func solve(
    _ observations: [FaceObservation?], times: [Double]
  ) throws(FaceSolvingError) -> [SolvedFace?] {
    precondition(observations.count == times.count)
    var options = FaceStateSolver.Options()
    options.steadiness = 0
    var live = try FaceStateSolver(
      model: model, identity: identity, width: width, height: height, options: options)
    var faces: [SolvedFace?] = []
    var unknowns: [FrameUnknowns?] = []
    for (observation, time) in zip(observations, times) {
      var face: SolvedFace?
      do throws(FaceSolvingError) {
        face = try live.solve(observation, time: time)
      } catch {
        face = try live.solve(nil, time: time)
      }
      faces.append(face)
      unknowns.append(face.map { $0.isTracked } == true ? live.unknowns : nil)
    }
    let center = SIMD2(Float(width), Float(height)) / 2
    let scene = identity.scene(model, center: center)
    smooth(&unknowns, observations, scene, faces)
    finish(&faces, unknowns, observations, scene)
    return faces
  }

  private func smooth(
    _ unknowns: inout [FrameUnknowns?], _ observations: [FaceObservation?], _ scene: SolvingScene,
    _ faces: [SolvedFace?]
  ) {
    var solver = FrameSolver(model)
    let prior = ExpressionPrior()
    let gazeSolver = GazeSolver(model, identity, center: scene.center)
    let n = unknowns.count
    if n < 3 { return }
    for sweep in 0..<sweepCount {
      for step in 1..<n - 1 {
        let i = sweep % 2 == 0 ? step : n - 1 - step
        guard var here = unknowns[i], let before = unknowns[i - 1], let after = unknowns[i + 1],
          let observation = observations[i], let face = faces[i]
        else { continue }
        let middle = FrameUnknowns.middle(before, after)
        var pull = TemporalPull(expression: middle.expression, pose: middle.cameraFromHead)
        for group in SolverColumns.Group.allCases {
          let movement = max(
            MotionGate.movement(group, before, after) * 0.5,
            MotionGate.movement(group, here, middle))
          let strength = 1.5 * MotionGate.strength(movement)
          for column in group.columns { pull.strength[column] = strength }
        }
        solver.step(
          model, scene, observation.landmarks, sigma: scene.sigma(here.cameraFromHead),
          prior: prior,
          look: gazeSolver.look(
            (face.state.leftGaze, face.state.rightGaze),
            openness: GazeSolver.openness(observation.landmarks, neutral: scene.neutral)),
          pull: pull, unknowns: &here)
        unknowns[i] = here
      }
    }
  }

  /// Puts the smoothed unknowns into the faces, and gazes after them.
  private func finish(
    _ faces: inout [SolvedFace?], _ unknowns: [FrameUnknowns?],
    _ observations: [FaceObservation?], _ scene: SolvingScene
  ) {
    let gazeSolver = GazeSolver(model, identity, center: scene.center)
    let pupils = model.pupilDistance(identity.coefficients)
    var linearizer = FrameLinearizer(landmarkCount: model.count)
    var track = GazeTrack(count: faces.count)
    for i in faces.indices {
      guard let unknowns = unknowns[i], let observation = observations[i] else { continue }
      let pose = unknowns.cameraFromHead
      linearizer.project(
        model, scene, observation.landmarks, unknowns, sigma: scene.sigma(pose))
      faces[i]?.residual = linearizer.meanResidual(pupilDistance: pupils, scene, pose)
      faces[i]?.state.expression = Expression(columns: unknowns.expression)
      faces[i]?.state.cameraFromHead = pose
      track.set(
        i, gazeSolver.gazes(observation, pose: pose),
        openness: GazeSolver.openness(observation.landmarks, neutral: scene.neutral))
    }
    track.smooth()
    for i in faces.indices {
      faces[i]?.state.leftGaze = track.left[i]
      faces[i]?.state.rightGaze = track.right[i]
    }
  }
}

/// Both gazes over a recording, with how far each is trusted.
struct GazeTrack {
  private(set) var left, right: [Gaze]
  private var leftTrust, rightTrust: [Float]

  /// Makes a track of nothing seen.
  init(count: Int) {
    left = [Gaze](repeating: Gaze(), count: count)
    right = left
    leftTrust = [Float](repeating: 0, count: count)
    rightTrust = leftTrust
  }

  /// Puts in what was seen in a frame.
  mutating func set(
    _ i: Int, _ seen: (left: Gaze?, right: Gaze?), openness: (left: Float, right: Float)
  ) {
    if let gaze = seen.left {
      left[i] = gaze
      leftTrust[i] = GazeFilter.trust(openness.left)
    }
    if let gaze = seen.right {
      right[i] = gaze
      rightTrust[i] = GazeFilter.trust(openness.right)
    }
  }

  /// Averages over three frames by trust, shares the pitch, and bridges blinks straight.
  mutating func smooth() {
    let vergence = typicalVergence()
    let l = Self.average(left, leftTrust)
    let r = Self.average(right, rightTrust)
    var isKnown = [Bool](repeating: false, count: l.count)
    for i in l.indices {
      let (a, b) = (leftTrust[i], rightTrust[i])
      if max(a, b) < 0.3 { continue }
      isKnown[i] = true
      var (p, q) = (l[i], r[i])
      if a < 0.3 { p.yaw = q.yaw + vergence }
      if b < 0.3 { q.yaw = p.yaw - vergence }
      let pitch = (p.pitch * a + q.pitch * b) / (a + b)
      p.pitch = pitch + (a < 0.3 ? 0 : 0.2 * (p.pitch - pitch))
      q.pitch = pitch + (b < 0.3 ? 0 : 0.2 * (q.pitch - pitch))
      left[i] = p
      right[i] = q
    }
    Self.bridge(&left, isKnown)
    Self.bridge(&right, isKnown)
  }

  private func typicalVergence() -> Float {
    var values: [Float] = []
    for i in left.indices where min(leftTrust[i], rightTrust[i]) > 0.7 {
      values.append(left[i].yaw - right[i].yaw)
    }
    values.sort()
    return values.isEmpty ? 0 : values[values.count / 2]
  }

  private static func average(_ gazes: [Gaze], _ trust: [Float]) -> [Gaze] {
    gazes.indices.map { i in
      var weight: Float = 1e-6
      var (yaw, pitch) = (gazes[i].yaw * weight, gazes[i].pitch * weight)
      for j in max(0, i - 1)...min(gazes.count - 1, i + 1) {
        // A saccade is not averaged with what was before it.
        let jump = max(
          (gazes[j].yaw - gazes[i].yaw).magnitude, (gazes[j].pitch - gazes[i].pitch).magnitude)
        let w = trust[j] * (j == i ? 1 : (jump < 0.06 || trust[i] < 0.3 ? 0.5 : 0.05))
        weight += w
        yaw += gazes[j].yaw * w
        pitch += gazes[j].pitch * w
      }
      return Gaze(yaw: yaw / weight, pitch: pitch / weight)
    }
  }

  private static func bridge(_ gazes: inout [Gaze], _ isKnown: [Bool]) {
    var known: Int?
    for i in gazes.indices where isKnown[i] {
      if let known, i - known > 1 {
        for j in known + 1..<i {
          let t = Float(j - known) / Float(i - known)
          gazes[j].yaw = gazes[known].yaw + t * (gazes[i].yaw - gazes[known].yaw)
          gazes[j].pitch = gazes[known].pitch + t * (gazes[i].pitch - gazes[known].pitch)
        }
      } else if known == nil {
        for j in 0..<i { gazes[j] = gazes[i] }
      }
      known = i
    }
    if let known { for j in known..<gazes.count { gazes[j] = gazes[known] } }
  }
}
