public import FaceRig
public import Geometry

/// Everything that decides an avatar's picture at one moment.
public struct AvatarState: Sendable, Equatable {
  /// Face, head pose and gaze.
  public var face: FaceState
  /// The torso's pose; at the reference pose it equals the head's.
  public var cameraFromTorso: RigidTransform
  /// Added to the code that the face state maps to; empty means zero.
  public var correction: [Float]

  /// Makes a state.
  public init(face: FaceState, cameraFromTorso: RigidTransform, correction: [Float] = []) {
    self.face = face
    self.cameraFromTorso = cameraFromTorso
    self.correction = correction
  }
}
