import FaceRig
import Geometry
import Testing

@testable import FaceTracking

/// Whatever comes in, only typed errors or finite answers come out.
@Suite struct SolvingGarbageTests {
  typealias Face = SolvingTestFace

  static func check(_ face: SolvedFace?) {
    guard let face else { return }
    let t = face.state.cameraFromHead
    for v in [t.rotation.x, t.rotation.y, t.rotation.z, t.translation] {
      #expect(v.x.isFinite && v.y.isFinite && v.z.isFinite)
    }
    for i in 0..<52 { #expect(face.state.expression[i] >= 0 && face.state.expression[i] <= 1) }
    #expect(face.confidence >= 0 && face.confidence <= 1)
    #expect(face.state.leftGaze.yaw.isFinite && face.state.rightGaze.pitch.isFinite)
  }

  @Test func impossibleNumbersAreErrors() throws {
    var random = Face.Random(state: 1)
    let identity = Face.someIdentity(&random)
    let good = Face.observe(
      identity, FrameUnknowns(cameraFromHead: Face.pose()), focalLength: 1000, random: &random)
    var solver = try SolvingStateTests.solver(identity)
    let before = try solver.solve(good, time: 0)
    for value in [Float.nan, .infinity, -.infinity, 1e30] {
      var bad = good
      bad.landmarks[100].y = value
      #expect(throws: FaceSolvingError.nonFiniteLandmark(index: 100)) {
        try solver.solve(bad, time: 1)
      }
      bad = good
      bad.leftIris?.x = value
      #expect(throws: FaceSolvingError.self) { try solver.solve(bad, time: 1) }
    }
    var bad = good
    bad.confidence = .nan
    #expect(throws: FaceSolvingError.self) { try solver.solve(bad, time: 1) }
    bad = good
    bad.landmarks.removeLast()
    #expect(throws: FaceSolvingError.wrongLandmarkCount(467, expected: 468)) {
      try solver.solve(bad, time: 1)
    }
    let first = try #require(before).state.cameraFromHead.translation
    let after = try #require(try solver.solve(good, time: 0)).state.cameraFromHead.translation
    #expect((after - first).length < 0.05)
  }

  @Test func camerasAndIdentitiesAreChecked() throws {
    let mean = SolvedIdentity.mean(Face.model, width: 640)
    #expect(throws: FaceSolvingError.invalidCamera(width: 0, height: 480)) {
      try FaceStateSolver(model: Face.model, identity: mean, width: 0, height: 480)
    }
    #expect(throws: FaceSolvingError.self) {
      try OnlineIdentity(model: Face.model, width: 1, height: -1)
    }
    var wrong = mean
    wrong.coefficients.removeLast()
    #expect(throws: FaceSolvingError.mismatchedIdentity(modes: 11, expected: 12)) {
      try FaceStateSolver(model: Face.model, identity: wrong, width: 640, height: 480)
    }
    wrong = mean
    wrong.coefficients[0] = .nan
    #expect(throws: FaceSolvingError.self) {
      try FaceStateSolver(model: Face.model, identity: wrong, width: 640, height: 480)
    }
    wrong = mean
    wrong.focalLength = -1
    #expect(throws: FaceSolvingError.self) {
      try FaceStateSolver(model: Face.model, identity: wrong, width: 640, height: 480)
    }
    #expect(throws: FaceSolvingError.noUsableFrames(given: 0)) {
      try IdentitySolver(model: Face.model).solve([], width: 640, height: 480)
    }
  }

  @Test func pointsAndLinesAreDegenerate() throws {
    let identity = [Float](repeating: 0, count: Face.modeCount)
    for slope in [SIMD2<Float>.zero, [1, 0], [1, 1]] {
      var solver = try SolvingStateTests.solver(identity)
      let flat = FaceObservation(
        time: 0, landmarks: (0..<468).map { SIMD2(300, 200) + slope * Float($0) })
      #expect(throws: FaceSolvingError.degenerateLandmarks) { try solver.solve(flat, time: 0) }
      #expect(throws: FaceSolvingError.noUsableFrames(given: 1)) {
        try IdentitySolver(model: Face.model).solve([flat], width: 640, height: 480)
      }
    }
  }

  @Test(arguments: 1...6)
  func noiseNeverTraps(seed: Int) throws {
    var random = Face.Random(state: UInt64(seed))
    let identity = Face.someIdentity(&random)
    var solver = try SolvingStateTests.solver(identity)
    var online = try OnlineIdentity(model: Face.model, width: 640, height: 480)
    var all: [FaceObservation] = []
    for step in 0..<25 {
      var seen = Face.observe(
        identity, FrameUnknowns(cameraFromHead: Face.pose(yaw: random.normal())),
        focalLength: 1000, random: &random)
      let size: Float = [0.001, 1, 100, 5000, 9e5][Int(random.unit() * 4.99)]
      switch Int(random.unit() * 5) {
      case 0:
        for n in 0..<468 { seen.landmarks[n] = SIMD2(random.normal(), random.normal()) * size }
      case 1:
        for n in 0..<468 { seen.landmarks[n] += SIMD2(random.normal(), random.normal()) * size }
      case 2: for n in 0..<468 { seen.landmarks[n].x *= -1 }
      case 3: for n in 0..<468 { seen.landmarks[n] *= 0.001 }
      default:
        seen.leftIris = SIMD2(random.normal(), random.normal()) * size
        seen.confidence = random.normal()
      }
      for n in 0..<468 {
        seen.landmarks[n].replace(with: 0, where: seen.landmarks[n] .> SIMD2(repeating: 9.9e5))
        seen.landmarks[n].replace(with: 0, where: seen.landmarks[n] .< SIMD2(repeating: -9.9e5))
      }
      do { Self.check(try solver.solve(seen, time: Double(step))) } catch {}
      do {
        if try online.update(seen) {
          #expect(online.identity.coefficients.reduce(0, +).isFinite)
          try solver.replaceIdentity(online.identity)
        }
      } catch {}
      all.append(seen)
    }
    do {
      let solution = try IdentitySolver(model: Face.model).solve(all, width: 640, height: 480)
      #expect(solution.identity.coefficients.reduce(0, +).isFinite)
      #expect(solution.identity.focalLength.isFinite)
    } catch {}
  }
}
