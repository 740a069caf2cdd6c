public import Geometry

/// Where one eye looks, in the head's frame.
///
/// Zero looks straight ahead. The eyeball turns by `yaw` about y, then by `-pitch` about x.
public struct Gaze: Sendable, Equatable {
  /// Radians, positive to the person's left.
  public var yaw: Float
  /// Radians, positive upward.
  public var pitch: Float

  /// Makes a direction from its two angles.
  public init(yaw: Float = 0, pitch: Float = 0) {
    self.yaw = yaw
    self.pitch = pitch
  }
}

/// What a face does at one moment.
///
/// Head frame: centimetres, x to the person's left, y up, z out of the face, origin near the
/// middle of the head. Camera frame: x right, y down, z forward.
public struct FaceState: Sendable, Equatable {
  /// Seconds since the stream's start.
  public var time: Double
  /// The 52 coefficients.
  public var expression: Expression
  /// Head pose.
  public var cameraFromHead: RigidTransform
  /// Gaze of the person's left and right eye.
  public var leftGaze, rightGaze: Gaze

  /// Makes a state; the default is a neutral face half a metre before the camera.
  public init(
    time: Double = 0, expression: Expression = Expression(),
    cameraFromHead: RigidTransform = RigidTransform(
      rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [0, 0, 50]),
    leftGaze: Gaze = Gaze(), rightGaze: Gaze = Gaze()
  ) {
    self.time = time
    self.expression = expression
    self.cameraFromHead = cameraFromHead
    self.leftGaze = leftGaze
    self.rightGaze = rightGaze
  }
}
