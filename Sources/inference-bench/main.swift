// Times models on one thread: inference-bench [--runs N] [--input IN --output OUT] MODEL.tflite …
// With an input of 32-bit floats, also writes all outputs one after the other as 32-bit floats.
// Prints one JSON object a line: model, level, median milliseconds, millions of multiply–adds.
import Foundation
import NeuralInference

var runs = 50
var inputPath: String?
var outputPath: String?
var paths: [String] = []
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  if argument == "--runs", let count = arguments.popFirst().flatMap({ Int($0) }), count > 0 {
    runs = count
  } else if argument == "--input" {
    inputPath = arguments.popFirst()
  } else if argument == "--output" {
    outputPath = arguments.popFirst()
  } else {
    paths.append(argument)
  }
}

for path in paths {
  do {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let interpreter = try Interpreter(model: Model(bytes: bytes))
    var input = (0..<interpreter.inputs[0].count).map { Float($0 % 251) / 251 }
    if let inputPath {
      input = try Data(contentsOf: URL(fileURLWithPath: inputPath))
        .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
    for _ in 0..<5 { try interpreter.run(input: input) }
    var times: [Double] = []
    for _ in 0..<runs {
      let elapsed = try ContinuousClock().measure { try interpreter.run(input: input) }
      times.append(
        Double(elapsed.components.attoseconds) * 1e-15
          + Double(elapsed.components.seconds) * 1e3)
    }
    times.sort()
    if let outputPath {
      let all = interpreter.outputs.indices.flatMap { interpreter.output($0) }
      try all.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: outputPath))
    }
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    print(
      "{\"model\": \"\(name)\", \"level\": \"\(interpreter.level)\","
        + " \"median_ms\": \(times[times.count / 2]), \"best_ms\": \(times[0]),"
        + " \"mmacs\": \(Double(interpreter.multiplyAdds) * 1e-6)}")
  } catch {
    print("{\"model\": \"\(path)\", \"error\": \"\(error)\"}")
  }
}
