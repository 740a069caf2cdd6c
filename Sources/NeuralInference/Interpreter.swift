public import Geometry

/// Runs a model, one input at a time.
///
/// All memory is taken and all weights are arranged when it is made; a run allocates nothing. An
/// interpreter belongs to one thread at a time; several may share a `Model`.
public final class Interpreter {
  /// The most bytes of activations, and of arranged constants: a larger model is refused.
  public static let largestArena = 1 << 28

  /// The model's inputs.
  public let inputs: [TensorDescription]
  /// The model's outputs.
  public let outputs: [TensorDescription]
  /// The instruction level of the kernels.
  public let level: InstructionLevel
  /// Multiplications with an addition in one run, convolutions only.
  public let multiplyAdds: Int

  private let kernels: Kernels
  private let steps: [Step]
  private let inputPlace: Int
  private let inputLayout: Layout
  private let outputPlaces: [Int]
  private let outputLayouts: [Layout]
  // Safe because each is allocated once in `init`, freed in `deinit`, and lent only inside.
  private let arena: UnsafeMutablePointer<Float>
  private let constants: UnsafeMutablePointer<Float>
  private let indices: UnsafeMutablePointer<Int32>

  /// Prepares a model.
  ///
  /// - Parameters:
  ///   - model: The model; it is not needed afterwards.
  ///   - level: The kernels to use; lowered to what the processor has.
  /// - Throws: `ModelError` when shapes, operands or sizes do not fit each other.
  public init(
    model: Model, level: InstructionLevel = .best
  ) throws(ModelError) {
    let level = level.supported
    let kernels = Kernels(level)
    var graph = try Graph(model)
    graph.fuse()
    let builder = try StepBuilder(graph, panelWidth: kernels.panelWidth)

    inputs = model.inputs
    outputs = model.outputs
    self.level = level
    self.kernels = kernels
    multiplyAdds = Int(clamping: builder.multiplyAdds)
    steps = builder.steps
    inputPlace = builder.places[graph.inputs[0]]
    inputLayout = Layout(graph.shapes[graph.inputs[0]])
    outputPlaces = graph.outputs.map { builder.places[$0] }
    outputLayouts = graph.outputs.map { Layout(graph.shapes[$0]) }
    arena = Self.allocate(builder.arena.count + 16)
    constants = Self.allocate(builder.constants.count + 16)
    for (index, value) in builder.constants.enumerated() { constants[index] = value }
    indices = .allocate(capacity: max(1, builder.indices.count))
    for (index, value) in builder.indices.enumerated() { indices[index] = value }
  }

  deinit {
    arena.deallocate()
    constants.deallocate()
    indices.deallocate()
  }

  /// `count` floats, zero, on a cache line's border.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
    let floats = memory.bindMemory(to: Float.self, capacity: count)
    floats.initialize(repeating: 0, count: count)
    return floats
  }

  /// Computes all outputs.
  ///
  /// - Parameter input: The input's elements, outermost dimension first: for an image, rows of
  ///   pixels of channels, in the range that the model was trained with.
  /// - Throws: `ModelError.invalidInput` when the number of elements is wrong.
  public func run(input: Span<Float>) throws(ModelError) {
    guard input.count == inputs[0].count else {
      throw .invalidInput(expected: inputs[0].count, found: input.count)
    }
    input.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      kernels.copyRows(
        inputLayout.rows, inputLayout.channels, base, inputLayout.channels, arena + inputPlace,
        inputLayout.stride)
    }
    for step in steps { perform(step) }
  }

  /// Computes all outputs; see `run(input:)` of a span.
  public func run(input: [Float]) throws(ModelError) {
    try run(input: input.span)
  }

  /// The elements of an output of the last run, outermost dimension first.
  public func output(_ index: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: outputs[index].count) { target, count in
      if let base = target.baseAddress { copyOutput(index, to: base) }
      count = outputs[index].count
    }
  }

  /// Writes the elements of an output of the last run into `target`.
  ///
  /// - Precondition: `target` has as many elements as the output.
  public func copyOutput(_ index: Int, into target: inout [Float]) {
    precondition(target.count == outputs[index].count)
    target.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { copyOutput(index, to: base) }
    }
  }

  /// Writes the elements of an output of the last run into `target`.
  ///
  /// - Precondition: `target` has as many elements as the output.
  public func copyOutput(_ index: Int, into target: UnsafeMutableBufferPointer<Float>) {
    precondition(target.count == outputs[index].count)
    if let base = target.baseAddress { copyOutput(index, to: base) }
  }

  private func copyOutput(_ index: Int, to target: UnsafeMutablePointer<Float>) {
    let layout = outputLayouts[index]
    kernels.copyRows(
      layout.rows, layout.channels, arena + outputPlaces[index], layout.stride, target,
      layout.channels)
  }

  // MARK: Steps

  private func perform(_ step: Step) {
    switch step {
    case .product(let product):
      perform(product, firstRow: 0, rows: product.rows)
    case .patches(let patches, let product):
      perform(patches, product)
    case .depthwise(let depthwise):
      perform(depthwise, rows: 0..<depthwise.window.outputHeight, to: depthwise.output)
    case .pool(let window, let isMaximum, let input, let output, let channels):
      let g = window.geometry
      kernels.pool(
        isMaximum, channels, arena + input, window.inputHeight, window.inputWidth, g.kernelHeight,
        g.kernelWidth, g.strideY, g.strideX, g.padTop, g.padLeft, arena + output,
        window.outputHeight, window.outputWidth)
    case .mean(let pixels, let channels, let input, let output):
      kernels.mean(pixels, channels, arena + input, arena + output)
    case .combine(let c):
      kernels.combine(
        c.operation, c.rows, c.channels, arena + c.left, c.leftStride, arena + c.right,
        c.rightStride, c.slope, c.ceiling, arena + c.output)
    case .rectify(let rows, let channels, let input, let slopes, let ceiling, let output):
      kernels.rectify(rows, channels, arena + input, constants + slopes, ceiling, arena + output)
    case .hardSwish(let count, let input, let output):
      kernels.hardSwish(count, arena + input, arena + output)
    case .logistic(let count, let input, let output):
      kernels.logistic(count, arena + input, arena + output)
    case .clear(let output, let count):
      (arena + output).update(repeating: 0, count: count)
    case .copy(let rows, let count, let input, let inputStride, let output, let outputStride):
      kernels.copyRows(rows, count, arena + input, inputStride, arena + output, outputStride)
    case .reshape(let input, let inputPlace, let output, let outputPlace):
      reshape(input, arena + inputPlace, output, arena + outputPlace)
    case .resize(let resize):
      perform(resize)
    case .depthToSpace(
      let block, let channels, let input, let inputStride, let height, let width, let output,
      let outputStride):
      kernels.depthToSpace(
        block, channels, arena + input, inputStride, height, width, arena + output, outputStride)
    }
  }

  private func perform(_ p: Step.Product, firstRow: Int, rows: Int) {
    let e = p.epilogue
    let residual: UnsafePointer<Float>? =
      e.residual < 0 ? nil : UnsafePointer(arena + e.residual + firstRow * e.residualStride)
    kernels.matrixProduct(
      rows, p.depth, p.columns, arena + p.input, p.inputStride, constants + p.weights,
      constants + e.table, e.tableStride, e.form, e.ceilingBefore, e.ceilingAfter, residual,
      e.residualStride, e.residualChannels, arena + p.output + firstRow * p.outputStride,
      p.outputStride)
  }

  private func perform(_ patches: Step.Patches, _ product: Step.Product) {
    let w = patches.window
    let g = w.geometry
    var first = 0
    while first < product.rows {
      let last = min(product.rows, first + patches.chunk)
      kernels.gatherPatches(
        patches.depth, patches.channels, arena + patches.input, w.inputHeight, w.inputWidth,
        g.kernelHeight, g.kernelWidth, g.strideY, g.strideX, g.padTop, g.padLeft,
        arena + patches.scratch, w.outputWidth, first, last)
      perform(product, firstRow: first, rows: last - first)
      first = last
    }
  }

  private func perform(_ d: Step.Depthwise, rows: Range<Int>, to output: Int) {
    let w = d.window
    let g = w.geometry
    let e = d.epilogue
    kernels.depthwise(
      d.channels, arena + d.input, w.inputHeight, w.inputWidth, g.kernelHeight, g.kernelWidth,
      g.strideY, g.strideX, g.padTop, g.padLeft, constants + d.weights, constants + e.table,
      e.tableStride, e.form, e.ceilingBefore, e.ceilingAfter,
      e.residual < 0 ? nil : UnsafePointer(arena + e.residual), e.residualStride,
      e.residualChannels, arena + output, w.outputWidth, rows.lowerBound, rows.upperBound)
  }

  private func perform(_ r: Step.Resize) {
    let lefts = indices + r.indices
    let rights = lefts + r.outputWidth
    let uppers = rights + r.outputWidth
    let lowers = uppers + r.outputHeight
    let rowLength = r.inputWidth * r.channels
    for y in 0..<r.outputHeight {
      kernels.interpolateRow(
        r.channels, arena + r.input + Int(uppers[y]) * rowLength,
        arena + r.input + Int(lowers[y]) * rowLength, constants[r.fractionsY + y], lefts, rights,
        constants + r.fractionsX, arena + r.output + y * r.outputWidth * r.channels, r.outputWidth)
    }
  }

  /// Copies element by element from one layout to another.
  private func reshape(
    _ from: Layout, _ source: UnsafeMutablePointer<Float>, _ to: Layout,
    _ target: UnsafeMutablePointer<Float>
  ) {
    var (row, channel) = (0, 0)
    for targetRow in 0..<to.rows {
      for targetChannel in 0..<to.channels {
        target[targetRow * to.stride + targetChannel] = source[row * from.stride + channel]
        channel += 1
        if channel == from.channels { (row, channel) = (row + 1, 0) }
      }
    }
  }
}
