public import FaceRig
public import Geometry

/// Where a recording's head is, in its own camera's frame.
public struct RecordedHeadPose: Sendable, Equatable {
  /// Radians: turned to the person's left, bowed, and tilted to the person's right.
  ///
  /// The head turns by roll about z (out of the face), then pitch about x (to the person's left), then
  /// yaw about y (up).
  public var yaw, pitch, roll: Float
  /// Centimetres: to the right of the picture, down, away from the camera.
  public var translation: Vector3

  /// Makes a pose; the default faces the camera.
  public init(yaw: Float = 0, pitch: Float = 0, roll: Float = 0, translation: Vector3 = .zero) {
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
    self.translation = translation
  }

  /// The rotation from the head's frame to the camera's.
  public var cameraFromHead: Matrix3 {
    Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1])
      * Matrix3(rotationVector: [0, yaw, 0]) * Matrix3(rotationVector: [pitch, 0, 0])
      * Matrix3(rotationVector: [0, 0, roll])
  }
}

/// One moment of a recording.
public struct FaceMotionSample: Sendable, Equatable {
  /// Seconds since the first sample.
  public var time: Double
  /// The 52 coefficients, within 0…1.
  public var expression: Expression
  /// Where the head is; the default where the recording does not say.
  public var head: RecordedHeadPose
  /// Where the eyes look.
  public var leftGaze, rightGaze: Gaze

  /// Makes a sample.
  public init(
    time: Double, expression: Expression = Expression(),
    head: RecordedHeadPose = RecordedHeadPose(), leftGaze: Gaze = Gaze(),
    rightGaze: Gaze = Gaze()
  ) {
    self.time = time
    self.expression = expression
    self.head = head
    self.leftGaze = leftGaze
    self.rightGaze = rightGaze
  }
}

/// A recording of a face in motion, made by another program.
public struct FaceMotion: Sendable, Equatable {
  /// At least one, in order of time; the first at time 0.
  public let samples: [FaceMotionSample]

  /// Makes a recording.
  ///
  /// - Throws: `empty`, `timesNotIncreasing`.
  public init(samples: [FaceMotionSample]) throws(FaceMotionError) {
    guard let start = samples.first?.time else { throw .empty }
    var samples = samples
    for i in samples.indices {
      samples[i].time -= start
      if i > 0 && !(samples[i].time > samples[i - 1].time) { throw .timesNotIncreasing(sample: i) }
    }
    self.samples = samples
  }

  /// Seconds from the first sample to the last.
  public var duration: Double { samples[samples.count - 1].time }

  /// The median distance in time between samples; 1/30 s where there is one.
  public var interval: Double {
    var steps = zip(samples.dropFirst(), samples).map { $0.time - $1.time }
    if steps.isEmpty { return 1.0 / 30 }
    steps.sort()
    return steps[steps.count / 2]
  }

  /// The recording at a steady rate: samples every 1/`rate` seconds, interpolated linearly.
  ///
  /// - Precondition: `rate` is above 0 and at most 1000.
  public func resampled(rate: Double) -> FaceMotion {
    precondition(rate > 0 && rate <= 1000)
    var result: [FaceMotionSample] = []
    var after = 0
    // Half a microsecond forgives times that were rounded when written.
    let count = Int(((duration + 5e-7) * rate).rounded(.down)) + 1
    for k in 0..<count {
      let time = min(Double(k) / rate, duration)
      while after < samples.count - 1 && samples[after].time < time { after += 1 }
      let before = max(after - 1, 0)
      let span = samples[after].time - samples[before].time
      let share = span > 0 ? (time - samples[before].time) / span : 0
      var sample = samples[before].mixed(with: samples[after], share: Float(share))
      sample.time = Double(k) / rate
      result.append(sample)
    }
    return FaceMotion(ordered: result)
  }

  private init(ordered: [FaceMotionSample]) { samples = ordered }
}

extension FaceMotionSample {
  /// This sample and another, weighed `1 − share` and `share`.
  func mixed(with other: FaceMotionSample, share: Float) -> FaceMotionSample {
    func mix(_ a: Float, _ b: Float) -> Float { a + (b - a) * share }
    func mix(_ a: Gaze, _ b: Gaze) -> Gaze {
      Gaze(yaw: mix(a.yaw, b.yaw), pitch: mix(a.pitch, b.pitch))
    }
    var result = self
    for i in 0..<ExpressionChannel.count {
      result.expression[i] = mix(expression[i], other.expression[i])
    }
    result.head = RecordedHeadPose(
      yaw: mix(head.yaw, other.head.yaw), pitch: mix(head.pitch, other.head.pitch),
      roll: mix(head.roll, other.head.roll),
      translation: head.translation + (other.head.translation - head.translation) * share)
    result.leftGaze = mix(leftGaze, other.leftGaze)
    result.rightGaze = mix(rightGaze, other.rightGaze)
    return result
  }
}
