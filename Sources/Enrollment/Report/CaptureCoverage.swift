public import FaceRig
public import Geometry

/// What a capture shows of a person: how far the head turned, how far each expression went.
public struct CaptureCoverage: Sendable, Equatable {
  /// One fitted frame.
  public struct Sample: Sendable, Equatable {
    /// What the face did.
    public var state: FaceState
    /// Mean luma of the face, 0…1; nil where it was not measured.
    public var brightness: Float?

    /// Makes a sample.
    public init(state: FaceState, brightness: Float? = nil) {
      self.state = state
      self.brightness = brightness
    }
  }

  /// How the head is turned away from the line between it and the camera, in degrees.
  public struct HeadTurn: Sendable, Equatable {
    /// Positive to the person's left.
    public var yaw: Float
    /// Positive upward.
    public var pitch: Float
    /// Positive when the head leans to the person's left.
    public var roll: Float

    /// The turn of a head pose.
    public init(_ cameraFromHead: RigidTransform) {
      let face = cameraFromHead.rotation * Vector3(0, 0, 1)
      let crown = cameraFromHead.rotation * Vector3(0, 1, 0)
      let sight = (cameraFromHead.translation * -1).normalized
      yaw = Self.wrapped(
        Self.degrees(ElementaryFunctions.atan2(face.x, -face.z))
          - Self.degrees(ElementaryFunctions.atan2(sight.x, -sight.z)))
      pitch = Self.elevation(face) - Self.elevation(sight)
      roll = Self.degrees(ElementaryFunctions.atan2(crown.x, -crown.y))
    }

    private static func elevation(_ v: Vector3) -> Float {
      degrees(ElementaryFunctions.atan2(-v.y, (v.x * v.x + v.z * v.z).squareRoot()))
    }

    private static func degrees(_ radians: Float) -> Float { radians * 57.29578 }

    private static func wrapped(_ angle: Float) -> Float {
      angle > 180 ? angle - 360 : angle < -180 ? angle + 360 : angle
    }
  }

  /// Each frame's turn, in order.
  public let turns: [HeadTurn]
  /// The largest value of each coefficient that three frames reached at least, so that one frame
  /// that was followed badly does not count; 52 of them.
  public let peaks: [Float]
  /// How often both eyes closed and opened again.
  public let blinks: Int
  /// The mean of both eyes' yaw and pitch in degrees, lowest and highest that three frames reached.
  public let gazeYaw, gazePitch: ClosedRange<Float>
  /// Seconds from the first to the last frame.
  public let duration: Double
  /// By how much the light on the face changed: the spread of its brightness between the 5th and
  /// the 95th percentile over the median, of frames that face the camera; 0 where unknown.
  public let lightChange: Float

  /// Measures a capture; samples are in order of time.
  public init(_ samples: [Sample]) {
    let turns = samples.map { HeadTurn($0.state.cameraFromHead) }
    self.turns = turns
    peaks = (0..<ExpressionChannel.count).map { i in
      Self.reached(samples.map { $0.state.expression[i] }).upperBound
    }
    blinks = Self.blinks(
      samples.map {
        min($0.state.expression[.eyeBlinkLeft], $0.state.expression[.eyeBlinkRight])
      })
    func gaze(_ angle: (Gaze) -> Float) -> ClosedRange<Float> {
      Self.reached(
        samples.map { (angle($0.state.leftGaze) + angle($0.state.rightGaze)) / 2 * 57.29578 })
    }
    gazeYaw = gaze(\.yaw)
    gazePitch = gaze(\.pitch)
    duration = (samples.last?.state.time ?? 0) - (samples.first?.state.time ?? 0)
    let facing = zip(samples, turns).compactMap { sample, turn in
      turn.yaw.magnitude < 15 && turn.pitch.magnitude < 15 ? sample.brightness : nil
    }.sorted()
    if facing.count >= 20, facing[facing.count / 2] > 0 {
      lightChange =
        (facing[facing.count * 95 / 100] - facing[facing.count * 5 / 100])
        / facing[facing.count / 2]
    } else {
      lightChange = 0
    }
  }

  /// The lowest and highest of an angle that three frames reached, in degrees.
  public func range(_ angle: (HeadTurn) -> Float) -> ClosedRange<Float> {
    Self.reached(turns.map(angle))
  }

  /// The largest value of any of some coefficients.
  public func peak(_ channels: ExpressionChannel...) -> Float {
    channels.map { peaks[$0.rawValue] }.max() ?? 0
  }

  private static func reached(_ values: [Float]) -> ClosedRange<Float> {
    let sorted = values.sorted()
    guard let last = sorted.indices.last else { return 0...0 }
    let skip = min(2, last / 2)
    return sorted[skip]...sorted[last - skip]
  }

  /// Closings beyond 0.5 that open to 0.3 again.
  private static func blinks(_ closed: [Float]) -> Int {
    var count = 0
    var isClosed = false
    for value in closed {
      if !isClosed && value > 0.5 {
        isClosed = true
      } else if isClosed && value < 0.3 {
        isClosed = false
        count += 1
      }
    }
    return count
  }
}
