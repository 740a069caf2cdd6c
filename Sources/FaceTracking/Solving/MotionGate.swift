internal import FaceRig
internal import Geometry

/// How much a group of unknowns moved, in units of the landmarks' noise, and how strongly to hold
/// it: firmly when still, not at all when moving.
enum MotionGate {
  /// The noise of a coefficient, of an angle in radians, of a shift sideways and in depth in
  /// centimetres, from one frame to the next on a still face.
  static var coefficientNoise: Float { 0.02 }
  static var angleNoise: Float { 0.002 }
  static var shiftNoise: Float { 0.015 }
  static var depthNoise: Float { 0.1 }

  /// The strength of a pull for a movement of `d` noises: 3 at rest, 1.5 at two, 0.2 at four.
  static func strength(_ d: Float) -> Float {
    let q = d * d / 4
    return 3 / (1 + q * q)
  }

  /// The root mean square movement of a group between two moments, in noises.
  static func movement(
    _ group: SolverColumns.Group, _ a: FrameUnknowns, _ b: FrameUnknowns
  ) -> Float {
    if group == .pose {
      let turn = (a.cameraFromHead.rotation * b.cameraFromHead.rotation.transpose).rotationVector
      let shift = a.cameraFromHead.translation - b.cameraFromHead.translation
      let x = turn.length / angleNoise
      let y = (shift.x * shift.x + shift.y * shift.y).squareRoot() / shiftNoise
      let z = shift.z / depthNoise
      return ((x * x + y * y + z * z) / 6).squareRoot()
    }
    // The largest few tell of a blink better than the mean.
    var sum: Float = 0
    var largest: Float = 0
    for column in group.columns {
      let d = a.expression[column] - b.expression[column]
      sum += d * d
      largest = max(largest, d * d)
    }
    let mean = sum / Float(group.columns.count)
    return (0.75 * mean + 0.25 * largest).squareRoot() / coefficientNoise
  }
}

extension FrameUnknowns {
  /// The middle of two moments.
  static func middle(_ a: FrameUnknowns, _ b: FrameUnknowns) -> FrameUnknowns {
    let turn = (b.cameraFromHead.rotation * a.cameraFromHead.rotation.transpose).rotationVector
    return FrameUnknowns(
      cameraFromHead: RigidTransform(
        rotation: (Matrix3(rotationVector: turn * 0.5) * a.cameraFromHead.rotation).orthonormalized,
        translation: (a.cameraFromHead.translation + b.cameraFromHead.translation) * 0.5),
      expression: (a.expression + b.expression) * 0.5)
  }
}
