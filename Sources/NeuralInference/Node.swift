/// One step of the network before memory is assigned.
///
///     output = after(before(operation(inputs)) + residual)
struct Node {
  var operation: Operation
  var inputs: [Int]
  var output: Int
  var before = Activation.none
  /// A tensor added to the result, whose missing last channels count as zero.
  var residual: Int?
  var after = Activation.none

  enum Operation {
    /// Weights: output channel, kernel row, kernel column, input channel.
    case convolution(Geometry, weights: [Float], bias: [Float])
    /// Weights: kernel row, kernel column, channel.
    case depthwise(Geometry, weights: [Float], bias: [Float])
    case pool(Geometry, isMaximum: Bool)
    case mean
    case combine(Operator.Combining)
    /// The activation `before` alone.
    case activation
    /// Zeros before and after each of the four dimensions.
    case pad(before: [Int], after: [Int])
    case reshape
    case concatenation(axis: Int)
    case resize(alignsCorners: Bool, halfPixelCenters: Bool)
    case depthToSpace(block: Int)
  }

  /// About how many constants its step needs, never too few.
  func constantCount(_ shapes: [[Int]]) -> Int {
    switch operation {
    case .convolution(_, let weights, let bias), .depthwise(_, let weights, let bias):
      8 * (weights.count + bias.count) + 48
    case .resize: 4 * shapes[output].reduce(0, +)
    default: (shapes[output].last ?? 0) + 16
    }
  }

  /// Where a window of a convolution or pool starts and how it steps.
  struct Geometry {
    var kernelHeight: Int
    var kernelWidth: Int
    var strideY: Int
    var strideX: Int
    var padTop: Int
    var padLeft: Int
  }
}

/// A function of one number, applied to every element.
enum Activation {
  case none
  /// min(max(v, 0), ceiling); without a ceiling it is infinite.
  case rectified(ceiling: Float)
  /// max(v, 0) + slope · min(v, 0), one slope per channel.
  case sloped([Float])
  case hardSwish
  case logistic

  init(_ fused: Operator.FusedActivation) {
    switch fused {
    case .none: self = .none
    case .rectified: self = .rectified(ceiling: .infinity)
    case .rectifiedTo6: self = .rectified(ceiling: 6)
    }
  }

  var isNone: Bool {
    if case .none = self { true } else { false }
  }

  /// Whether it has the form min(max(v, 0) + slope · min(v, 0), ceiling).
  var isPiecewiseLinear: Bool {
    switch self {
    case .none, .rectified, .sloped: true
    case .hardSwish, .logistic: false
    }
  }

  /// The slope of each of `channels`, and the ceiling, of a piecewise linear activation.
  func slopes(_ channels: Int) -> (slopes: [Float], ceiling: Float) {
    switch self {
    case .none, .hardSwish, .logistic: ([Float](repeating: 1, count: channels), .infinity)
    case .rectified(let ceiling): ([Float](repeating: 0, count: channels), ceiling)
    case .sloped(let slopes): (slopes, .infinity)
    }
  }
}
