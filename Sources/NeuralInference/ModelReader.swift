/// Reads the tables of a TensorFlow Lite file (schema version 3,
/// tensorflow/lite/schema/schema.fbs; field numbers are the order of the fields there).
struct ModelReader {
  private(set) var tensors: [Model.Tensor] = []
  private(set) var operators: [Operator] = []
  private(set) var inputs: [Int] = []
  private(set) var outputs: [Int] = []

  private let file: FlatBuffer
  private var constantCount = 0

  init(bytes: [UInt8]) throws(ModelError) {
    file = FlatBuffer(bytes: bytes)
    guard try file.uint32(4) == 0x334c_4654 else { throw .notAModel }  // "TFL3"
    let model = try file.table(at: file.follow(0))
    let version = try file.int32(model, 0)
    guard version == 3 else { throw .unsupportedVersion(version) }
    let subgraphs = try file.vector(model, 2, size: 4)
    guard subgraphs.count == 1 else { throw .unsupportedSubgraphs(subgraphs.count) }
    let graph = try file.subtable(subgraphs, 0)

    try readTensors(graph, buffers: file.vector(model, 4, size: 4))
    inputs = try readIndices(graph, 1)
    outputs = try readIndices(graph, 2)
    try readOperators(graph, codes: file.vector(model, 1, size: 4))
  }

  /// A list of tensor numbers that all exist.
  private func readIndices(_ table: FlatBuffer.Table, _ field: Int) throws(ModelError) -> [Int] {
    let indices = try file.integers(table, field, limit: 256)
    for index in indices where index < 0 || index >= tensors.count {
      throw .invalidIndex(index, count: tensors.count)
    }
    return indices
  }

  // MARK: Tensors

  private mutating func readTensors(
    _ graph: FlatBuffer.Table, buffers: FlatBuffer.Vector
  ) throws(ModelError) {
    let list = try file.vector(graph, 0, size: 4)
    for index in 0..<list.count {
      let table = try file.subtable(list, index)
      let shape = try file.integers(table, 0, limit: 4)
      var count = 1
      for dimension in shape {
        guard dimension > 0, dimension <= Model.largestTensor / count else {
          throw .invalidShape(tensor: index)
        }
        count *= dimension
      }
      let type = try file.int8(table, 1)
      let buffer = try file.subtable(buffers, file.int32(table, 2))
      let data = try file.vector(buffer, 0, size: 1)
      var constant: Model.Constant?
      if data.count > 0 {
        let sparsity = try file.subtable(table, 6)
        constant = try readConstant(index, type, shape, count, data, sparsity)
      }
      tensors.append(
        Model.Tensor(
          name: try file.string(table, 3), shape: shape, type: type, constant: constant))
    }
  }

  private mutating func readConstant(
    _ tensor: Int, _ type: Int, _ shape: [Int], _ count: Int, _ data: FlatBuffer.Vector,
    _ sparsity: FlatBuffer.Table?
  ) throws(ModelError) -> Model.Constant? {
    guard type == TensorType.int32 || type == TensorType.float32 || type == TensorType.float16
    else { return nil }
    constantCount += count
    guard constantCount <= Model.largestExpansion * file.bytes.count else {
      throw .tooLarge(bytes: 4 * constantCount)
    }
    switch type {
    case TensorType.int32:
      guard data.count == 4 * count else {
        throw .invalidConstant(tensor: tensor, expected: 4 * count, found: data.count)
      }
      var values: [Int] = []
      for i in 0..<count { values.append(try file.int32(data.offset + 4 * i)) }
      return .integers(values)
    default:
      let size = type == TensorType.float32 ? 4 : 2
      guard let sparsity else {
        guard data.count == size * count else {
          throw .invalidConstant(tensor: tensor, expected: size * count, found: data.count)
        }
        return .floats(try floats(data, type))
      }
      let sparse = try SparseTensor(file, sparsity, tensor: tensor, shape: shape)
      return .floats(try sparse.dense(floats(data, type), count: count))
    }
  }

  private func floats(_ data: FlatBuffer.Vector, _ type: Int) throws(ModelError) -> [Float] {
    let count = data.count / (type == TensorType.float32 ? 4 : 2)
    var values = [Float](repeating: 0, count: count)
    for i in 0..<count {
      values[i] =
        type == TensorType.float32
        ? Float(bitPattern: try file.uint32(data.offset + 4 * i))
        : floatFromHalf(try file.uint16(data.offset + 2 * i))
    }
    return values
  }

  // MARK: Operators

  private mutating func readOperators(
    _ graph: FlatBuffer.Table, codes: FlatBuffer.Vector
  ) throws(ModelError) {
    let list = try file.vector(graph, 3, size: 4)
    guard list.count <= Model.mostOperators else {
      throw .tooManyOperators(list.count)
    }
    for index in 0..<list.count {
      let table = try file.subtable(list, index)
      let code = try file.subtable(codes, file.int32(table, 0))
      // Codes above 127 stand in a later field; the old one then holds a placeholder.
      let builtin = max(try file.int8(code, 0), try file.int32(code, 3))
      let outputs = try readIndices(table, 2)
      // An absent optional input is −1.
      let inputs = try file.integers(table, 1, limit: 256)
      for input in inputs where input < -1 || input >= tensors.count {
        throw .invalidIndex(input, count: tensors.count)
      }
      if builtin == OperatorCode.dequantize || builtin == OperatorCode.densify {
        try passConstant(index, builtin, inputs, outputs)
        continue
      }
      let kind = try OperatorOptions(file: file, table: table, index: index)
        .kind(builtin, name: file.string(code, 1))
      operators.append(Operator(kind: kind, inputs: inputs, outputs: outputs))
    }
  }

  /// Halves were widened and sparse constants filled when read: the output is the same constant.
  private mutating func passConstant(
    _ index: Int, _ code: Int, _ inputs: [Int], _ outputs: [Int]
  ) throws(ModelError) {
    guard inputs.count == 1, outputs.count == 1, inputs[0] >= 0 else {
      throw .invalidOperator(index: index)
    }
    let source = tensors[inputs[0]]
    guard case .floats = source.constant else {
      throw .unsupportedOperator(index: index, code: code)
    }
    let target = tensors[outputs[0]]
    guard target.shape == source.shape else { throw .invalidOperator(index: index) }
    tensors[outputs[0]] = Model.Tensor(
      name: target.name, shape: target.shape, type: target.type, constant: source.constant)
  }
}

/// The schema's numbers for element types.
enum TensorType {
  static let float32 = 0
  static let float16 = 1
  static let int32 = 2
}

/// Widens an IEEE 754 half: exact.
func floatFromHalf(_ half: Int) -> Float {
  let sign = UInt32(half & 0x8000) << 16
  let exponent = (half >> 10) & 0x1f
  let mantissa = UInt32(half & 0x3ff)
  if exponent == 31 { return Float(bitPattern: sign | 0x7f80_0000 | mantissa << 13) }
  if exponent == 0 {
    // Subnormal: mantissa · 2⁻²⁴.
    let magnitude = Float(mantissa) * 5.9604644775390625e-8
    return sign == 0 ? magnitude : -magnitude
  }
  return Float(bitPattern: sign | UInt32(exponent + 112) << 23 | mantissa << 13)
}
