import Testing

@testable import NeuralInference

/// Every operator on random shapes, at every instruction level, against the reference twin.
@Suite struct OperatorTests {
  /// A model whose operators `build` adds after an input of the given shape.
  private func check(
    _ input: [Int], seed: UInt64, tolerance: Double = 1e-5,
    _ build: (inout ModelWriter, Int, inout SeededGenerator) -> Int
  ) throws {
    var random = SeededGenerator(seed)
    var writer = ModelWriter()
    let first = writer.tensor(input, name: "input")
    let last = build(&writer, first, &random)
    let model = try Model(bytes: writer.bytes(inputs: [first], outputs: [last]))
    let values = random.floats(input.reduce(1, *), in: -2...2)
    let reference = ReferenceInterpreter(model: model).run(values)[0]
    #expect(reference.contains { $0 != reference[0] } || reference.count == 1)
    for level in availableLevels {
      let interpreter = try Interpreter(model: model, level: level)
      // Twice: what a run leaves behind must not reach the next.
      try interpreter.run(input: random.floats(values.count))
      try interpreter.run(input: values)
      let difference = relativeDifference(interpreter.output(0), reference)
      #expect(difference < tolerance, "seed \(seed), \(level)")
    }
  }

  private func image(_ random: inout SeededGenerator, channels: Int) -> [Int] {
    [1, random.integer(1...17), random.integer(1...17), random.integer(1...channels)]
  }

  private func slide(_ size: Int, _ kernel: Int, _ stride: Int, isSame: Bool) -> Int {
    isSame ? (size + stride - 1) / stride : (size - kernel) / stride + 1
  }

  /// A convolution of random kind after tensor `input`; returns its output.
  private func addConvolution(
    _ w: inout ModelWriter, _ input: Int, _ r: inout SeededGenerator, isDepthwise: Bool,
    isPlain: Bool = false
  ) -> Int {
    let shape = w.shapes[input]
    let isSame = Bool.random(using: &r) || isPlain
    let limit = isSame ? 5 : min(5, shape[1], shape[2])
    let kernel = [r.integer(1...limit), r.integer(1...limit)]
    let strides = isPlain ? [1, 1] : [r.integer(1...3), r.integer(1...3)]
    let outputs = isDepthwise ? shape[3] : r.integer(1...50)
    let weights =
      isDepthwise
      ? [1, kernel[0], kernel[1], outputs] : [outputs, kernel[0], kernel[1], shape[3]]
    let output = w.tensor([
      1, slide(shape[1], kernel[0], strides[0], isSame: isSame),
      slide(shape[2], kernel[1], strides[1], isSame: isSame), outputs,
    ])
    var operands = [input, w.constant(weights, r.floats(weights.reduce(1, *)))]
    if Bool.random(using: &r) { operands.append(w.constant([outputs], r.floats(outputs))) }
    let activation = isPlain ? 0 : [0, 1, 3][r.integer(0...2)]
    w.add(
      isDepthwise ? OperatorCode.depthwise : OperatorCode.convolution, operands, [output],
      options: isDepthwise
        ? [0: isSame ? 0 : 1, 1: strides[1], 2: strides[0], 3: 1, 4: activation, 5: 1, 6: 1]
        : [0: isSame ? 0 : 1, 1: strides[1], 2: strides[0], 3: activation, 4: 1, 5: 1])
    return output
  }

  @Test(arguments: 0..<60) func `Convolutions of any shape equal their definition`(seed: Int) throws
  {
    var random = SeededGenerator(UInt64(seed))
    try check(image(&random, channels: 40), seed: UInt64(1000 + seed)) { w, x, r in
      addConvolution(&w, x, &r, isDepthwise: false)
    }
  }

  @Test(arguments: 0..<60)
  func `Depthwise convolutions of any shape equal their definition`(seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    try check(image(&random, channels: 60), seed: UInt64(2000 + seed)) { w, x, r in
      addConvolution(&w, x, &r, isDepthwise: true)
    }
  }

  /// Residual blocks as the models have them: convolution, zero channels, addition, activation.
  @Test(arguments: 0..<80) func `Joined additions and activations change nothing`(seed: Int) throws
  {
    var random = SeededGenerator(UInt64(seed))
    let shape = [1, random.integer(1...12), random.integer(1...12), random.integer(1...40)]
    try check(shape, seed: UInt64(3000 + seed)) { w, x, r in
      var main = x
      if Bool.random(using: &r) {
        main = addConvolution(&w, main, &r, isDepthwise: true, isPlain: true)
      }
      if Bool.random(using: &r) || main == x {
        main = addConvolution(&w, main, &r, isDepthwise: false, isPlain: true)
      }
      if r.integer(0...2) == 0 { main = addActivation(&w, main, &r) }
      let channels = w.shapes[main][3]
      var skip = x
      if channels != shape[3] {
        if channels < shape[3] { return main }
        let target = w.shapes[main]
        let pads = w.constant(
          integers: [0, 0, 0, 0, 0, 0, 0, channels - shape[3]], shape: [4, 2])
        skip = w.tensor(target)
        w.add(OperatorCode.pad, [x, pads], [skip])
      }
      let sum = w.tensor(w.shapes[main])
      w.add(
        OperatorCode.add, Bool.random(using: &r) ? [main, skip] : [skip, main], [sum],
        options: [0: [0, 1, 3][r.integer(0...2)]])
      return addActivation(&w, sum, &r)
    }
  }

  private func addActivation(
    _ w: inout ModelWriter, _ input: Int, _ r: inout SeededGenerator
  ) -> Int {
    let output = w.tensor(w.shapes[input])
    switch r.integer(0...4) {
    case 0: w.add(OperatorCode.rectifier, [input], [output])
    case 1: w.add(OperatorCode.rectifierTo6, [input], [output])
    case 2: w.add(OperatorCode.hardSwish, [input], [output])
    case 3: w.add(OperatorCode.logistic, [input], [output])
    default:
      let channels = w.shapes[input][3]
      // Slopes above 1 too: the rectifier is then no maximum.
      let slopes = w.constant([1, 1, channels], r.floats(channels, in: -1...2))
      w.add(OperatorCode.parametricRectifier, [input, slopes], [output])
    }
    return output
  }

  @Test(arguments: 0..<30) func `Activations equal their definition`(seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    let shape = [1, random.integer(2...9), random.integer(2...9), random.integer(1...40)]
    try check(shape, seed: UInt64(4000 + seed), addActivation)
  }

  @Test(arguments: 0..<40) func `Pools and means equal their definition`(seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    let shape = [1, random.integer(2...17), random.integer(2...17), random.integer(1...40)]
    try check(shape, seed: UInt64(5000 + seed)) { w, x, r in
      if r.integer(0...3) == 0 {
        let axes = w.constant(integers: [1, 2], shape: [2])
        let output = w.tensor(Bool.random(using: &r) ? [1, 1, 1, shape[3]] : [1, shape[3]])
        w.add(OperatorCode.mean, [x, axes], [output], options: [0: 1])
        return output
      }
      let isGlobal = r.integer(0...3) == 0
      let isSame = !isGlobal && Bool.random(using: &r)
      let kernel =
        isGlobal
        ? [shape[1], shape[2]] : [r.integer(1...min(4, shape[1])), r.integer(1...min(4, shape[2]))]
      let strides = [r.integer(1...3), r.integer(1...3)]
      let output = w.tensor([
        1, slide(shape[1], kernel[0], strides[0], isSame: isSame),
        slide(shape[2], kernel[1], strides[1], isSame: isSame), shape[3],
      ])
      w.add(
        Bool.random(using: &r) ? OperatorCode.maximumPool : OperatorCode.averagePool, [x], [output],
        options: [
          0: isSame ? 0 : 1, 1: strides[1], 2: strides[0], 3: kernel[1], 4: kernel[0],
          5: [0, 1, 3][r.integer(0...2)],
        ])
      return output
    }
  }

  @Test(arguments: 0..<30)
  func `Sums, products and differences repeat a row where asked`(seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    let shape = [1, random.integer(2...9), random.integer(2...9), random.integer(1...40)]
    try check(shape, seed: UInt64(6000 + seed)) { w, x, r in
      let axes = w.constant(integers: [1, 2], shape: [2])
      let row = w.tensor([1, 1, 1, shape[3]])
      w.add(OperatorCode.mean, [x, axes], [row], options: [0: 1])
      let other = Bool.random(using: &r) ? row : x
      let output = w.tensor(shape)
      let code = [OperatorCode.add, OperatorCode.multiply, OperatorCode.subtract][r.integer(0...2)]
      w.add(
        code, other == x || Bool.random(using: &r) ? [x, other] : [other, x], [output],
        options: [0: code == OperatorCode.subtract ? 0 : [0, 1, 3][r.integer(0...2)]])
      if code == OperatorCode.subtract {
        let sum = w.tensor(shape)
        w.add(OperatorCode.add, [output, x], [sum])
        return sum
      }
      return output
    }
  }

  @Test(arguments: 0..<40) func `Resizing samples as asked`(seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    let shape = [1, random.integer(2...9), random.integer(2...9), random.integer(1...20)]
    try check(shape, seed: UInt64(7000 + seed)) { w, x, r in
      let target = [r.integer(1...23), r.integer(2...23)]
      let output = w.tensor([1, target[0], target[1], shape[3]])
      let kind = r.integer(0...2)
      w.add(
        OperatorCode.resizeBilinear, [x, w.constant(integers: target, shape: [2])], [output],
        options: [2: kind == 1 ? 1 : 0, 3: kind == 2 ? 1 : 0])
      return output
    }
  }

  @Test(arguments: 0..<40) func `Rearrangements lose no number`(seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    let block = random.integer(1...3)
    let shape = [
      1, random.integer(1...6), random.integer(1...6), block * block * random.integer(1...12),
    ]
    try check(shape, seed: UInt64(8000 + seed)) { w, x, r in
      let spread = w.tensor([
        1, shape[1] * block, shape[2] * block, shape[3] / (block * block),
      ])
      w.add(OperatorCode.depthToSpace, [x], [spread], options: [0: block])
      let padded = w.tensor([
        1, shape[1] * block + 3, shape[2] * block + 1, shape[3] / (block * block) + 2,
      ])
      w.add(
        OperatorCode.pad,
        [spread, w.constant(integers: [0, 0, 1, 2, 0, 1, 1, 1], shape: [4, 2])], [padded])
      var joinedShape = w.shapes[padded]
      let axis = r.integer(1...3)
      joinedShape[axis] *= 2
      let joined = w.tensor(joinedShape)
      w.add(OperatorCode.concatenation, [padded, padded], [joined], options: [0: axis])
      let flat = w.tensor([1, joinedShape[1] * joinedShape[3], joinedShape[2]])
      w.add(OperatorCode.reshape, [joined], [flat])
      return flat
    }
  }

  @Test(arguments: 0..<20) func `Full connections equal their definition`(seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    let count = random.integer(1...300)
    try check([1, count], seed: UInt64(9000 + seed)) { w, x, r in
      let outputs = r.integer(1...90)
      let output = w.tensor([1, outputs])
      w.add(
        OperatorCode.fullyConnected,
        [
          x, w.constant([outputs, count], r.floats(outputs * count)),
          w.constant([outputs], r.floats(outputs)),
        ], [output], options: [0: [0, 1][r.integer(0...1)]])
      return output
    }
  }

  @Test(arguments: 0..<20)
  func `Transposed convolutions without overlap equal their definition`(seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    try check(image(&random, channels: 20), seed: UInt64(10000 + seed)) { w, x, r in
      let shape = w.shapes[x]
      let outputs = r.integer(1...5)
      let output = w.tensor([1, shape[1] * 2, shape[2] * 2, outputs])
      w.add(
        OperatorCode.custom,
        [
          x, w.constant([outputs, 2, 2, shape[3]], r.floats(outputs * 4 * shape[3])),
          w.constant([outputs], r.floats(outputs)),
        ], [output], custom: ("Convolution2DTransposeBias", [1, 2, 2]))
      return output
    }
  }
}
