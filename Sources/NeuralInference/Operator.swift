/// One operator of the file, with its options.
struct Operator: Sendable {
  let kind: Kind
  let inputs: [Int]
  let outputs: [Int]

  enum Kind: Sendable {
    case convolution(Window)
    case depthwise(Window)
    case fullyConnected(FusedActivation)
    case pool(Window, isMaximum: Bool)
    case combine(Combining, FusedActivation)
    case mean
    case pad
    case reshape
    case concatenation(axis: Int)
    case resize(alignsCorners: Bool, halfPixelCenters: Bool)
    case depthToSpace(block: Int)
    case rectifier(FusedActivation)
    case parametricRectifier
    case hardSwish
    case logistic
    /// MediaPipe's transposed convolution with a bias.
    case transposedConvolution(strideY: Int, strideX: Int, isSame: Bool)
  }

  enum Combining: Sendable {
    case addition, multiplication, subtraction
  }

  /// An activation that the schema lets another operator carry.
  enum FusedActivation: Int, Sendable {
    case none = 0
    case rectified = 1
    case rectifiedTo6 = 3
  }

  /// How a window walks over an image.
  struct Window: Sendable {
    var isSame: Bool
    var strideY: Int
    var strideX: Int
    /// Only for pools: convolutions take it from their weights.
    var height: Int
    var width: Int
    var activation: FusedActivation
  }
}

/// The schema's numbers for the operators that are understood.
enum OperatorCode {
  static let add = 0
  static let averagePool = 1
  static let concatenation = 2
  static let convolution = 3
  static let depthwise = 4
  static let depthToSpace = 5
  static let dequantize = 6
  static let fullyConnected = 9
  static let logistic = 14
  static let maximumPool = 17
  static let multiply = 18
  static let rectifier = 19
  static let rectifierTo6 = 21
  static let reshape = 22
  static let resizeBilinear = 23
  static let custom = 32
  static let pad = 34
  static let mean = 40
  static let subtract = 41
  static let parametricRectifier = 54
  static let hardSwish = 117
  static let densify = 124
}
