import FaceRig
import Geometry
import Testing

@testable import FaceTracking

/// Face states of a made-up person, from what a camera would see.
@Suite struct SolvingStateTests {
  typealias Face = SolvingTestFace

  static func solver(
    _ identity: [Float], focalLength: Float = 1000, steadiness: Float = 1
  ) throws -> FaceStateSolver {
    var options = FaceStateSolver.Options()
    options.steadiness = steadiness
    return try FaceStateSolver(
      model: Face.model, identity: Face.solved(identity, focalLength: focalLength), width: 640,
      height: 480, options: options)
  }

  @Test(arguments: [3, 4, 5] as [UInt64])
  func poseAndExpressionAreRecovered(seed: UInt64) throws {
    var random = Face.Random(state: seed)
    let identity = Face.someIdentity(&random)
    var solver = try Self.solver(identity)
    var squares: Float = 0
    for step in 0..<12 {
      var truth = FrameUnknowns(
        cameraFromHead: Face.pose(
          yaw: random.normal() * 0.25, pitch: random.normal() * 0.15, roll: random.normal() * 0.1,
          at: [random.normal() * 3, random.normal() * 2, 50 + 10 * random.unit()]))
      truth.expression = Face.someExpression(&random)
      let seen = Face.observe(
        identity, truth, focalLength: 1000, noise: 0.3, random: &random, time: Double(step))
      solver.reset()
      let face = try #require(try solver.solve(seen, time: seen.time))
      #expect(Face.degrees(face.state.cameraFromHead, truth.cameraFromHead) < 0.5)
      let shift = face.state.cameraFromHead.translation - truth.cameraFromHead.translation
      #expect(shift.length < 0.6)
      #expect(face.residual < 1.5)
      let d = face.state.expression.columns - truth.expression
      squares += (d * d).sum() / 52 / 12
    }
    #expect(squares.squareRoot() < 0.08)
  }

  @Test func aWideTurnIsFoundWithoutAStart() throws {
    var random = Face.Random(state: 1)
    let identity = Face.someIdentity(&random)
    for yaw in [-0.7, -0.4, 0.4, 0.7] as [Float] {
      var solver = try Self.solver(identity)
      let truth = FrameUnknowns(cameraFromHead: Face.pose(yaw: yaw, roll: -0.4))
      let seen = Face.observe(identity, truth, focalLength: 1000, noise: 0.3, random: &random)
      let face = try #require(try solver.solve(seen, time: 0))
      #expect(Face.degrees(face.state.cameraFromHead, truth.cameraFromHead) < 0.5)
    }
  }

  @Test func aStillFaceIsHeldStillAndABlinkIsNotDelayed() throws {
    var random = Face.Random(state: 9)
    let identity = Face.someIdentity(&random)
    func run(_ steadiness: Float) throws -> (jitter: Float, blink: Float, after: Float) {
      var random = Face.Random(state: 10)
      var solver = try Self.solver(identity, steadiness: steadiness)
      var truth = FrameUnknowns(cameraFromHead: Face.pose(yaw: 0.1))
      var turns: [Matrix3] = []
      for step in 0..<40 {
        let seen = Face.observe(identity, truth, focalLength: 1000, noise: 1.5, random: &random)
        let face = try #require(try solver.solve(seen, time: Double(step)))
        if step > 5 { turns.append(face.state.cameraFromHead.rotation) }
      }
      var sum: Float = 0
      for (a, b) in zip(turns, turns.dropFirst()) {
        sum += (b * a.transpose).rotationVector.length
      }
      truth.expression[SolverColumns.column(.eyeBlinkLeft)] = 1
      truth.expression[SolverColumns.column(.eyeBlinkRight)] = 1
      let shut = Face.observe(identity, truth, focalLength: 1000, noise: 0.3, random: &random)
      let blink = try #require(try solver.solve(shut, time: 40)).state.expression
      truth.expression = .zero
      let open = Face.observe(identity, truth, focalLength: 1000, noise: 0.3, random: &random)
      let after = try #require(try solver.solve(open, time: 41)).state.expression
      return (sum, blink[.eyeBlinkLeft], after[.eyeBlinkLeft])
    }
    let steady = try run(1)
    let free = try run(0)
    #expect(steady.jitter < 0.5 * free.jitter)
    #expect(steady.blink > 0.8)
    #expect(steady.after < 0.2)
    #expect(abs(steady.blink - free.blink) < 0.1)
  }

  @Test func aTurnIsFollowedWithinAFrame() throws {
    var random = Face.Random(state: 21)
    let identity = Face.someIdentity(&random)
    var solver = try Self.solver(identity)
    let speed: Float = 0.03
    var worst: Float = 0
    for step in 0..<30 {
      let truth = FrameUnknowns(cameraFromHead: Face.pose(yaw: -0.4 + speed * Float(step)))
      let seen = Face.observe(identity, truth, focalLength: 1000, noise: 0.5, random: &random)
      let face = try #require(try solver.solve(seen, time: Double(step) / 30))
      if step > 2 {
        worst = max(
          worst, Face.degrees(face.state.cameraFromHead, truth.cameraFromHead) / 57.29578)
      }
    }
    #expect(worst < speed)
  }

  @Test func coveredRegionsKeepTheirStateAndRelax() throws {
    var random = Face.Random(state: 33)
    let identity = Face.someIdentity(&random)
    var solver = try Self.solver(identity)
    var truth = FrameUnknowns(cameraFromHead: Face.pose())
    let smile = SolverColumns.column(.jawOpen)
    truth.expression[smile] = 0.5
    for step in 0..<5 {
      let seen = Face.observe(identity, truth, focalLength: 1000, noise: 0.2, random: &random)
      _ = try solver.solve(seen, time: Double(step))
    }
    let before = try #require(solver.unknowns).expression[smile]
    let groups = Face.model.groups
    for step in 5..<10 {
      var seen = Face.observe(identity, truth, focalLength: 1000, noise: 0.2, random: &random)
      for n in 0..<468 where groups[n] == .mouth {
        seen.landmarks[n] += SIMD2(random.normal(), random.normal()) * 60
      }
      let face = try #require(try solver.solve(seen, time: Double(step)))
      #expect(Face.degrees(face.state.cameraFromHead, truth.cameraFromHead) < 2)
    }
    let after = try #require(solver.unknowns).expression[smile]
    #expect(abs(after - before) < 0.2)
    #expect(after < before + 0.02)
  }

  @Test func aLostFaceFadesAndIsFoundAgain() throws {
    var random = Face.Random(state: 41)
    let identity = Face.someIdentity(&random)
    var solver = try Self.solver(identity)
    let nothing = try solver.solve(nil, time: 0)
    #expect(nothing == nil)
    var truth = FrameUnknowns(cameraFromHead: Face.pose(at: [-6, 0, 60]))
    truth.expression[SolverColumns.column(.jawOpen)] = 0.8
    let seen = Face.observe(identity, truth, focalLength: 1000, noise: 0.2, random: &random)
    let first = try #require(try solver.solve(seen, time: 1))
    var face = first
    for step in 2..<14 {
      face = try #require(try solver.solve(nil, time: Double(step)))
      #expect(!face.isTracked)
    }
    #expect(face.confidence < 0.2 * first.confidence)
    #expect(face.state.expression[.jawOpen] < 0.6 * first.state.expression[.jawOpen])
    truth.cameraFromHead = Face.pose(yaw: 0.4, at: [8, 4, 40])
    let again = Face.observe(identity, truth, focalLength: 1000, noise: 0.2, random: &random)
    let found = try #require(try solver.solve(again, time: 14))
    #expect(found.isTracked)
    #expect(Face.degrees(found.state.cameraFromHead, truth.cameraFromHead) < 0.5)
  }

  @Test func aCutIsRecoveredFromWithoutBeingTold() throws {
    var random = Face.Random(state: 43)
    let identity = Face.someIdentity(&random)
    var solver = try Self.solver(identity)
    for (step, pose) in [
      Face.pose(yaw: -0.5, roll: 0.5, at: [-8, 5, 70]), Face.pose(yaw: 0.5, at: [7, -4, 38]),
    ].enumerated() {
      let truth = FrameUnknowns(cameraFromHead: pose)
      var error: Float = 90
      for k in 0..<3 {
        let seen = Face.observe(identity, truth, focalLength: 1000, noise: 0.2, random: &random)
        let face = try #require(try solver.solve(seen, time: Double(step * 3 + k)))
        error = Face.degrees(face.state.cameraFromHead, pose)
      }
      #expect(error < 0.5)
    }
  }

  @Test func gazeIsRecoveredBridgedAndOptional() throws {
    var random = Face.Random(state: 51)
    let identity = Face.someIdentity(&random)
    var solver = try Self.solver(identity, steadiness: 0)
    var truth = FrameUnknowns(cameraFromHead: Face.pose(yaw: 0.2, pitch: 0.1))
    let left = Gaze(yaw: 0.25, pitch: -0.15)
    let right = Gaze(yaw: 0.3, pitch: -0.15)
    let seen = Face.observe(
      identity, truth, focalLength: 1000, random: &random, left: left, right: right)
    let face = try #require(try solver.solve(seen, time: 0)).state
    #expect(abs(face.leftGaze.yaw - left.yaw) < 0.02)
    #expect(abs(face.rightGaze.yaw - right.yaw) < 0.02)
    #expect(abs(face.leftGaze.pitch - left.pitch) < 0.02)

    // Shut eyes keep the gaze, whatever the iris model says of them.
    truth.expression[SolverColumns.column(.eyeBlinkLeft)] = 1
    truth.expression[SolverColumns.column(.eyeBlinkRight)] = 1
    let shut = Face.observe(
      identity, truth, focalLength: 1000, random: &random, left: Gaze(yaw: -0.5, pitch: -0.6),
      right: Gaze(yaw: -0.5, pitch: -0.6))
    let bridged = try #require(try solver.solve(shut, time: 1)).state
    #expect(abs(bridged.leftGaze.yaw - left.yaw) < 0.02)

    truth.expression = .zero
    var blind = Face.observe(identity, truth, focalLength: 1000, random: &random)
    blind.leftIris = nil
    blind.rightIris = nil
    let held = try #require(try solver.solve(blind, time: 2)).state
    #expect(abs(held.rightGaze.yaw - right.yaw) < 0.02)
  }

  @Test func twoSidedSmoothingSteadiesAndKeepsBlinks() throws {
    var random = Face.Random(state: 61)
    let identity = Face.someIdentity(&random)
    var frames: [FaceObservation?] = []
    for step in 0..<30 {
      var truth = FrameUnknowns(cameraFromHead: Face.pose())
      if step == 15 {
        truth.expression[SolverColumns.column(.eyeBlinkLeft)] = 1
        truth.expression[SolverColumns.column(.eyeBlinkRight)] = 1
      }
      frames.append(
        step == 22
          ? nil
          : Face.observe(
            identity, truth, focalLength: 1000, noise: 1.2, random: &random, time: Double(step)))
    }
    let solved = Face.solved(identity, focalLength: 1000)
    func jitter(_ sweeps: Int) throws -> (Float, Float) {
      var smoother = OfflineSmoother(model: Face.model, identity: solved, width: 640, height: 480)
      smoother.sweepCount = sweeps
      let faces = try smoother.solve(frames, times: (0..<30).map(Double.init))
      #expect(faces.count == 30)
      var sum: Float = 0
      for i in 1..<14 {
        let a = try #require(faces[i - 1]).state.cameraFromHead.rotation
        let b = try #require(faces[i]).state.cameraFromHead.rotation
        sum += (b * a.transpose).rotationVector.length
      }
      let lost = try #require(faces[22])
      #expect(!lost.isTracked)
      return (sum, try #require(faces[15]).state.expression[.eyeBlinkLeft])
    }
    let free = try jitter(0)
    let smooth = try jitter(2)
    #expect(smooth.0 < 0.6 * free.0)
    #expect(smooth.1 > 0.75)
  }
}
