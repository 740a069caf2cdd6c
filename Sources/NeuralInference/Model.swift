/// What one input or output of a model is.
public struct TensorDescription: Sendable, Equatable {
  /// The name in the file.
  public let name: String
  /// The dimensions, outermost first: 1 × height × width × channels for an image.
  public let shape: [Int]

  /// The number of floats: the product of the dimensions.
  public var count: Int { shape.reduce(1, *) }
}

/// A neural network read from a TensorFlow Lite file: tensors, constants and operators in order.
///
/// Constants are read once; half precision and sparse ones become dense floats. They take at most
/// `Model.largestExpansion` numbers for each byte of the file.
public struct Model: Sendable {
  /// The most elements one tensor may have.
  public static let largestTensor = 1 << 24
  /// The most constant numbers for each byte of the file.
  public static let largestExpansion = 4
  /// The most operators.
  public static let mostOperators = 4096

  /// The inputs, in the file's order.
  public let inputs: [TensorDescription]
  /// The outputs, in the file's order.
  public let outputs: [TensorDescription]

  let inputTensors: [Int]
  let outputTensors: [Int]
  let tensors: [Tensor]
  let operators: [Operator]

  /// A tensor of the file.
  struct Tensor: Sendable {
    let name: String
    let shape: [Int]
    let type: Int
    /// The values, where they are constant.
    let constant: Constant?

    var count: Int { shape.reduce(1, *) }
  }

  /// The values of a constant tensor.
  enum Constant: Sendable {
    case floats([Float])
    case integers([Int])
  }

  /// Reads a model.
  ///
  /// - Parameter bytes: the content of a `.tflite` file, schema version 3.
  /// - Throws: `ModelError` for anything that is not a well-formed model of one subgraph with
  ///   supported operators.
  public init(bytes: [UInt8]) throws(ModelError) {
    let reader = try ModelReader(bytes: bytes)
    tensors = reader.tensors
    operators = reader.operators
    inputTensors = reader.inputs
    outputTensors = reader.outputs
    inputs = reader.inputs.map { [tensors] in
      TensorDescription(name: tensors[$0].name, shape: tensors[$0].shape)
    }
    outputs = reader.outputs.map { [tensors] in
      TensorDescription(name: tensors[$0].name, shape: tensors[$0].shape)
    }
  }
}
