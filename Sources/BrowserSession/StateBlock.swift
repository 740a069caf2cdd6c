public import AvatarModel
public import FaceRig
public import Geometry

/// A state as consecutive floats, as both sides of the boundary know it.
///
///     0         52                58                 64                68
///     ┌─────────┬─────────────────┬──────────────────┬─────────────────┬────────────┐
///     │ express.│ head: rotation  │ torso: rotation  │ gaze: left yaw, │ correction │
///     │   52    │ vector, shift 6 │ vector, shift 6  │ pitch, right  4 │  K numbers │
///     └─────────┴─────────────────┴──────────────────┴─────────────────┴────────────┘
///
/// Poses are camera from head and camera from torso; radians and centimetres.
public struct StateBlock {
  /// Numbers before the correction.
  public static var fixedCount: Int { 68 }

  /// The numbers.
  public private(set) var pointer: UnsafeMutablePointer<Float>
  /// How many correction numbers follow.
  public let correctionCount: Int

  /// How many numbers there are.
  public var count: Int { Self.fixedCount + correctionCount }

  /// A block of a neutral face before the camera.
  public init(correctionCount: Int) {
    self.correctionCount = correctionCount
    let count = Self.fixedCount + correctionCount
    pointer = .allocate(capacity: count)
    pointer.initialize(repeating: 0, count: count)
    write(AvatarState(face: FaceState(), cameraFromTorso: FaceState().cameraFromHead))
  }

  /// Gives the memory back.
  public func deallocate() { pointer.deallocate() }

  /// The state in the block.
  ///
  /// - Throws: ``Failure/Code/stateNotFinite`` for a number that is not finite or beyond 10⁴.
  public func read() throws(Failure) -> AvatarState {
    for i in 0..<Self.fixedCount + correctionCount {
      if !(pointer[i].magnitude <= 1e4) { throw Failure(.stateNotFinite, Double(i)) }
    }
    var face = FaceState()
    for i in 0..<ExpressionChannel.count { face.expression[i] = pointer[i] }
    face.cameraFromHead = pose(52)
    face.leftGaze = Gaze(yaw: pointer[64], pitch: pointer[65])
    face.rightGaze = Gaze(yaw: pointer[66], pitch: pointer[67])
    var correction = [Float](repeating: 0, count: correctionCount)
    for i in 0..<correctionCount { correction[i] = pointer[Self.fixedCount + i] }
    return AvatarState(face: face, cameraFromTorso: pose(58), correction: correction)
  }

  /// Puts a state into the block.
  public func write(_ state: AvatarState) {
    for i in 0..<ExpressionChannel.count { pointer[i] = state.face.expression[i] }
    write(state.face.cameraFromHead, at: 52)
    write(state.cameraFromTorso, at: 58)
    pointer[64] = state.face.leftGaze.yaw
    pointer[65] = state.face.leftGaze.pitch
    pointer[66] = state.face.rightGaze.yaw
    pointer[67] = state.face.rightGaze.pitch
    for i in 0..<correctionCount {
      pointer[Self.fixedCount + i] =
        i < state.correction.count ? state.correction[i] : 0
    }
  }

  private func pose(_ i: Int) -> RigidTransform {
    let p = pointer + i
    return RigidTransform(
      rotation: Matrix3(rotationVector: Vector3(p[0], p[1], p[2])),
      translation: Vector3(p[3], p[4], p[5]))
  }

  private func write(_ pose: RigidTransform, at i: Int) {
    var w = pose.rotation.rotationVector
    // A face before a camera is half a turn about x away from it, where the two vectors of one
    // rotation meet: always the one with x > 0, so that moving heads have moving vectors.
    if w.x < 0, w.length > 1 { w *= 1 - 2 * Float.pi / w.length }
    for k in 0..<3 {
      pointer[i + k] = w[k]
      pointer[i + 3 + k] = pose.translation[k]
    }
  }
}
