import Testing

@testable import NeuralInference

/// Malformed files are refused with a `ModelError`; nothing traps, and memory stays bounded.
@Suite struct HostileModelTests {
  /// A model with a bit of everything.
  private func small() -> [UInt8] {
    var w = ModelWriter()
    var r = SeededGenerator(5)
    let x = w.tensor([1, 8, 8, 3], name: "input")
    let a = w.tensor([1, 4, 4, 16])
    w.add(
      OperatorCode.convolution,
      [x, w.constant([16, 3, 3, 3], r.floats(432)), w.constant([16], r.floats(16))], [a],
      options: [0: 0, 1: 2, 2: 2, 3: 1, 4: 1, 5: 1])
    let b = w.tensor([1, 4, 4, 16])
    w.add(
      OperatorCode.depthwise, [a, w.constant([1, 3, 3, 16], r.floats(144))], [b],
      options: [0: 0, 1: 1, 2: 1, 3: 1, 4: 0, 5: 1, 6: 1])
    let c = w.tensor([1, 4, 4, 16])
    w.add(OperatorCode.add, [a, b], [c])
    let d = w.tensor([1, 2, 2, 16])
    w.add(OperatorCode.maximumPool, [c], [d], options: [0: 1, 1: 2, 2: 2, 3: 2, 4: 2])
    let e = w.tensor([1, 4, 4, 16])
    w.add(OperatorCode.resizeBilinear, [d, w.constant(integers: [4, 4], shape: [2])], [e])
    let f = w.tensor([1, 8, 4, 16])
    w.add(OperatorCode.concatenation, [c, e], [f], options: [0: 1])
    let g = w.tensor([1, 16, 8, 4])
    w.add(OperatorCode.depthToSpace, [f], [g], options: [0: 2])
    let h = w.tensor([1, 512])
    w.add(OperatorCode.reshape, [g], [h])
    return w.bytes(inputs: [x], outputs: [h])
  }

  /// Reads, prepares and runs; whether the file was accepted.
  private func accepts(_ bytes: [UInt8]) -> Bool {
    do {
      let model = try Model(bytes: bytes)
      let interpreter = try Interpreter(model: model)
      let count = interpreter.inputs[0].count
      try interpreter.run(input: [Float](repeating: 0.5, count: count))
      for index in interpreter.outputs.indices {
        #expect(interpreter.output(index).count == interpreter.outputs[index].count)
      }
      return true
    } catch {
      // `error` is a ModelError by type: nothing else can be thrown.
      return false
    }
  }

  private func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    // Tables stand at either end of real files, weights between.
    func place() -> Int {
      switch random.integer(0...2) {
      case 0: random.integer(0...bytes.count - 1)
      case 1: random.integer(0...min(bytes.count - 1, 20_000))
      default: random.integer(max(0, bytes.count - 40_000)...bytes.count - 1)
      }
    }
    switch random.integer(0...9) {
    case 0: return Array(bytes.prefix(random.integer(0...bytes.count - 1)))
    case 1...4:
      for _ in 0..<random.integer(1...8) { bytes[place()] ^= UInt8(1 << random.integer(0...7)) }
    default:
      // A lie about a size, an offset or a dimension: a word at a word's place.
      let lies: [UInt32] = [
        0, 1, 2, 4, 255, 65536, 1 << 20, 1 << 24, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
      ]
      for _ in 0..<random.integer(1...3) where bytes.count >= 8 {
        let start = min(place(), bytes.count - 4) & ~3
        let lie =
          random.integer(0...3) == 0
          ? UInt32.random(in: .min ... .max, using: &random) : lies[random.integer(0...10)]
        for i in 0..<4 { bytes[start + i] = UInt8(truncatingIfNeeded: lie >> (8 * i)) }
      }
    }
    return bytes
  }

  @Test func `Mutations of a small model yield results or typed errors`() {
    let original = small()
    #expect(accepts(original))
    var random = SeededGenerator(11)
    var accepted = 0
    for _ in 0..<6000 where accepts(mutate(original, &random)) { accepted += 1 }
    // Both paths are exercised.
    #expect(accepted > 300 && accepted < 5700)
  }

  @Test(arguments: [
    "face_detection_short_range", "selfie_segmentation", "face_detection_full_range_sparse",
    "face_landmark",
  ])
  func `Mutations of real models yield results or typed errors`(name: String) {
    guard let original = Cache.bytes(name) else { return }
    #expect(accepts(original))
    var random = SeededGenerator(13)
    var accepted = 0
    for _ in 0..<500 where accepts(mutate(original, &random)) { accepted += 1 }
    #expect(accepted > 20 && accepted < 480)
  }

  @Test func `Every truncation of a small model is refused or harmless`() {
    let original = small()
    for count in stride(from: 0, to: original.count, by: 3) {
      _ = accepts(Array(original.prefix(count)))
    }
    #expect(!accepts([]))
    #expect(!accepts(Array(original.prefix(original.count / 2))))
  }

  @Test func `Errors carry what was wrong`() throws {
    #expect(throws: ModelError.outOfBounds(offset: 4, count: 4)) { try Model(bytes: [1, 2, 3]) }
    #expect(throws: ModelError.notAModel) { try Model(bytes: [UInt8](repeating: 7, count: 64)) }

    var w = ModelWriter()
    let x = w.tensor([1, 4], name: "input")
    let y = w.tensor([1, 2])
    let weights = w.add([2, 4], type: TensorType.float32, data: [0, 0, 0, 0], name: "weights")
    w.add(OperatorCode.fullyConnected, [x, weights], [y])
    #expect(throws: ModelError.invalidConstant(tensor: weights, expected: 32, found: 4)) {
      try Model(bytes: w.bytes(inputs: [x], outputs: [y]))
    }

    var unknown = ModelWriter()
    let input = unknown.tensor([1, 4], name: "input")
    let output = unknown.tensor([1, 4])
    unknown.add(99, [input], [output])
    #expect(throws: ModelError.unsupportedOperator(index: 0, code: 99)) {
      try Model(bytes: unknown.bytes(inputs: [input], outputs: [output]))
    }
  }

  @Test func `Shapes that do not follow from the operands are refused`() throws {
    var w = ModelWriter()
    let x = w.tensor([1, 4, 4, 8], name: "input")
    let y = w.tensor([1, 4, 5, 8])
    w.add(OperatorCode.rectifier, [x], [y])
    let model = try Model(bytes: w.bytes(inputs: [x], outputs: [y]))
    #expect(throws: ModelError.invalidOperator(index: 0)) { try Interpreter(model: model) }
  }

  @Test func `A value that nothing computed is refused`() throws {
    var w = ModelWriter()
    let x = w.tensor([1, 8], name: "input")
    let y = w.tensor([1, 8])
    let z = w.tensor([1, 8])
    w.add(OperatorCode.rectifier, [y], [z])
    let model = try Model(bytes: w.bytes(inputs: [x], outputs: [z]))
    #expect(throws: ModelError.unordered(index: 0, tensor: y)) { try Interpreter(model: model) }
  }

  @Test func `Activations past the limit are refused before they are allocated`() throws {
    var w = ModelWriter()
    let x = w.tensor([1, 4, 4, 64], name: "input")
    var last = x
    for _ in 0..<5 {
      let shape = w.shapes[last]
      if shape[1] * 4 > 512 { break }
      let next = w.tensor([1, shape[1] * 4, shape[2] * 4, 64])
      let size = w.constant(integers: [shape[1] * 4, shape[2] * 4], shape: [2])
      w.add(OperatorCode.resizeBilinear, [last, size], [next])
      last = next
    }
    // Every step of a long sum stays alive until the end.
    var parts: [Int] = []
    for _ in 0..<20 {
      let part = w.tensor(w.shapes[last])
      w.add(OperatorCode.hardSwish, [last], [part])
      parts.append(part)
    }
    let model = try Model(bytes: w.bytes(inputs: [x], outputs: parts))
    #expect {
      try Interpreter(model: model)
    } throws: { error in
      guard case ModelError.tooLarge(let bytes) = error else { return false }
      return bytes > Interpreter.largestArena
    }
  }

  @Test func `An input of the wrong size is refused`() throws {
    let interpreter = try Interpreter(model: Model(bytes: small()))
    #expect(throws: ModelError.invalidInput(expected: 192, found: 3)) {
      try interpreter.run(input: [1, 2, 3])
    }
  }

  @Test func `Halves widen exactly`() {
    for bits in 0..<65536 {
      let half = Float16(bitPattern: UInt16(bits))
      if half.isNaN {
        #expect(floatFromHalf(bits).isNaN)
      } else if floatFromHalf(bits).bitPattern != Float(half).bitPattern {
        Issue.record("half \(bits)")
      }
    }
  }
}
