import ArgumentParser
import AvatarModel
import Enrollment
import ExpressionStream
import FaceMotion
import FaceRig
import Foundation
import Geometry
import MediaIO
import NativeWorkers

/// `stream-bench generic`: what everybody shares is learnt from those whose licence allows it.
struct GenericCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generic", abstract: "Learn the generic transform; write it as Swift source.",
    discussion: """
      How much each movement shows is measured in pictures of one avatar, and how faces move is taken from \
      its states and from recordings; both are averaged with their mirror images.
      """)

  @Argument(help: "States of a person.") var states: String
  @Argument(help: "Recordings of faces in motion.") var recordings: [String] = []
  @Option(help: "The person's avatar.") var avatar: String
  @Option(name: .shortAndLong, help: "The source file to write.") var output: String
  @Option(help: "How many states the picture's sensitivity is measured at.") var samples = 16
  @Option(help: "Seconds of each recording that are learnt from.") var seconds = 40.0

  struct Report: Encodable {
    var bytes: Int
    /// How much a correction shows beside the coordinates, in squared samples.
    var correctionSensitivity: Double
  }

  func run() throws {
    let avatar = try Avatar(bytes: contents(avatar))
    let stream = try PlainStates.read(try contents(states), path: states)
    let picks = (0..<samples).map { stream.states[$0 * (stream.states.count - 1) / samples] }
    var sensitivity = PictureSensitivity(
      avatar: avatar, camera: stream.camera, workers: .native())
    let whole = try sensitivity.matrix(of: picks)
    let n = StateCoordinates.correction
    let length = n + avatar.splats.codeLength
    let matrix = (0..<n).flatMap { i in
      (0..<n).map { (whole[i * length + $0] + Mirror.value(whole, length, i, $0)) / 2 }
    }
    var runs = [stream.states.map { coordinates($0, avatar) }]
    for path in recordings {
      var recording = try FaceMotion(bytes: contents(path))
      if recording.interval < 0.03 { recording = recording.resampled(rate: 30) }
      runs.append(
        recording.states(reference: avatar.reference).filter { $0.face.time < seconds }
          .map { coordinates($0, avatar) })
    }
    runs += runs.map { $0.map(Mirror.coordinates) }
    let transform = StreamTransform.learn(
      sensitivity: matrix, runs: runs, reference: avatar.reference)
    let corrections = (n..<length).map { whole[$0 * length + $0] }
    try AtomicFile.write(Array(source(transform).utf8), to: output)
    try printJSON(
      Report(
        bytes: transform.encoded().count,
        correctionSensitivity: corrections.reduce(0, +) / Double(max(corrections.count, 1))))
  }

  private func coordinates(_ state: AvatarState, _ avatar: Avatar) -> [Float] {
    Array(
      PictureSensitivity.coordinates(of: state, avatar: avatar)
        .prefix(StateCoordinates.correction))
  }

  private func source(_ transform: StreamTransform) -> String {
    let digits = Array("0123456789abcdef")
    let hex = transform.encoded().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    let lines = stride(from: 0, to: hex.count, by: 94).map {
      "    " + String(hex[$0..<min($0 + 94, hex.count)]) + "\\"
    }
    return """
      /// The learnt part of ``StreamTransform/generic(correction:reference:)``, as `stream-bench generic`
      /// wrote it: the bytes of a transform's file in hexadecimal.
      enum GenericTransformData {
        static let hexadecimal: StaticString = \"""
      \(lines.joined(separator: "\n"))

          \"""
      }

      """
  }
}

/// Left and right exchanged.
private enum Mirror {
  /// Which coordinate takes a coordinate's place, and with which sign.
  static let places: [(index: Int, sign: Float)] =
    ExpressionChannel.allCases.map { (opposite($0).rawValue, 1) }
    + [2, 3, 0, 1].map { (StateCoordinates.gaze + $0, $0 % 2 == 0 ? -1 : 1) }
    + [StateCoordinates.head, StateCoordinates.torso].flatMap { first in
      zip(0..., [1, -1, -1, -1, 1, 1] as [Float]).map { (first + $0, $1) }
    }

  static func coordinates(_ x: [Float]) -> [Float] { places.map { x[$0.index] * $0.sign } }

  static func value(_ matrix: [Double], _ stride: Int, _ i: Int, _ j: Int) -> Double {
    let (a, b) = (places[i], places[j])
    return matrix[a.index * stride + b.index] * Double(a.sign * b.sign)
  }

  private static func opposite(_ channel: ExpressionChannel) -> ExpressionChannel {
    let name = "\(channel)"
    let other =
      name.contains("Left")
      ? name.replacingOccurrences(of: "Left", with: "Right")
      : name.replacingOccurrences(of: "Right", with: "Left")
    // eyeLookInLeft looks towards the nose: its mirror image is eyeLookInRight.
    return ExpressionChannel.allCases.first { "\($0)" == other } ?? channel
  }
}
