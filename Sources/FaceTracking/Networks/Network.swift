internal import NeuralInference

/// One network, ready to run, with errors that say which one it is.
///
/// Copies share their memory: use one at a time.
struct Network {
  private let kind: FaceNetwork
  private let interpreter: Interpreter

  /// Reads a model and checks that its tensors have the sizes asked for.
  init(
    bytes: [UInt8], kind: FaceNetwork, inputCount: Int, outputCounts: [Int]
  ) throws(FaceTrackingError) {
    self.kind = kind
    do {
      interpreter = try Interpreter(model: Model(bytes: bytes))
    } catch {
      throw .model(kind, error)
    }
    let found = [interpreter.inputs[0].count] + interpreter.outputs.map { $0.count }
    let expected = [inputCount] + outputCounts
    for k in expected.indices where k >= found.count || found[k] != expected[k] {
      throw .unexpectedTensor(
        kind, found: k < found.count ? found[k] : 0, expected: expected[k])
    }
  }

  /// Computes the outputs for an input of `height × width × channels` numbers.
  func run(_ input: [Float]) throws(FaceTrackingError) {
    do {
      try interpreter.run(input: input)
    } catch {
      throw .model(kind, error)
    }
  }

  /// The numbers of an output of the last run.
  func output(_ index: Int) -> [Float] { interpreter.output(index) }
}
