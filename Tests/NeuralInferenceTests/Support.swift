import Foundation

import Geometry
@testable import NeuralInference

/// Numbers that are the same on every run (Steele, Lea, Flood: SplitMix64, 2014).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// The instruction levels that this processor has.
let availableLevels = InstructionLevel.allCases.filter { $0 <= .best }

/// The models of the asset cache, by name; empty where there is none.
enum Cache {
  static let models: URL = {
    let environment = ProcessInfo.processInfo.environment
    let root =
      environment["VISAVIS_CACHE"] ?? environment["XDG_CACHE_HOME"].map { $0 + "/visavis" }
      ?? NSHomeDirectory() + "/.cache/visavis"
    return URL(fileURLWithPath: root).appendingPathComponent("models")
  }()

  static func bytes(_ name: String) -> [UInt8]? {
    let file = models.appendingPathComponent(name + ".tflite")
    guard let data = try? Data(contentsOf: file) else {
      print("skipped: no model \(file.path)")
      return nil
    }
    return [UInt8](data)
  }
}

/// The largest difference of a result from its reference, in units of the reference's largest value.
func relativeDifference(_ result: [Float], _ reference: [Double]) -> Double {
  guard result.count == reference.count else { return .infinity }
  let scale = max(1e-3, reference.map(\.magnitude).max() ?? 0)
  var worst = 0.0
  for (a, b) in zip(result, reference) {
    let difference = (Double(a) - b).magnitude
    if !(difference <= worst) { worst = difference }
  }
  return worst / scale
}
