public import NeuralInference

/// One network in the browser: a model file's bytes, then numbers in and numbers out.
public final class ModelRunner {
  /// Where the next input is written; nil before ``prepare()``.
  public private(set) var input: UnsafeMutablePointer<Float>?
  /// How many numbers that are.
  public private(set) var inputCount = 0
  private var bytes: [UInt8] = []
  private var interpreter: Interpreter?
  private var outputs: [UnsafeMutableBufferPointer<Float>] = []

  /// A runner that waits for its model.
  public init() {}

  deinit {
    input?.deallocate()
    for output in outputs { output.deallocate() }
  }

  /// Takes in the next bytes of the model file.
  public func append(_ next: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: next) }

  /// Reads the model, which is let go.
  public func prepare() throws(Failure) {
    do {
      let interpreter = try Interpreter(model: Model(bytes: bytes))
      bytes = []
      inputCount = interpreter.inputs[0].count
      input = .allocate(capacity: inputCount)
      input?.initialize(repeating: 0, count: inputCount)
      outputs = interpreter.outputs.map {
        let output = UnsafeMutableBufferPointer<Float>.allocate(capacity: $0.count)
        output.initialize(repeating: 0)
        return output
      }
      self.interpreter = interpreter
    } catch { throw Failure(.modelUnreadable, 5) }
  }

  /// Computes all outputs.
  public func run() throws(Failure) {
    guard let interpreter, let input else { throw Failure(.notReady) }
    do {
      try interpreter.run(input: UnsafeBufferPointer(start: input, count: inputCount).span)
    } catch { throw Failure(.modelUnreadable, 5) }
    for (index, output) in outputs.enumerated() { interpreter.copyOutput(index, into: output) }
  }

  /// The numbers of an output of the last run.
  public func output(_ index: Int) throws(Failure) -> UnsafeMutableBufferPointer<Float> {
    guard outputs.indices.contains(index) else { throw Failure(.noSuchObject, Double(index)) }
    return outputs[index]
  }
}
