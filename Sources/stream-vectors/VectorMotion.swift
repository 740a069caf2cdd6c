import AvatarModel
import ExpressionStream
import FaceRig
import Geometry

/// A made-up face that moves, and how its stream is coded; nobody's face.
enum VectorMotion {
  static let count = 24
  static let correction = 2
  /// Numbers of a state: 52 coefficients; rotation vector and shift of the head, then of the torso;
  /// yaw and pitch of the left eye, then of the right; the correction.
  static let width = 68 + correction

  /// The times in ticks: 30 a second, one state 7 ms late, one missing after number 18.
  static let ticks = (0..<count).map { k in
    90_000 + 3000 * (k + (k > 18 ? 1 : 0)) + (k == 9 ? 630 : 0)
  }

  /// The states as numbers: waves, noise, a blink, and a jump that takes symbols of any size.
  static func blocks() -> [[Float]] {
    var random = SeededRandom(seed: 2026)
    return (0..<count).map { k in
      let phase = Float(k) * 0.23
      var block = [Float](repeating: 0, count: width)
      for i in 0..<ExpressionChannel.count {
        let wave = ElementaryFunctions.sinCos(phase + 0.7 * Float(i)).sin
        let size: Float = i % 5 == 0 ? 0.3 : 0.03
        block[i] = min(max(size * (1 + wave) + 0.01 * random.normal(), 0), 1)
      }
      if (11..<14).contains(k) { block[ExpressionChannel.eyeBlinkLeft.rawValue] = 0.95 }
      if k >= 15 { block[ExpressionChannel.jawOpen.rawValue] = 1 }
      let turn = 0.15 * ElementaryFunctions.sinCos(0.5 * phase).sin
      for (start, share) in [(52, 1), (58, 0.3)] as [(Int, Float)] {
        let pose: [Float] = [3.1 - 0.1 * turn, 0.02, turn, 4 * turn, -turn, 55 + 20 * turn]
        for i in 0..<6 { block[start + i] = i == 0 || i == 5 ? pose[i] : pose[i] * share }
      }
      for i in 64..<68 { block[i] = turn + 0.01 * random.normal() }
      for i in 68..<width { block[i] = 0.4 * random.normal() }
      return block
    }
  }

  /// A state of its numbers.
  static func state(_ block: [Float], ticks: Int) -> AvatarState {
    var face = FaceState(time: Double(ticks) / StreamConfiguration.ticksPerSecond)
    for i in 0..<ExpressionChannel.count { face.expression[i] = block[i] }
    func pose(_ i: Int) -> RigidTransform {
      RigidTransform(
        rotation: Matrix3(rotationVector: [block[i], block[i + 1], block[i + 2]]),
        translation: [block[i + 3], block[i + 4], block[i + 5]])
    }
    face.cameraFromHead = pose(52)
    face.leftGaze = Gaze(yaw: block[64], pitch: block[65])
    face.rightGaze = Gaze(yaw: block[66], pitch: block[67])
    return AvatarState(
      face: face, cameraFromTorso: pose(58), correction: Array(block[68...]))
  }

  /// A transform that mixes every coordinate into every component.
  static func configuration() -> StreamConfiguration {
    var random = SeededRandom(seed: 71)
    let n = StateCoordinates.correction + correction
    var basis = [Float](repeating: 0, count: n * n)
    for k in 0..<n {
      let own: Float = k < StateCoordinates.head ? 8 : 3
      for i in 0..<n { basis[k * n + i] = 0.15 * random.normal() + (i == k ? own : 0) }
    }
    let reference = FaceState().cameraFromHead.adjusted(
      rotationVector: [0.04, -0.03, 0.02], translation: [0.5, -1, 4])
    return StreamConfiguration(
      transform: StreamTransform(
        reference: reference, mean: (0..<n).map { _ in 0.05 * random.normal() }, basis: basis,
        incrementScale: (0..<n).map { 0.012 / Float(1 + $0 / 3) },
        levelScale: (0..<n).map { 0.3 / Float(1 + $0 / 2) }),
      quality: 40, interval: 3000,
      camera: PinholeCamera(
        width: 640, height: 360, focalLength: [702.5, 700], center: [321, 178.5]))
  }
}
