import Foundation
import Testing

@testable import NeuralInference

/// Agreement with LiteRT on real images: Tests/Vectors/inference.
@Suite struct AgreementTests {
  struct Manifest: Decodable {
    struct Entry: Decodable {
      struct Output: Decodable {
        let name: String
        let count: Int
        let step: Int
      }
      let model: String
      let image: String
      let scale: Float
      let offset: Float
      let values: String
      let outputs: [Output]
    }
    let models: [Entry]
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Vectors/inference")

  static func entry(_ model: String) throws -> Manifest.Entry {
    let data = try Data(contentsOf: folder.appendingPathComponent("MANIFEST.json"))
    let manifest = try JSONDecoder().decode(Manifest.self, from: data)
    return try #require(manifest.models.first { $0.model == model })
  }

  /// The largest difference of each output from the vectors, over all instruction levels.
  private func differences(_ model: String) throws -> [Float]? {
    guard let bytes = Cache.bytes(model) else { return nil }
    let entry = try Self.entry(model)
    let image = try Data(contentsOf: Self.folder.appendingPathComponent(entry.image))
    let input = image.map { Float($0) * entry.scale + entry.offset }
    let golden = try Data(contentsOf: Self.folder.appendingPathComponent(entry.values))
      .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let network = try Model(bytes: bytes)
    #expect(network.outputs.map(\.name) == entry.outputs.map(\.name))
    var worst = [Float](repeating: 0, count: entry.outputs.count)
    for level in availableLevels {
      let interpreter = try Interpreter(model: network, level: level)
      try interpreter.run(input: input)
      var next = 0
      for (index, output) in entry.outputs.enumerated() {
        let values = interpreter.output(index)
        try #require(values.count == output.count)
        for i in stride(from: 0, to: values.count, by: output.step) {
          let difference = (values[i] - golden[next]).magnitude
          if !(difference <= worst[index]) { worst[index] = difference }
          next += 1
        }
      }
      #expect(next == golden.count)
    }
    print("\(model): largest differences \(worst)")
    return worst
  }

  @Test(arguments: [
    // Pixels of a 192-pixel crop, then the logit of a face.
    ("face_landmark", [0.1, 0.01] as [Float]),
    // Pixels of a 64-pixel crop.
    ("iris_landmark", [0.05, 0.05]),
    // Pixels of the input, then logits.
    ("face_detection_short_range", [0.05, 0.02]),
    ("face_detection_full_range_sparse", [0.05, 0.02]),
    // Probabilities of a person.
    ("selfie_segmentation", [0.01]),
    ("selfie_segmentation_landscape", [0.01]),
    ("palm_detection_lite", [0.05, 0.02]),
    ("hand_landmark_lite", [0.1, 0.01, 0.01, 0.01]),
    ("pose_detection", [0.05, 0.05]),
    // Pixels; presence; a mask's logits, which reach hundreds; heat maps; metres.
    ("pose_landmark_full", [0.1, 0.01, 1, 0.05, 0.01]),
  ])
  func `Outputs agree with LiteRT`(model: String, limits: [Float]) throws {
    guard let differences = try differences(model) else { return }
    for (difference, limit) in zip(differences, limits) { #expect(difference < limit) }
    #expect(differences.count == limits.count)
  }

  @Test func `The reference twin agrees with LiteRT`() throws {
    let name = "face_detection_short_range"
    guard let bytes = Cache.bytes(name) else { return }
    let entry = try Self.entry(name)
    let image = try Data(contentsOf: Self.folder.appendingPathComponent(entry.image))
    let input = image.map { Float($0) * entry.scale + entry.offset }
    let golden = try Data(contentsOf: Self.folder.appendingPathComponent(entry.values))
      .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let outputs = try ReferenceInterpreter(model: Model(bytes: bytes)).run(input)
    var next = 0
    for (output, values) in zip(entry.outputs, outputs) {
      for i in stride(from: 0, to: values.count, by: output.step) {
        #expect((Float(values[i]) - golden[next]).magnitude < 1e-3)
        next += 1
      }
    }
  }
}
