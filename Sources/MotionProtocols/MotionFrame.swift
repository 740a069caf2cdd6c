public import FaceMotion
public import FaceRig
public import Geometry

/// How a head or a torso is turned and moved from where it rests, facing straight ahead.
///
/// In the axes of the resting head: x to the person's left, y up, z out of the face; centimetres.
public struct BodyMotion: Sendable, Equatable {
  /// From the head's axes to those of the resting head.
  public var rotation: Matrix3
  /// Nil where the source does not say.
  public var translation: Vector3?

  /// Makes a motion; the default is rest.
  public init(rotation: Matrix3 = .identity, translation: Vector3? = nil) {
    self.rotation = rotation
    self.translation = translation
  }

  /// A motion by angles in radians: to the person's left, bowed, tilted to the person's right, in the
  /// order of ``RecordedHeadPose``.
  public init(yaw: Float, pitch: Float, roll: Float, translation: Vector3? = nil) {
    self.init(
      rotation: Matrix3(rotationVector: [0, yaw, 0]) * Matrix3(rotationVector: [pitch, 0, 0])
        * Matrix3(rotationVector: [0, 0, roll]),
      translation: translation)
  }

  /// Yaw, pitch and roll of the rotation, radians; pitch within ±π/2.
  public var angles: (yaw: Float, pitch: Float, roll: Float) {
    // R = Y(yaw) X(pitch) Z(roll): row 1 is (cos p sin r, cos p cos r, −sin p), column 2 the direction.
    let sine = min(max(-rotation.y.z, -1), 1)
    let pitch = ElementaryFunctions.asin(sine)
    if sine.magnitude > 0.9999 {
      return (ElementaryFunctions.atan2(-rotation.z.x, rotation.x.x), pitch, 0)
    }
    return (
      ElementaryFunctions.atan2(rotation.x.z, rotation.z.z), pitch,
      ElementaryFunctions.atan2(rotation.y.x, rotation.y.y)
    )
  }
}

/// What one datagram, or one line of a file, says of a person.
public struct MotionFrame: Sendable, Equatable {
  /// The coefficients, within 0…1; those that are not in ``channels`` are 0.
  public var expression: Expression
  /// The coefficients that the source states.
  public var channels: ChannelSet
  /// The head; nil where the source does not say.
  public var head: BodyMotion?
  /// The torso, in the same axes; nil where the source does not say.
  public var torso: BodyMotion?
  /// Where the eyes look; nil where the source does not say.
  public var leftGaze, rightGaze: Gaze?
  /// Seconds of the sender's clock; nil where it sends none.
  public var time: Double?

  /// Makes a frame; the default says nothing.
  public init(
    expression: Expression = Expression(), channels: ChannelSet = [], head: BodyMotion? = nil,
    torso: BodyMotion? = nil, leftGaze: Gaze? = nil, rightGaze: Gaze? = nil, time: Double? = nil
  ) {
    self.expression = expression
    self.channels = channels
    self.head = head
    self.torso = torso
    self.leftGaze = leftGaze
    self.rightGaze = rightGaze
    self.time = time
  }

  /// A recording's sample, which states everything.
  public init(_ sample: FaceMotionSample, hasTranslation: Bool = true) {
    let t = sample.head.translation
    self.init(
      expression: sample.expression, channels: .all,
      head: BodyMotion(
        yaw: sample.head.yaw, pitch: sample.head.pitch, roll: sample.head.roll,
        translation: hasTranslation ? [t.x, -t.y, -t.z] : nil),
      leftGaze: sample.leftGaze, rightGaze: sample.rightGaze, time: sample.time)
  }

  /// Sets a coefficient, which the source states from now on.
  public mutating func set(_ channel: ExpressionChannel, _ value: Float) {
    expression[channel] = value.isFinite ? min(max(value, 0), 1) : 0
    channels.insert(channel)
  }

  /// The gazes: as stated, else from the `eyeLook…` coefficients, else nil.
  public var gazes: (left: Gaze, right: Gaze)? {
    if let leftGaze, let rightGaze { return (leftGaze, rightGaze) }
    if let gaze = leftGaze ?? rightGaze { return (gaze, gaze) }
    if channels.contains(.eyeLookInLeft) || channels.contains(.eyeLookUpLeft) {
      return EyeLook.gazes(of: expression)
    }
    return nil
  }

  /// Whether it says anything of a region.
  public func states(_ region: MotionRegion) -> Bool {
    region == .head ? head != nil : !channels.intersection(region.channels).isEmpty
  }

  /// The frame as a recording has it: what is not stated is at rest.
  public var sample: FaceMotionSample {
    let head = head ?? BodyMotion()
    let angles = head.angles
    let t = head.translation ?? .zero
    let gazes = gazes
    return FaceMotionSample(
      time: time ?? 0, expression: expression,
      head: RecordedHeadPose(
        yaw: angles.yaw, pitch: angles.pitch, roll: angles.roll,
        translation: [t.x, -t.y, -t.z]),
      leftGaze: gazes?.left ?? Gaze(), rightGaze: gazes?.right ?? Gaze())
  }
}
