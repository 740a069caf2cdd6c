/// Reads the options of one operator table.
struct OperatorOptions {
  let file: FlatBuffer
  let table: FlatBuffer.Table
  let index: Int

  func kind(_ code: Int, name: String) throws(ModelError) -> Operator.Kind {
    let options = try file.subtable(table, 4)
    switch code {
    case OperatorCode.convolution:
      return .convolution(try window(options, activation: 3, dilation: 4))
    case OperatorCode.depthwise:
      return .depthwise(try window(options, activation: 4, dilation: 5))
    case OperatorCode.fullyConnected:
      guard try integer8(options, 1) == 0 else {
        throw .unsupportedOperator(index: index, code: code)
      }
      return .fullyConnected(try activation(options, 0))
    case OperatorCode.maximumPool, OperatorCode.averagePool:
      return .pool(
        try window(options, activation: 5, dilation: nil),
        isMaximum: code == OperatorCode.maximumPool)
    case OperatorCode.add: return .combine(.addition, try activation(options, 0))
    case OperatorCode.multiply: return .combine(.multiplication, try activation(options, 0))
    case OperatorCode.subtract: return .combine(.subtraction, try activation(options, 0))
    case OperatorCode.mean: return .mean
    case OperatorCode.pad: return .pad
    case OperatorCode.reshape: return .reshape
    case OperatorCode.concatenation:
      guard try activation(options, 1) == .none else {
        throw .unsupportedOperator(index: index, code: code)
      }
      return .concatenation(axis: try integer(options, 0))
    case OperatorCode.resizeBilinear:
      return .resize(
        alignsCorners: try integer8(options, 2) != 0,
        halfPixelCenters: try integer8(options, 3) != 0)
    case OperatorCode.depthToSpace:
      return .depthToSpace(block: try integer(options, 0))
    case OperatorCode.rectifier: return .rectifier(.rectified)
    case OperatorCode.rectifierTo6: return .rectifier(.rectifiedTo6)
    case OperatorCode.parametricRectifier: return .parametricRectifier
    case OperatorCode.hardSwish: return .hardSwish
    case OperatorCode.logistic: return .logistic
    case OperatorCode.custom where name == "Convolution2DTransposeBias":
      // The custom options are a C structure: padding (1 same, 2 valid), stride width, height.
      let data = try file.vector(table, 5, size: 1)
      guard data.count >= 12 else { throw .invalidOperator(index: index) }
      let padding = try file.int32(data.offset)
      guard padding == 1 || padding == 2 else { throw .invalidOperator(index: index) }
      return .transposedConvolution(
        strideY: try stride(file.int32(data.offset + 8)),
        strideX: try stride(file.int32(data.offset + 4)), isSame: padding == 1)
    default:
      throw .unsupportedOperator(index: index, code: code)
    }
  }

  /// Convolutions and pools share the layout of padding and strides.
  private func window(
    _ options: FlatBuffer.Table?, activation field: Int, dilation: Int?
  ) throws(ModelError) -> Operator.Window {
    let padding = try integer8(options, 0)
    guard padding == 0 || padding == 1 else { throw .invalidOperator(index: index) }
    if let dilation {
      guard try integer(options, dilation, default: 1) == 1,
        try integer(options, dilation + 1, default: 1) == 1
      else { throw .unsupportedOperator(index: index, code: OperatorCode.convolution) }
    }
    return Operator.Window(
      isSame: padding == 0,
      strideY: try stride(integer(options, 2)), strideX: try stride(integer(options, 1)),
      height: dilation == nil ? try integer(options, 4) : 0,
      width: dilation == nil ? try integer(options, 3) : 0,
      activation: try activation(options, field))
  }

  private func stride(_ value: Int) throws(ModelError) -> Int {
    guard value >= 1, value <= 4096 else { throw .invalidOperator(index: index) }
    return value
  }

  private func activation(
    _ options: FlatBuffer.Table?, _ field: Int
  ) throws(ModelError) -> Operator.FusedActivation {
    guard let activation = Operator.FusedActivation(rawValue: try integer8(options, field)) else {
      throw .invalidOperator(index: index)
    }
    return activation
  }

  private func integer(
    _ options: FlatBuffer.Table?, _ field: Int, default value: Int = 0
  ) throws(ModelError) -> Int {
    guard let options else { return value }
    return try file.int32(options, field, default: value)
  }

  private func integer8(_ options: FlatBuffer.Table?, _ field: Int) throws(ModelError) -> Int {
    guard let options else { return 0 }
    return try file.int8(options, field)
  }
}
