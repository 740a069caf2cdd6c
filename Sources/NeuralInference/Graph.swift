/// A model's operators as nodes, every shape checked.
struct Graph {
  /// The shape of each tensor; those that lowering adds come after the file's.
  private(set) var shapes: [[Int]]
  var nodes: [Node] = []
  let inputs: [Int]
  let outputs: [Int]

  private let model: Model
  private var isWritten: [Bool]
  private var reorderedWeights = 0

  init(_ model: Model) throws(ModelError) {
    self.model = model
    shapes = model.tensors.map { $0.shape }
    inputs = model.inputTensors
    outputs = model.outputTensors
    isWritten = [Bool](repeating: false, count: shapes.count)
    guard inputs.count == 1 else { throw .unsupportedInputs(inputs.count) }
    for tensor in inputs {
      try requireFloats(tensor)
      isWritten[tensor] = true
    }
    for (index, entry) in model.operators.enumerated() { try add(entry, index) }
    for tensor in outputs {
      guard isWritten[tensor] else { throw .unordered(index: nodes.count, tensor: tensor) }
    }
  }

  // MARK: Operands

  private func requireFloats(_ tensor: Int) throws(ModelError) {
    let found = model.tensors[tensor]
    guard found.type == TensorType.float32 else {
      throw .unsupportedType(tensor: tensor, type: found.type)
    }
    guard !found.shape.isEmpty else { throw .invalidShape(tensor: tensor) }
  }

  /// A tensor that an earlier operator computed.
  private func value(_ entry: Operator, _ place: Int, _ index: Int) throws(ModelError) -> Int {
    guard place < entry.inputs.count, entry.inputs[place] >= 0 else {
      throw .invalidOperator(index: index)
    }
    let tensor = entry.inputs[place]
    guard isWritten[tensor] else { throw .unordered(index: index, tensor: tensor) }
    return tensor
  }

  /// A constant float tensor's values and shape.
  private func floats(
    _ entry: Operator, _ place: Int, _ index: Int
  ) throws(ModelError) -> (values: [Float], shape: [Int]) {
    guard place < entry.inputs.count, entry.inputs[place] >= 0,
      case .floats(let values) = model.tensors[entry.inputs[place]].constant
    else { throw .invalidOperator(index: index) }
    return (values, model.tensors[entry.inputs[place]].shape)
  }

  private func integers(
    _ entry: Operator, _ place: Int, _ index: Int
  ) throws(ModelError) -> [Int] {
    guard place < entry.inputs.count, entry.inputs[place] >= 0,
      case .integers(let values) = model.tensors[entry.inputs[place]].constant
    else { throw .invalidOperator(index: index) }
    return values
  }

  /// The bias: optional in the file, zeros then.
  private func bias(
    _ entry: Operator, _ index: Int, count: Int
  ) throws(ModelError) -> [Float] {
    if entry.inputs.count < 3 || entry.inputs[2] < 0 {
      return [Float](repeating: 0, count: count)
    }
    let values = try floats(entry, 2, index).values
    guard values.count == count else { throw .invalidOperator(index: index) }
    return values
  }

  private func image(_ tensor: Int) throws(ModelError) -> (height: Int, width: Int, channels: Int) {
    let shape = shapes[tensor]
    guard shape.count == 4, shape[0] == 1 else { throw .invalidShape(tensor: tensor) }
    return (shape[1], shape[2], shape[3])
  }

  // MARK: Nodes

  /// Adds a node for `entry`, whose output must have the shape that the operation yields.
  private mutating func append(
    _ operation: Node.Operation, _ inputs: [Int], _ entry: Operator, _ index: Int,
    shape: [Int], activation: Activation = .none
  ) throws(ModelError) {
    guard entry.outputs.count == 1 else { throw .invalidOperator(index: index) }
    let output = entry.outputs[0]
    try requireFloats(output)
    guard shapes[output] == shape, !isWritten[output] else {
      throw .invalidOperator(index: index)
    }
    isWritten[output] = true
    nodes.append(Node(operation: operation, inputs: inputs, output: output, before: activation))
  }

  private mutating func add(_ entry: Operator, _ index: Int) throws(ModelError) {
    if case .combine(let combining, let activation) = entry.kind {
      return try addCombination(entry, index, combining, Activation(activation))
    }
    let input = try value(entry, 0, index)
    let shape = shapes[input]
    switch entry.kind {
    case .convolution(let window):
      try addConvolution(entry, index, window)
    case .depthwise(let window):
      try addDepthwise(entry, index, window)
    case .fullyConnected(let activation):
      try addFullyConnected(entry, index, Activation(activation))
    case .pool(let window, let isMaximum):
      let (height, width, channels) = try image(input)
      let (geometry, size) = try slide(window, window.height, window.width, height, width, index)
      try append(
        .pool(geometry, isMaximum: isMaximum), [input], entry, index,
        shape: [1, size.height, size.width, channels], activation: Activation(window.activation))
    case .combine:
      break
    case .mean:
      let (_, _, channels) = try image(input)
      let axes = try integers(entry, 1, index)
      guard axes == [1, 2] || axes == [2, 1], let output = entry.outputs.first else {
        throw .invalidOperator(index: index)
      }
      let isFlat = shapes[output].count == 2
      try append(
        .mean, [input], entry, index, shape: isFlat ? [1, channels] : [1, 1, 1, channels])
    case .pad:
      try addPad(entry, index)
    case .reshape:
      guard let output = entry.outputs.first else { throw .invalidOperator(index: index) }
      let target = shapes[output]
      guard !target.isEmpty, target.reduce(1, *) == shape.reduce(1, *) else {
        throw .invalidOperator(index: index)
      }
      try append(.reshape, [input], entry, index, shape: target)
    case .concatenation(let axis):
      try addConcatenation(entry, index, axis)
    case .resize(let alignsCorners, let halfPixelCenters):
      let (_, _, channels) = try image(input)
      let size = try integers(entry, 1, index)
      guard size.count == 2, size[0] > 0, size[1] > 0 else { throw .invalidOperator(index: index) }
      try append(
        .resize(alignsCorners: alignsCorners, halfPixelCenters: halfPixelCenters), [input], entry,
        index, shape: [1, size[0], size[1], channels])
    case .depthToSpace(let block):
      let (height, width, channels) = try image(input)
      guard block >= 1, block <= 64, channels % (block * block) == 0 else {
        throw .invalidOperator(index: index)
      }
      try append(
        .depthToSpace(block: block), [input], entry, index,
        shape: [1, height * block, width * block, channels / (block * block)])
    case .rectifier(let kind):
      try append(
        .activation, [input], entry, index, shape: shape, activation: Activation(kind))
    case .parametricRectifier:
      let slopes = try floats(entry, 1, index).values
      guard slopes.count == shape[shape.count - 1] else { throw .invalidOperator(index: index) }
      try append(
        .activation, [input], entry, index, shape: shape, activation: .sloped(slopes))
    case .hardSwish:
      try append(.activation, [input], entry, index, shape: shape, activation: .hardSwish)
    case .logistic:
      try append(.activation, [input], entry, index, shape: shape, activation: .logistic)
    case .transposedConvolution(let strideY, let strideX, let isSame):
      try addTransposedConvolution(entry, index, strideY, strideX, isSame)
    }
  }

  private mutating func addCombination(
    _ entry: Operator, _ index: Int, _ combining: Operator.Combining, _ activation: Activation
  ) throws(ModelError) {
    let left = try value(entry, 0, index)
    let right = try value(entry, 1, index)
    // Either all elements, or one row of channels repeated over the pixels of the other.
    let shape =
      shapes[left].reduce(1, *) >= shapes[right].reduce(1, *)
      ? shapes[left] : shapes[right]
    let row = shape.dropLast().map { _ in 1 } + [shape[shape.count - 1]]
    for operand in [shapes[left], shapes[right]] where operand != shape && operand != row {
      throw .invalidOperator(index: index)
    }
    try append(
      .combine(combining), [left, right], entry, index, shape: shape, activation: activation)
  }

  private mutating func addConvolution(
    _ entry: Operator, _ index: Int, _ window: Operator.Window
  ) throws(ModelError) {
    let input = try value(entry, 0, index)
    let (height, width, channels) = try image(input)
    let (weights, shape) = try floats(entry, 1, index)
    guard shape.count == 4, shape[3] == channels else { throw .invalidOperator(index: index) }
    let (geometry, size) = try slide(window, shape[1], shape[2], height, width, index)
    try append(
      .convolution(
        geometry, weights: weights, bias: bias(entry, index, count: shape[0])), [input], entry,
      index, shape: [1, size.height, size.width, shape[0]],
      activation: Activation(window.activation))
  }

  private mutating func addDepthwise(
    _ entry: Operator, _ index: Int, _ window: Operator.Window
  ) throws(ModelError) {
    let input = try value(entry, 0, index)
    let (height, width, channels) = try image(input)
    let (weights, shape) = try floats(entry, 1, index)
    guard shape.count == 4, shape[0] == 1, shape[3] == channels else {
      throw .unsupportedOperator(index: index, code: OperatorCode.depthwise)
    }
    let (geometry, size) = try slide(window, shape[1], shape[2], height, width, index)
    try append(
      .depthwise(geometry, weights: weights, bias: bias(entry, index, count: channels)), [input],
      entry, index, shape: [1, size.height, size.width, channels],
      activation: Activation(window.activation))
  }

  private mutating func addFullyConnected(
    _ entry: Operator, _ index: Int, _ activation: Activation
  ) throws(ModelError) {
    let input = try value(entry, 0, index)
    let (weights, shape) = try floats(entry, 1, index)
    guard shape.count == 2, shapes[input].reduce(1, *) == shape[1],
      shapes[input][shapes[input].count - 1] == shape[1]
    else { throw .invalidOperator(index: index) }
    try append(
      .convolution(.pixel, weights: weights, bias: bias(entry, index, count: shape[0])), [input],
      entry, index, shape: [1, shape[0]], activation: activation)
  }

  private mutating func addPad(_ entry: Operator, _ index: Int) throws(ModelError) {
    let input = try value(entry, 0, index)
    let (height, width, channels) = try image(input)
    let amounts = try integers(entry, 1, index)
    guard amounts.count == 8, amounts.allSatisfy({ $0 >= 0 && $0 <= 4096 }), amounts[0] == 0,
      amounts[1] == 0
    else { throw .invalidOperator(index: index) }
    let before = [0, amounts[2], amounts[4], amounts[6]]
    let after = [0, amounts[3], amounts[5], amounts[7]]
    try append(
      .pad(before: before, after: after), [input], entry, index,
      shape: [
        1, height + before[1] + after[1], width + before[2] + after[2],
        channels + before[3] + after[3],
      ])
  }

  private mutating func addConcatenation(
    _ entry: Operator, _ index: Int, _ axis: Int
  ) throws(ModelError) {
    var operands: [Int] = []
    for place in entry.inputs.indices { operands.append(try value(entry, place, index)) }
    var shape = shapes[operands[0]]
    let axis = axis < 0 ? axis + shape.count : axis
    guard axis >= 0, axis < shape.count else { throw .invalidOperator(index: index) }
    for operand in operands.dropFirst() {
      var other = shapes[operand]
      guard other.count == shape.count else { throw .invalidOperator(index: index) }
      guard other[axis] <= Model.largestTensor - shape[axis] else {
        throw .invalidOperator(index: index)
      }
      shape[axis] += other[axis]
      other[axis] = shape[axis]
      guard other == shape else { throw .invalidOperator(index: index) }
    }
    try append(.concatenation(axis: axis), operands, entry, index, shape: shape)
  }

  /// Where the kernel is as large as its stride, outputs do not overlap: a 1×1 convolution to
  /// kernel × channels numbers, then depth to space.
  private mutating func addTransposedConvolution(
    _ entry: Operator, _ index: Int, _ strideY: Int, _ strideX: Int, _ isSame: Bool
  ) throws(ModelError) {
    let input = try value(entry, 0, index)
    let (height, width, channels) = try image(input)
    let (weights, shape) = try floats(entry, 1, index)
    guard shape.count == 4, shape[3] == channels, shape[1] == strideY, shape[2] == strideX,
      strideX == strideY
    else { throw .unsupportedOperator(index: index, code: OperatorCode.custom) }
    reorderedWeights += weights.count
    guard reorderedWeights <= Model.largestTensor else {
      throw .tooLarge(bytes: 4 * reorderedWeights)
    }
    let outputs = shape[0]
    let block = strideX
    let oneBias = try bias(entry, index, count: outputs)
    // From output channel, row, column, input channel to row, column, output channel, input channel.
    var reordered: [Float] = []
    var biases: [Float] = []
    for tap in 0..<block * block {
      for channel in 0..<outputs {
        let start = (channel * block * block + tap) * channels
        reordered += weights[start..<start + channels]
        biases.append(oneBias[channel])
      }
    }
    let between = shapes.count
    guard height * width <= Model.largestTensor / max(biases.count, 1) else {
      throw .invalidOperator(index: index)
    }
    shapes.append([1, height, width, biases.count])
    isWritten.append(true)
    nodes.append(
      Node(
        operation: .convolution(.pixel, weights: reordered, bias: biases), inputs: [input],
        output: between))
    try append(
      .depthToSpace(block: block), [between], entry, index,
      shape: [1, height * block, width * block, outputs])
  }

  /// The geometry and output size of a window over an image.
  ///
  /// "Same" padding keeps ⌈size / stride⌉ outputs and puts the smaller half of it first.
  private func slide(
    _ window: Operator.Window, _ kernelHeight: Int, _ kernelWidth: Int, _ height: Int,
    _ width: Int, _ index: Int
  ) throws(ModelError) -> (Node.Geometry, size: (height: Int, width: Int)) {
    guard kernelHeight > 0, kernelWidth > 0, kernelHeight <= 4096, kernelWidth <= 4096 else {
      throw .invalidOperator(index: index)
    }
    var geometry = Node.Geometry(
      kernelHeight: kernelHeight, kernelWidth: kernelWidth, strideY: window.strideY,
      strideX: window.strideX, padTop: 0, padLeft: 0)
    if window.isSame {
      let outHeight = (height + window.strideY - 1) / window.strideY
      let outWidth = (width + window.strideX - 1) / window.strideX
      geometry.padTop = max(0, (outHeight - 1) * window.strideY + kernelHeight - height) / 2
      geometry.padLeft = max(0, (outWidth - 1) * window.strideX + kernelWidth - width) / 2
      return (geometry, (outHeight, outWidth))
    }
    guard kernelHeight <= height, kernelWidth <= width else {
      throw .invalidOperator(index: index)
    }
    return (
      geometry,
      ((height - kernelHeight) / window.strideY + 1, (width - kernelWidth) / window.strideX + 1)
    )
  }
}

extension Node.Geometry {
  /// One pixel at a time.
  static let pixel = Node.Geometry(
    kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, padTop: 0, padLeft: 0)

  /// Whether each output depends on the pixel at the same place alone.
  var isPixel: Bool {
    kernelHeight == 1 && kernelWidth == 1 && strideY == 1 && strideX == 1 && padTop == 0
      && padLeft == 0
  }
}
