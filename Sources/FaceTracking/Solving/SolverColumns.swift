internal import FaceRig

/// The order of a frame's unknowns inside the solver.
///
/// Columns come in eight blocks of eight lanes. Channels that move the same part of the face share
/// blocks, so that a landmark's rows are zero in most of them:
///
///     block 0, 1   left eye, right eye
///     block 2      brows, nose, tongue
///     block 3…5    jaw, mouth, cheeks
///     block 6, 7   four mouth channels, rotation (3), translation (3), residual, padding
enum SolverColumns {
  /// Blocks of eight lanes a row.
  static var blockCount: Int { 8 }
  /// Lanes a row.
  static var stride: Int { 64 }
  /// Unknowns: 52 coefficients and six numbers of pose.
  static var count: Int { 58 }
  /// The first of three columns of a small rotation, radians in the camera's axes.
  static var rotation: Int { 52 }
  /// The first of three columns of a shift, centimetres in the camera's axes.
  static var translation: Int { 55 }
  /// The column that holds the weighted residual, so that JᵀWr comes with JᵀWJ.
  static var residual: Int { 58 }
  /// All blocks.
  static var allBlocks: UInt8 { 0xFF }
  /// The blocks that every landmark has: pose and residual.
  static var poseBlocks: UInt8 { 0b1100_0000 }

  /// The channel of each of the first 52 columns.
  static let channels: [ExpressionChannel] = [
    .eyeBlinkLeft, .eyeLookDownLeft, .eyeLookInLeft, .eyeLookOutLeft, .eyeLookUpLeft,
    .eyeSquintLeft, .eyeWideLeft, .cheekSquintLeft,
    .eyeBlinkRight, .eyeLookDownRight, .eyeLookInRight, .eyeLookOutRight, .eyeLookUpRight,
    .eyeSquintRight, .eyeWideRight, .cheekSquintRight,
    .browDownLeft, .browDownRight, .browInnerUp, .browOuterUpLeft, .browOuterUpRight,
    .noseSneerLeft, .noseSneerRight, .tongueOut,
    .jawForward, .jawLeft, .jawRight, .jawOpen,
    .mouthClose, .mouthFunnel, .mouthPucker, .cheekPuff,
    .mouthLeft, .mouthRight, .mouthSmileLeft, .mouthSmileRight,
    .mouthFrownLeft, .mouthFrownRight, .mouthDimpleLeft, .mouthDimpleRight,
    .mouthStretchLeft, .mouthStretchRight, .mouthRollLower, .mouthRollUpper,
    .mouthShrugLower, .mouthShrugUpper, .mouthPressLeft, .mouthPressRight,
    .mouthLowerDownLeft, .mouthLowerDownRight, .mouthUpperUpLeft, .mouthUpperUpRight,
  ]

  /// The column of a channel.
  static func column(_ channel: ExpressionChannel) -> Int { columns[channel.rawValue] }

  private static let columns: [Int] = {
    var columns = [Int](repeating: 0, count: ExpressionChannel.count)
    for (column, channel) in channels.enumerated() { columns[channel.rawValue] = column }
    return columns
  }()

  /// Columns that are solved and smoothed together because they trade places.
  enum Group: Int, CaseIterable {
    case leftEye, rightEye, brows, mouth, pose

    /// The group's columns.
    var columns: Range<Int> {
      switch self {
      case .leftEye: 0..<8
      case .rightEye: 8..<16
      case .brows: 16..<24
      case .mouth: 24..<52
      case .pose: 52..<58
      }
    }
  }
}

/// The 52 coefficients in the solver's order; lanes from 52 on stay zero.
typealias ColumnVector = SIMD64<Float>

extension Expression {
  /// The coefficients put back in channel order.
  init(columns: ColumnVector) {
    self.init()
    for column in 0..<ExpressionChannel.count {
      self[SolverColumns.channels[column]] = columns[column]
    }
  }

  /// The inverse of ``init(columns:)``.
  var columns: ColumnVector {
    var columns = ColumnVector.zero
    for column in 0..<ExpressionChannel.count {
      columns[column] = self[SolverColumns.channels[column]]
    }
    return columns
  }
}
