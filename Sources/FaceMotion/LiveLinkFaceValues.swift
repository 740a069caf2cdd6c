import FaceRig

/// The 61 values that Live Link Face sends and saves for a face.
enum LiveLinkFaceValues {
  /// How many there are: 52 coefficients, then yaw, pitch and roll of the head and of both eyes.
  static let count = ExpressionChannel.count + 9

  /// The names of the nine angles, in order.
  static let angles = [
    "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll",
    "RightEyeYaw", "RightEyePitch", "RightEyeRoll",
  ]

  /// The sample of 61 values, coefficients in ``ExpressionChannel`` order.
  ///
  /// Angles are radians. Eyes turn positively to the person's right and down: in the recordings at hand
  /// yaw follows `eyeLookIn − eyeLookOut` of the left eye, and pitch `eyeLookDown − eyeLookUp`, both with a
  /// correlation above 0.99. The head turns positively to the person's left and up, against the eyes: in
  /// the recording with head poses the eyes' angles follow the head's at once and smoothly, as only eyes do
  /// that hold on to something while the head turns away. See docs/driving.md.
  static func sample(_ v: [Float], time: Double) -> FaceMotionSample {
    var sample = FaceMotionSample(time: time)
    for i in 0..<ExpressionChannel.count { sample.expression[i] = min(max(v[i], 0), 1) }
    let n = ExpressionChannel.count
    sample.head = RecordedHeadPose(yaw: v[n], pitch: -v[n + 1], roll: v[n + 2])
    sample.leftGaze = Gaze(yaw: -v[n + 3], pitch: -v[n + 4])
    sample.rightGaze = Gaze(yaw: -v[n + 6], pitch: -v[n + 7])
    return sample
  }

  /// The 61 values of a sample; ``sample(_:time:)`` is the inverse but for the eyes' roll, which is 0.
  static func values(_ sample: FaceMotionSample) -> [Float] {
    var v = (0..<ExpressionChannel.count).map { min(max(sample.expression[$0], 0), 1) }
    v += [sample.head.yaw, -sample.head.pitch, sample.head.roll]
    for gaze in [sample.leftGaze, sample.rightGaze] { v += [-gaze.yaw, -gaze.pitch, 0] }
    return v
  }
}
