import FaceRig
import Geometry

@testable import FaceTracking

/// A made-up face with the detector's topology: an egg whose lids, lips and brows can move.
enum SolvingTestFace {
  static let modeCount = 12

  /// A generator whose numbers are the same everywhere.
  struct Random {
    var state: UInt64
    mutating func unit() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    mutating func normal() -> Float {
      var sum: Float = -6
      for _ in 0..<12 { sum += unit() }
      return sum
    }
  }

  static let model: LandmarkModel = makeModel()

  static func surface(_ x: Float, _ y: Float) -> Vector3 {
    let q = max(0.02, 1 - x * x / 64 - y * y / 110)
    return Vector3(x, y, 7 * q.squareRoot() - 1 + (x * x + y * y < 4 ? 1.5 : 0))
  }

  private static func makeModel() -> LandmarkModel {
    var random = Random(state: 7)
    let count = 468
    var flat: [SIMD2<Float>] = []
    for i in 0..<count {
      let radius = (Float(i) + 0.5).squareRoot() / Float(count).squareRoot()
      let (s, c) = ElementaryFunctions.sinCos(Float(i) * 2.399963)
      flat.append(SIMD2(6.6 * radius * c, 8.6 * radius * s))
    }
    // Lids on ellipses about the eyes, lips about the mouth.
    let eyes: [(center: SIMD2<Float>, gaps: Range<Int>, outer: Int, inner: Int)] = [
      ([-3, 2.5], 0..<5, 33, 133), ([3, 2.5], 5..<10, 263, 362),
    ]
    for eye in eyes {
      for (k, gap) in eye.gaps.enumerated() {
        let x = (Float(k) - 2) * 0.45
        let height = 0.5 * (1 - x * x / 2).squareRoot()
        flat[LandmarkIndex.gaps[gap].upper] = eye.center + [x, height]
        flat[LandmarkIndex.gaps[gap].lower] = eye.center + [x, -height]
      }
      flat[eye.outer] = eye.center + [eye.center.x < 0 ? -1.5 : 1.5, 0]
      flat[eye.inner] = eye.center + [eye.center.x < 0 ? 1.5 : -1.5, 0]
    }
    for (k, gap) in (10..<15).enumerated() {
      let x = (Float(k) - 2) * 0.8
      flat[LandmarkIndex.gaps[gap].upper] = [x, -4.45]
      flat[LandmarkIndex.gaps[gap].lower] = [x, -4.6]
    }
    var contour = Set<Int>()
    for gap in LandmarkIndex.gaps {
      contour.insert(gap.upper)
      contour.insert(gap.lower)
    }
    let positions = flat.map { surface($0.x, $0.y) }
    let points = (0..<count).map { n in
      let p = positions[n]
      return LandmarkModel.Point(
        position: p, normal: Vector3(p.x / 64, p.y / 110, (p.z + 1) / 49).normalized,
        weight: contour.contains(n) ? 1.3 : 0.7, isContour: contour.contains(n),
        isOutline: p.x * p.x / 43 + p.y * p.y / 73 > 0.9, biasSpread: 0.02)
    }
    var modes: [Vector3] = []
    for _ in 0..<modeCount {
      let center = Vector3(random.normal() * 3, random.normal() * 4, 4)
      let direction = Vector3(random.normal(), random.normal(), random.normal()) * 0.35
      for p in positions { modes.append(direction * bump(p - center, width: 4)) }
    }
    var deltas: [Vector3] = []
    for channel in ExpressionChannel.allCases {
      deltas += expressionDelta(channel, positions, &random)
    }
    func eye(_ center: Vector3) -> LandmarkModel.Eye {
      LandmarkModel.Eye(
        center: center, centerModes: [Vector3](repeating: .zero, count: modeCount),
        irisDistance: 1.35)
    }
    return LandmarkModel(
      points: points, identityModes: modes, expressionDeltas: deltas,
      leftEye: eye([3, 2.5, 2.5]), rightEye: eye([-3, 2.5, 2.5]))
  }

  private static func bump(_ d: Vector3, width: Float) -> Float {
    ElementaryFunctions.exp(-d.dot(d) / (2 * width * width))
  }

  private static func expressionDelta(
    _ channel: ExpressionChannel, _ positions: [Vector3], _ random: inout Random
  ) -> [Vector3] {
    let eyeLeft = Vector3(3, 2.5, 5)
    let eyeRight = Vector3(-3, 2.5, 5)
    let direction = Vector3(random.normal(), random.normal(), random.normal()) * 0.4
    let column = SolverColumns.column(channel)
    switch channel {
    case .tongueOut: return positions.map { _ in .zero }
    case .eyeBlinkLeft, .eyeBlinkRight:
      let side: Float = channel == .eyeBlinkLeft ? 1 : -1
      return positions.map { p in
        let near = p.x * side > 1.3 && p.x * side < 4.7 && p.y > 2.5 && p.y < 3.1
        return near ? [0, -2 * (p.y - 2.5), 0] : .zero
      }
    case .jawOpen:
      return positions.map { $0.y < -4.5 ? [0, -2.5, -0.3] : .zero }
    default:
      let center: Vector3 =
        switch column {
        case 0..<8: eyeLeft
        case 8..<16: eyeRight
        case 16..<24: [random.normal() * 3, 4.5, 5]
        default: [random.normal() * 2.5, -4.5 + random.normal(), 5]
        }
      let offset = Vector3(random.normal(), random.normal(), 0) * 0.8
      return positions.map { p in
        let value = bump(p - center - offset, width: column < 24 ? 1 : 1.6)
        return value > 0.02 ? direction * value : .zero
      }
    }
  }

  /// What a camera sees of a person, with noise.
  static func observe(
    _ identity: [Float], _ unknowns: FrameUnknowns, focalLength: Float, width: Int = 640,
    height: Int = 480, noise: Float = 0, random: inout Random, time: Double = 0,
    left: Gaze = Gaze(), right: Gaze = Gaze()
  ) -> FaceObservation {
    let neutral = model.neutral(identity: identity, bias: [])
    let center = SIMD2(Float(width), Float(height)) / 2
    func project(_ head: Vector3) -> SIMD2<Float> {
      let p = unknowns.cameraFromHead * head
      return SIMD2(p.x, p.y) * (focalLength / p.z) + center
        + SIMD2(random.normal(), random.normal()) * noise
    }
    let landmarks = (0..<model.count).map { n in
      var point = neutral[n]
      for axis in 0..<3 {
        for block in 0..<7 {
          for lane in 0..<8 {
            point[axis] +=
              model.expression[(n * 3 + axis) * 8 + block][lane]
              * unknowns.expression[block * 8 + lane]
          }
        }
      }
      return project(point)
    }
    func iris(_ eye: LandmarkModel.Eye, _ gaze: Gaze) -> SIMD2<Float> {
      project(
        eye.center(identity) + gaze.headFromEye * Vector3(0, 0, eye.irisDistance))
    }
    return FaceObservation(
      time: time, landmarks: landmarks, leftIris: iris(model.leftEye, left),
      rightIris: iris(model.rightEye, right))
  }

  /// A head before the camera, turned by some angles in radians.
  static func pose(
    yaw: Float = 0, pitch: Float = 0, roll: Float = 0, at: Vector3 = [0, 0, 55]
  ) -> RigidTransform {
    let turn =
      Matrix3(rotationVector: [0, 0, roll]) * Matrix3(rotationVector: [pitch, 0, 0])
      * Matrix3(rotationVector: [0, yaw, 0])
    return RigidTransform(
      rotation: turn * Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: at)
  }

  static func someIdentity(_ random: inout Random) -> [Float] {
    (0..<modeCount).map { _ in min(max(random.normal(), -2), 2) }
  }

  /// A few channels in use.
  static func someExpression(_ random: inout Random) -> ColumnVector {
    var e = ColumnVector.zero
    for column in 0..<52 where !ExpressionPrior.isLook(SolverColumns.channels[column]) {
      if random.unit() < 0.12 { e[column] = random.unit() }
    }
    e[SolverColumns.column(.mouthClose)] = 0
    e[SolverColumns.column(.tongueOut)] = 0
    return e
  }

  static func degrees(_ a: RigidTransform, _ b: RigidTransform) -> Float {
    (a.rotation * b.rotation.transpose).rotationVector.length * 57.29578
  }

  static func solved(_ identity: [Float], focalLength: Float) -> SolvedIdentity {
    SolvedIdentity(coefficients: identity, focalLength: focalLength)
  }
}
