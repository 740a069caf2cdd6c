import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry

/// The golden vectors of coded bytes, as they lie in a folder.
struct VectorFiles: Equatable {
  var vectors: StreamVectors
  /// ``StreamConfiguration/encoded()``; the states' numbers; the first chain's states as they are
  /// shown; a finished recording.
  var configuration, states, shown, recording: [UInt8]

  /// Makes everything anew.
  static func make() -> VectorFiles {
    let maker = VectorMaker()
    let recording = maker.recording()
    return VectorFiles(
      vectors: StreamVectors(
        times: VectorMotion.ticks, identifier: maker.configuration.identifier,
        fragmentHeaders: maker.fragmentHeaders(), chains: maker.chains(), links: maker.links(),
        recording: recording.facts),
      configuration: maker.configuration.encoded(),
      states: bytes(VectorMotion.blocks().flatMap(\.self)), shown: bytes(maker.shown()),
      recording: recording.bytes)
  }

  private static var names: [(String, WritableKeyPath<VectorFiles, [UInt8]>)] {
    [
      ("configuration.bin", \.configuration), ("states.f32", \.states), ("shown.f32", \.shown),
      ("recording.vvs", \.recording),
    ]
  }

  /// Reads a folder.
  init(folder: URL) throws {
    let json = try Data(contentsOf: folder.appendingPathComponent("vectors.json"))
    vectors = try JSONDecoder().decode(StreamVectors.self, from: json)
    (configuration, states, shown, recording) = ([], [], [], [])
    for (name, path) in Self.names {
      self[keyPath: path] = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }
  }

  private init(
    vectors: StreamVectors, configuration: [UInt8], states: [UInt8], shown: [UInt8],
    recording: [UInt8]
  ) {
    self.vectors = vectors
    self.configuration = configuration
    self.states = states
    self.shown = shown
    self.recording = recording
  }

  /// Writes a folder.
  func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A packet or step a line.
    let json = String(decoding: try encoder.encode(vectors), as: UTF8.self)
      .replacingOccurrences(of: "},{", with: "},\n{")
    try Data((json + "\n").utf8).write(to: folder.appendingPathComponent("vectors.json"))
    for (name, path) in Self.names {
      try Data(self[keyPath: path]).write(to: folder.appendingPathComponent(name))
    }
  }

  private static func bytes(_ numbers: [Float]) -> [UInt8] {
    numbers.flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> UInt32(8 * $0)) }
    }
  }

  /// A state as it is shown: 52 coefficients; yaw and pitch of the left eye, then of the right;
  /// nine numbers of rotation by rows and three of translation of the head, then of the torso; the
  /// correction.
  static func numbers(_ state: AvatarState) -> [Float] {
    let face = state.face
    var out = (0..<ExpressionChannel.count).map { face.expression[$0] }
    out += [face.leftGaze.yaw, face.leftGaze.pitch, face.rightGaze.yaw, face.rightGaze.pitch]
    for pose in [face.cameraFromHead, state.cameraFromTorso] {
      for row in [pose.rotation.x, pose.rotation.y, pose.rotation.z, pose.translation] {
        out += [row.x, row.y, row.z]
      }
    }
    return out + state.correction
  }
}
