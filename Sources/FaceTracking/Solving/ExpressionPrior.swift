internal import FaceRig

/// How readily each coefficient is used: L2 + L1 weights, and where the lids' followers of the gaze
/// are drawn to.
struct ExpressionPrior: Sendable {
  /// The quadratic weight of each column.
  var quadratic: ColumnVector
  /// The slope at zero of each column.
  var linear: ColumnVector
  /// The weight that draws the eye-look channels to ``look(left:right:)``.
  static var lookWeight: Float { 30 }

  /// The prior of the live solver: small where landmarks see the channel well.
  init() {
    quadratic = .zero
    linear = .zero
    for column in 0..<ExpressionChannel.count {
      let channel = SolverColumns.channels[column]
      let m = Self.multiplier(channel)
      quadratic[column] = 1.5 * m
      linear[column] = 0.5 * m
      if Self.isLook(channel) {
        quadratic[column] += Self.lookWeight
        linear[column] = 0
      }
    }
  }

  /// How much two rivals cost at once: this times both coefficients.
  static var rivalry: Float { 5 }
  /// Columns of channels that undo each other: without this both are used where either would do.
  static let rivals: [(Int, Int)] = {
    let channels: [(ExpressionChannel, ExpressionChannel)] = [
      (.mouthLeft, .mouthRight), (.jawLeft, .jawRight),
      (.mouthSmileLeft, .mouthFrownLeft), (.mouthSmileRight, .mouthFrownRight),
      (.browInnerUp, .browDownLeft), (.browInnerUp, .browDownRight),
      (.browOuterUpLeft, .browDownLeft), (.browOuterUpRight, .browDownRight),
      (.eyeWideLeft, .eyeSquintLeft), (.eyeWideRight, .eyeSquintRight),
    ]
    return channels.map { (SolverColumns.column($0.0), SolverColumns.column($0.1)) }
  }()

  /// The slope that rivals give each other, at the present coefficients.
  ///
  /// Their curvature is left out: it would make the step's matrix indefinite where the landmarks
  /// say little.
  static func rivalSlope(_ e: ColumnVector) -> ColumnVector {
    var slope = ColumnVector.zero
    for (a, b) in rivals {
      slope[a] += rivalry * e[b]
      slope[b] += rivalry * e[a]
    }
    return slope
  }

  /// Whether a channel only tells where an eye looks.
  static func isLook(_ channel: ExpressionChannel) -> Bool {
    switch channel {
    case .eyeLookDownLeft, .eyeLookInLeft, .eyeLookOutLeft, .eyeLookUpLeft,
      .eyeLookDownRight, .eyeLookInRight, .eyeLookOutRight, .eyeLookUpRight:
      true
    default: false
    }
  }

  /// What the eye-look channels should be for two gazes; full at 35° sideways and down, 28° up.
  static func look(left: Gaze, right: Gaze) -> ColumnVector {
    var look = ColumnVector.zero
    func set(_ channel: ExpressionChannel, _ angle: Float, full: Float) {
      look[SolverColumns.column(channel)] = min(max(angle / full, 0), 1)
    }
    let sideways: Float = 0.6109
    let up: Float = 0.4887
    set(.eyeLookOutLeft, left.yaw, full: sideways)
    set(.eyeLookInLeft, -left.yaw, full: sideways)
    set(.eyeLookUpLeft, left.pitch, full: up)
    set(.eyeLookDownLeft, -left.pitch, full: sideways)
    set(.eyeLookOutRight, -right.yaw, full: sideways)
    set(.eyeLookInRight, right.yaw, full: sideways)
    set(.eyeLookUpRight, right.pitch, full: up)
    set(.eyeLookDownRight, -right.pitch, full: sideways)
    return look
  }

  private static func multiplier(_ channel: ExpressionChannel) -> Float {
    switch channel {
    case .eyeBlinkLeft, .eyeBlinkRight: 0.1
    case .jawOpen: 0.3
    case .mouthSmileLeft, .mouthSmileRight: 0.6
    case .browInnerUp, .browOuterUpLeft, .browOuterUpRight, .browDownLeft, .browDownRight: 0.7
    case .mouthRollLower, .mouthRollUpper, .mouthShrugLower, .mouthShrugUpper: 1.5
    case .mouthStretchLeft, .mouthStretchRight, .mouthLeft, .mouthRight: 1.5
    case .eyeSquintLeft, .eyeSquintRight: 3
    case .noseSneerLeft, .noseSneerRight, .mouthDimpleLeft, .mouthDimpleRight: 2
    case .jawLeft, .jawRight: 2
    case .mouthClose, .mouthPressLeft, .mouthPressRight: 3
    case .cheekSquintLeft, .cheekSquintRight: 3
    case .jawForward: 5
    case .cheekPuff: 10
    default: 1
    }
  }
}
