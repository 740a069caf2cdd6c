/// Turns a graph into steps: gives every tensor a place, packs every constant.
struct StepBuilder {
  private(set) var steps: [Step] = []
  private(set) var constants: [Float] = []
  private(set) var indices: [Int32] = []
  private(set) var arena = Arena()
  /// The place of each tensor, while it has one; outputs and the input keep theirs.
  private(set) var places: [Int]
  /// Multiplications and additions of one run, counted as pairs.
  private(set) var multiplyAdds: Int64 = 0

  private let graph: Graph
  private let panelWidth: Int

  init(_ graph: Graph, panelWidth: Int) throws(ModelError) {
    self.graph = graph
    self.panelWidth = panelWidth
    places = [Int](repeating: -1, count: graph.shapes.count)

    var lastUse = [Int](repeating: -1, count: graph.shapes.count)
    for (index, node) in graph.nodes.enumerated() {
      lastUse[node.output] = index
      for tensor in node.inputs { lastUse[tensor] = index }
      if let residual = node.residual { lastUse[residual] = index }
    }
    for tensor in graph.outputs { lastUse[tensor] = graph.nodes.count }
    for tensor in graph.inputs { place(tensor) }
    for (index, node) in graph.nodes.enumerated() {
      place(node.output)
      guard arena.count <= Interpreter.largestArena / 4 else {
        throw .tooLarge(bytes: 4 * arena.count)
      }
      // Constants that several nodes share are arranged for each.
      let planned = constants.count + indices.count + node.constantCount(graph.shapes)
      guard planned <= Interpreter.largestArena / 4 else { throw .tooLarge(bytes: 4 * planned) }
      add(node)
      for tensor in node.inputs where lastUse[tensor] == index { arena.giveBack(tensor) }
      if let residual = node.residual, lastUse[residual] == index { arena.giveBack(residual) }
      if lastUse[node.output] == index { arena.giveBack(node.output) }
    }
    guard arena.count <= Interpreter.largestArena / 4 else {
      throw .tooLarge(bytes: 4 * arena.count)
    }
  }

  private func layout(_ tensor: Int) -> Layout { Layout(graph.shapes[tensor]) }

  private mutating func place(_ tensor: Int) {
    places[tensor] = arena.take(layout(tensor).count, for: tensor)
  }

  // MARK: Constants

  /// Appends to the constant pool, aligned to 16 floats; returns the place.
  private mutating func store(_ values: [Float]) -> Int {
    let place = constants.count
    constants += values
    constants += [Float](repeating: 0, count: (16 - values.count % 16) % 16)
    return place
  }

  private func padded(_ values: [Float], _ count: Int, with filler: Float = 0) -> [Float] {
    values + [Float](repeating: filler, count: count - values.count)
  }

  private mutating func epilogue(_ node: Node, bias: [Float]) -> Step.Epilogue {
    let stride = (bias.count + 15) & ~15
    let before = node.before.slopes(bias.count)
    let after = node.after.slopes(bias.count)
    let table = store(
      padded(bias, stride) + padded(before.slopes, stride, with: 1)
        + padded(after.slopes, stride, with: 1))
    var result = Step.Epilogue(
      form: EpilogueForm.activation, ceilingBefore: before.ceiling, ceilingAfter: after.ceiling,
      table: table, tableStride: stride, residual: -1, residualStride: 0, residualChannels: 0)
    if node.before.isHardSwish { result.form = EpilogueForm.hardSwish }
    if let residual = node.residual {
      let added = layout(residual)
      result.form =
        node.before.isNone ? EpilogueForm.addition : EpilogueForm.activationAndAddition
      result.residual = places[residual]
      result.residualStride = added.stride
      result.residualChannels = added.channels
    }
    return result
  }

  /// Weights of `columns` × `depth` as panels: within one, all columns of a depth side by side.
  private func panels(_ weights: [Float], columns: Int, depth: Int) -> [Float] {
    let count = (columns + 7) & ~7
    var result: [Float] = []
    result.reserveCapacity(count * depth)
    var column = 0
    while column < count {
      let width = min(panelWidth, count - column)
      for k in 0..<depth {
        for c in column..<column + width {
          result.append(c < columns ? weights[c * depth + k] : 0)
        }
      }
      column += width
    }
    return result
  }

  // MARK: Steps

  private func window(_ geometry: Node.Geometry, _ input: Int, _ output: Int) -> Step.Window {
    let source = graph.shapes[input]
    let target = graph.shapes[output]
    return Step.Window(
      geometry: geometry, inputHeight: source[1], inputWidth: source[2], outputHeight: target[1],
      outputWidth: target[2])
  }

  private mutating func add(_ node: Node) {
    switch node.operation {
    case .convolution(let geometry, let weights, let bias):
      addConvolution(node, geometry, weights, bias)
      finish(node)
    case .depthwise(let geometry, let weights, let bias):
      addDepthwise(node, geometry, weights, bias)
      finish(node)
    case .pool(let geometry, let isMaximum):
      let input = layout(node.inputs[0])
      let window = window(geometry, node.inputs[0], node.output)
      if !isMaximum, window.outputHeight == 1, window.outputWidth == 1,
        geometry.kernelHeight == window.inputHeight, geometry.kernelWidth == window.inputWidth
      {
        steps.append(
          .mean(
            pixels: input.rows, channels: input.stride, input: places[node.inputs[0]],
            output: places[node.output]))
      } else {
        steps.append(
          .pool(
            window, isMaximum: isMaximum, input: places[node.inputs[0]],
            output: places[node.output], channels: input.stride))
      }
      applyInPlace(node.before, node.output)
    case .mean:
      let input = layout(node.inputs[0])
      steps.append(
        .mean(
          pixels: input.rows, channels: input.stride, input: places[node.inputs[0]],
          output: places[node.output]))
    case .combine(let combining):
      addCombination(node, combining)
    case .activation:
      apply(node.before, from: node.inputs[0], to: node.output)
    case .pad(let before, _):
      addPad(node, before)
    case .reshape:
      addReshape(node)
    case .concatenation(let axis):
      addConcatenation(node, axis)
    case .resize(let alignsCorners, let halfPixelCenters):
      addResize(node, alignsCorners, halfPixelCenters)
    case .depthToSpace(let block):
      let input = layout(node.inputs[0])
      let output = layout(node.output)
      let shape = graph.shapes[node.inputs[0]]
      steps.append(
        .depthToSpace(
          block: block, channels: output.channels, input: places[node.inputs[0]],
          inputStride: input.stride, height: shape[1], width: shape[2],
          output: places[node.output], outputStride: output.stride))
    }
  }

  /// What an epilogue cannot express follows as a step of its own.
  private mutating func finish(_ node: Node) {
    if case .logistic = node.before { applyInPlace(node.before, node.output) }
  }

  private mutating func applyInPlace(_ activation: Activation, _ tensor: Int) {
    if !activation.isNone { apply(activation, from: tensor, to: tensor) }
  }

  private mutating func apply(_ activation: Activation, from input: Int, to output: Int) {
    let layout = layout(output)
    switch activation {
    case .hardSwish:
      steps.append(
        .hardSwish(count: layout.count, input: places[input], output: places[output]))
    case .logistic:
      steps.append(
        .logistic(count: layout.count, input: places[input], output: places[output]))
    case .none, .rectified, .sloped:
      let (slopes, ceiling) = activation.slopes(layout.channels)
      let table = store(padded(slopes, layout.stride, with: 1))
      steps.append(
        .rectify(
          rows: layout.rows, channels: layout.stride, input: places[input], slopes: table,
          ceiling: ceiling, output: places[output]))
    }
  }

  private mutating func addConvolution(
    _ node: Node, _ geometry: Node.Geometry, _ weights: [Float], _ bias: [Float]
  ) {
    let input = layout(node.inputs[0])
    let output = layout(node.output)
    let depth = weights.count / bias.count
    multiplyAdds &+= Int64(output.rows) &* Int64(weights.count)
    var product = Step.Product(
      rows: output.rows, depth: depth, columns: bias.count, input: places[node.inputs[0]],
      inputStride: input.stride,
      weights: store(panels(weights, columns: bias.count, depth: depth)),
      epilogue: epilogue(node, bias: bias), output: places[node.output],
      outputStride: output.stride)
    guard !(geometry.isPixel && input.rows == output.rows) else {
      return steps.append(.product(product))
    }
    // As many pixels at a time as stay in the first-level cache.
    let chunk = min(output.rows, max(6, 6144 / depth))
    let scratch = arena.take(chunk * depth, for: -1)
    arena.giveBack(-1)
    product.input = scratch
    product.inputStride = depth
    steps.append(
      .patches(
        Step.Patches(
          window: window(geometry, node.inputs[0], node.output), input: places[node.inputs[0]],
          depth: input.channels, channels: input.stride, scratch: scratch, chunk: chunk), product))
  }

  private mutating func addDepthwise(
    _ node: Node, _ geometry: Node.Geometry, _ weights: [Float], _ bias: [Float]
  ) {
    let input = layout(node.inputs[0])
    let taps = geometry.kernelHeight * geometry.kernelWidth
    multiplyAdds &+= Int64(layout(node.output).rows) &* Int64(weights.count)
    var spread: [Float] = []
    for tap in 0..<taps {
      spread += padded(
        Array(weights[tap * input.channels..<(tap + 1) * input.channels]), input.stride)
    }
    steps.append(
      .depthwise(
        Step.Depthwise(
          window: window(geometry, node.inputs[0], node.output), channels: input.stride,
          input: places[node.inputs[0]], weights: store(spread),
          epilogue: epilogue(node, bias: bias), output: places[node.output])))
  }

  private mutating func addCombination(_ node: Node, _ combining: Operator.Combining) {
    let left = layout(node.inputs[0])
    let right = layout(node.inputs[1])
    let output = layout(node.output)
    var slope: Float = 1
    var ceiling = Float.infinity
    if case .rectified(let limit) = node.before { (slope, ceiling) = (0, limit) }
    let operation =
      switch combining {
      case .addition: CombinationKind.addition
      case .multiplication: CombinationKind.multiplication
      case .subtraction: CombinationKind.subtraction
      }
    steps.append(
      .combine(
        Step.Combination(
          operation: operation, rows: output.rows, channels: output.stride,
          left: places[node.inputs[0]], leftStride: left.rows == output.rows ? left.stride : 0,
          right: places[node.inputs[1]], rightStride: right.rows == output.rows ? right.stride : 0,
          slope: slope, ceiling: ceiling, output: places[node.output])))
  }

  private mutating func addPad(_ node: Node, _ before: [Int]) {
    let input = layout(node.inputs[0])
    let output = layout(node.output)
    let source = graph.shapes[node.inputs[0]]
    let target = graph.shapes[node.output]
    steps.append(.clear(output: places[node.output], count: output.count))
    for row in 0..<source[1] {
      steps.append(
        .copy(
          rows: source[2], count: input.channels,
          input: places[node.inputs[0]] + row * source[2] * input.stride,
          inputStride: input.stride,
          output: places[node.output]
            + ((row + before[1]) * target[2] + before[2]) * output.stride + before[3],
          outputStride: output.stride))
    }
  }

  private mutating func addReshape(_ node: Node) {
    let input = layout(node.inputs[0])
    let output = layout(node.output)
    let isDense = input.stride == input.channels && output.stride == output.channels
    if isDense || input.channels == output.channels {
      steps.append(
        .copy(
          rows: 1, count: input.count, input: places[node.inputs[0]], inputStride: input.count,
          output: places[node.output], outputStride: input.count))
    } else {
      steps.append(
        .reshape(
          input: input, inputPlace: places[node.inputs[0]], output: output,
          outputPlace: places[node.output]))
    }
  }

  private mutating func addConcatenation(_ node: Node, _ axis: Int) {
    let shape = graph.shapes[node.output]
    let output = layout(node.output)
    var start = places[node.output]
    for tensor in node.inputs {
      let input = layout(tensor)
      if axis == shape.count - 1 {
        steps.append(
          .copy(
            rows: input.rows, count: input.channels, input: places[tensor],
            inputStride: input.stride, output: start, outputStride: output.stride))
        start += input.channels
      } else {
        // Whole blocks, one for each index of the dimensions before the axis.
        let outer = shape[..<axis].reduce(1, *)
        steps.append(
          .copy(
            rows: outer, count: input.count / outer, input: places[tensor],
            inputStride: input.count / outer, output: start, outputStride: output.count / outer))
        start += input.count / outer
      }
    }
  }

  private mutating func addResize(_ node: Node, _ alignsCorners: Bool, _ halfPixelCenters: Bool) {
    let source = graph.shapes[node.inputs[0]]
    let target = graph.shapes[node.output]
    let sampling = Sampling(alignsCorners: alignsCorners, halfPixelCenters: halfPixelCenters)
    let x = sampling.taps(from: source[2], to: target[2])
    let y = sampling.taps(from: source[1], to: target[1])
    let start = indices.count
    indices += x.firsts + x.seconds + y.firsts + y.seconds
    steps.append(
      .resize(
        Step.Resize(
          channels: layout(node.output).stride, input: places[node.inputs[0]],
          inputWidth: source[2], output: places[node.output], outputHeight: target[1],
          outputWidth: target[2], indices: start, fractionsX: store(x.fractions),
          fractionsY: store(y.fractions))))
  }
}

/// How bilinear resizing maps output coordinates to input coordinates.
struct Sampling {
  let alignsCorners: Bool
  let halfPixelCenters: Bool

  /// The two inputs beside each output's place and the weight of the second.
  func taps(from source: Int, to target: Int) -> (
    firsts: [Int32], seconds: [Int32], fractions: [Float]
  ) {
    let scale =
      alignsCorners && target > 1
      ? Float(source - 1) / Float(target - 1) : Float(source) / Float(target)
    var result: (firsts: [Int32], seconds: [Int32], fractions: [Float]) = ([], [], [])
    for i in 0..<target {
      let place = halfPixelCenters ? (Float(i) + 0.5) * scale - 0.5 : Float(i) * scale
      let first = max(0, min(source - 1, Int(place.rounded(.down))))
      result.firsts.append(Int32(first))
      result.seconds.append(Int32(min(first + 1, source - 1)))
      result.fractions.append(max(0, place - Float(first)))
    }
    return result
  }
}

/// The kernels' numbers for `Step.Epilogue.form`.
enum EpilogueForm {
  static let activation = 0
  static let addition = 1
  static let activationAndAddition = 2
  static let hardSwish = 3
}

/// The kernels' numbers for `Step.Combination.operation`.
enum CombinationKind {
  static let addition = 0
  static let multiplication = 1
  static let subtraction = 2
}
