import FaceRig
import Geometry
import Testing

@testable import FaceTracking

/// A made-up person's shape, from what a camera would see.
@Suite struct SolvingIdentityTests {
  typealias Face = SolvingTestFace

  static func frames(
    _ identity: [Float], count: Int, focalLength: Float, noise: Float,
    random: inout Face.Random
  ) -> (observations: [FaceObservation], truths: [FrameUnknowns]) {
    var observations: [FaceObservation] = []
    var truths: [FrameUnknowns] = []
    for step in 0..<count {
      var truth = FrameUnknowns(
        cameraFromHead: Face.pose(
          yaw: random.normal() * 0.3, pitch: random.normal() * 0.2, roll: random.normal() * 0.05,
          at: [random.normal() * 2, random.normal() * 2, 45 + 10 * random.unit()]))
      if step % 4 != 0 { truth.expression = Face.someExpression(&random) }
      truths.append(truth)
      observations.append(
        Face.observe(
          identity, truth, focalLength: focalLength, noise: noise, random: &random,
          time: Double(step) / 30))
    }
    return (observations, truths)
  }

  /// The root mean square distance of neutral landmarks, size and place aside, in centimetres.
  static func shapeError(_ a: [Float], _ b: [Float]) -> Float {
    let p = Face.model.neutral(identity: a, bias: [])
    let q = Face.model.neutral(identity: b, bias: [])
    func normalised(_ v: [Vector3]) -> [Vector3] {
      let middle = v.reduce(.zero, +) / Float(v.count)
      let size = (v.reduce(0) { $0 + ($1 - middle).dot($1 - middle) } / Float(v.count)).squareRoot()
      return v.map { ($0 - middle) * (5 / size) }
    }
    var sum: Float = 0
    for (x, y) in zip(normalised(p), normalised(q)) { sum += (x - y).dot(x - y) }
    return (sum / Float(p.count)).squareRoot()
  }

  @Test(arguments: [1, 2] as [UInt64])
  func shapeFocalLengthAndPosesAreRecovered(seed: UInt64) throws {
    var random = Face.Random(state: seed)
    let identity = Face.someIdentity(&random)
    let focal: Float = 640 * 1.45
    let (seen, truths) = Self.frames(
      identity, count: 60, focalLength: focal, noise: 0.3, random: &random)
    let solution = try IdentitySolver(model: Face.model).solve(seen, width: 640, height: 480)
    let mean = Self.shapeError([Float](repeating: 0, count: Face.modeCount), identity)
    #expect(Self.shapeError(solution.identity.coefficients, identity) < 0.35 * mean)
    #expect(solution.identity.focalLength > 640 && solution.identity.focalLength < 3 * 640)
    #expect(abs(solution.identity.focalLength / focal - 1) < 0.15)
    #expect(solution.identity.residual < 1.5)
    #expect(solution.keyframes.count == 32)

    var solver = try FaceStateSolver(
      model: Face.model, identity: solution.identity, width: 640, height: 480)
    var total: Float = 0
    for (frame, truth) in zip(seen, truths) {
      solver.reset()
      let face = try #require(try solver.solve(frame, time: frame.time))
      total += Face.degrees(face.state.cameraFromHead, truth.cameraFromHead) / Float(seen.count)
    }
    #expect(total < 0.8)
  }

  @Test func neutralFramesStayNeutral() throws {
    var random = Face.Random(state: 5)
    let identity = Face.someIdentity(&random)
    let (seen, truths) = Self.frames(
      identity, count: 48, focalLength: 1000, noise: 0.3, random: &random)
    let solution = try IdentitySolver(model: Face.model).solve(seen, width: 640, height: 480)
    var solver = try FaceStateSolver(
      model: Face.model, identity: solution.identity, width: 640, height: 480)
    for (frame, truth) in zip(seen, truths) where truth.expression == .zero {
      solver.reset()
      let e = try #require(try solver.solve(frame, time: 0)).state.expression.columns
      #expect(e.sum() / 52 < 0.03)
    }
  }

  @Test func oneFrameIsEnough() throws {
    var random = Face.Random(state: 6)
    let identity = Face.someIdentity(&random)
    let (seen, _) = Self.frames(
      identity, count: 1, focalLength: 1000, noise: 0.2, random: &random)
    let solution = try IdentitySolver(model: Face.model).solve(seen, width: 640, height: 480)
    #expect(solution.keyframes == [0])
    #expect(solution.identity.residual < 1)
    #expect(solution.identity.coefficients.reduce(0, +).isFinite)
  }

  @Test func badFramesAreDropped() throws {
    var random = Face.Random(state: 8)
    let identity = Face.someIdentity(&random)
    var (seen, _) = Self.frames(
      identity, count: 40, focalLength: 1000, noise: 0.3, random: &random)
    for bad in [7, 23] {
      for n in 0..<468 { seen[bad].landmarks[n] += SIMD2(random.normal(), random.normal()) * 30 }
    }
    seen[9].landmarks[4].x = .nan
    seen[11].confidence = 0.1
    let solution = try IdentitySolver(model: Face.model).solve(seen, width: 640, height: 480)
    #expect(Set(solution.keyframes).isDisjoint(with: [7, 9, 11, 23]))
    #expect(Set(solution.rejected).isSubset(of: [7, 23]))
    let mean = Self.shapeError([Float](repeating: 0, count: Face.modeCount), identity)
    #expect(Self.shapeError(solution.identity.coefficients, identity) < 0.4 * mean)
  }

  @Test func anUnknownPersonIsLearntOnTheWay() throws {
    var random = Face.Random(state: 12)
    let identity = Face.someIdentity(&random)
    let (seen, _) = Self.frames(
      identity, count: 240, focalLength: 640 * 1.6, noise: 0.3, random: &random)
    var online = try OnlineIdentity(model: Face.model, width: 640, height: 480)
    let start = Self.shapeError(online.identity.coefficients, identity)
    var changes = 0
    for frame in seen where try online.update(frame) { changes += 1 }
    #expect(changes > 5)
    #expect(Self.shapeError(online.identity.coefficients, identity) < 0.5 * start)
  }

  @Test func landmarkOffsetsAreFreeOfMovesAndGrowth() {
    let solver = IdentitySolver(model: Face.model)
    let scene = SolvedIdentity.mean(Face.model, width: 640).scene(Face.model, center: [320, 240])
    let bias = scene.neutral.map { p in
      Vector3(0.1, -0.2, 0.05) + Vector3(0, 0.02, 0).cross(p) + p * 0.03
    }
    for rest in solver.withoutSimilarity(bias, scene) { #expect(rest.length < 1e-3) }
  }
}
