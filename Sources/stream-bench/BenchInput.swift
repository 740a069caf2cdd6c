import ArgumentParser
import AvatarModel
import ExpressionStream
import FaceMotion
import FaceRig
import Foundation
import Geometry

/// Why nothing can be measured.
enum BenchError: Error, CustomStringConvertible {
  case unreadable(path: String)
  case damaged(path: String)
  case tooFewStates(path: String, found: Int)
  case otherAvatar(path: String)
  case noTransform(avatar: String)
  case noFace(path: String)
  case otherLength(expected: Int, found: Int)
  case notEqual(state: Int)

  var description: String {
    switch self {
    case .unreadable(let path): "\(path) cannot be read."
    case .damaged(let path): "\(path) is damaged."
    case .tooFewStates(let path, let found):
      "\(path) has \(found) states in that span; 2 are needed."
    case .otherAvatar(let path): "\(path) was made for another avatar."
    case .noTransform(let avatar):
      "\(avatar) has no transform of its own: use stream-bench learn, or --transform generic."
    case .noFace(let path): "No face can be seen in \(path)."
    case .otherLength(let expected, let found):
      "Two videos are compared that have \(expected) and \(found) frames."
    case .notEqual(let state): "State \(state) was read otherwise than it was written."
    }
  }
}

/// The avatar and the states that a measurement is of.
struct InputOptions: ParsableArguments {
  @Argument(help: "States, or a recording of a face in motion.", completion: .file())
  var motion: String

  @Option(help: "The avatar to draw.", completion: .file(extensions: ["avatar"]))
  var avatar: String

  @Option(help: "Leave out what comes before this second.") var from: Double?
  @Option(help: "Leave out what comes from this second on.") var to: Double?

  @Option(help: "States a second of a recording; faster ones are thinned out.")
  var rate: Double = 30

  /// Reads both; times begin at 0.
  func load() throws -> (avatar: Avatar, stream: AvatarStream) {
    let avatar = try Avatar(bytes: try contents(avatar))
    let bytes = try contents(motion)
    var stream: AvatarStream
    if PlainStates.isPlain(bytes) {
      stream = try PlainStates.read(bytes, path: motion)
      if stream.codeLength != 0 && stream.codeLength != avatar.splats.codeLength {
        throw BenchError.otherAvatar(path: motion)
      }
    } else {
      var recording = try FaceMotion(bytes: bytes)
      if recording.interval < 0.99 / rate { recording = recording.resampled(rate: rate) }
      stream = AvatarStream(
        camera: PinholeCamera(
          width: avatar.provenance.captureWidth, height: avatar.provenance.captureHeight,
          focalLength: avatar.provenance.focalLength),
        codeLength: 0, states: recording.states(reference: avatar.reference))
    }
    let first = stream.states.first?.face.time ?? 0
    for i in stream.states.indices { stream.states[i].face.time -= first }
    stream.states.removeAll {
      $0.face.time < (from ?? 0) - 1e-6 || $0.face.time >= (to ?? .infinity) - 1e-6
    }
    if stream.states.count < 2 {
      throw BenchError.tooFewStates(path: motion, found: stream.states.count)
    }
    return (avatar, stream)
  }
}

/// The bytes of a file.
func contents(_ path: String) throws(BenchError) -> [UInt8] {
  guard let data = FileManager.default.contents(atPath: path) else {
    throw .unreadable(path: path)
  }
  return [UInt8](data)
}

/// Prints a value as JSON, keys sorted; numbers that are none as strings.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
}

/// A number with so many digits that it says what was measured.
func rounded(_ value: Double, _ places: Int = 3) -> Double {
  guard value.isFinite else { return value }
  let scale = pow(10, Double(places))
  return (value * scale).rounded() / scale
}

/// The middle one of some values.
func median(_ values: [Double]) -> Double {
  values.isEmpty ? .nan : values.sorted()[values.count / 2]
}
