import ArgumentParser
import AvatarModel
import Enrollment
import ExpressionStream
import Foundation
import Geometry
import MediaIO
import NativeWorkers

extension Avatar {
  /// The transform that a choice stands for; nil for that of a person whose avatar has none.
  func transform(_ choice: TransformChoice) -> StreamTransform? {
    switch choice {
    case .person: streamTransform
    case .generic: .generic(correction: splats.codeLength, reference: reference)
    }
  }
}

extension AvatarStream {
  /// What a stream of these states is configured as.
  func configuration(_ transform: StreamTransform, quality: Int) -> StreamConfiguration {
    StreamConfiguration(
      transform: transform, quality: quality,
      interval: UInt32((frameInterval * StreamConfiguration.ticksPerSecond).rounded()),
      camera: camera)
  }
}

/// `stream-bench states`: a video becomes states, and nothing is lost on the way.
struct StatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "states", abstract: "Follow the person in a video; write the states in full.")

  @Argument(help: "The video.") var video: String
  @Option(help: "The person's avatar.") var avatar: String
  @Option(name: .shortAndLong, help: "The file to write.") var output: String

  struct Report: Encodable {
    var states: Int
    var seconds, driveSeconds: Double
  }

  func run() throws {
    let avatar = try Avatar(bytes: contents(avatar))
    let description = try VideoReader(path: video).description
    let reader = PrefetchingVideoReader(
      try VideoReader(path: video, maximumDimension: 1280))
    let driver = try AvatarDriver(
      avatar: avatar, width: description.width, height: description.height, cache: AssetCache(),
      workers: .native())
    var states: [AvatarState] = []
    let began = ContinuousClock.now
    while let frame = try reader.next() {
      if let answer = try driver.drive(frame.image, time: frame.time) {
        states.append(answer.state)
      }
    }
    guard !states.isEmpty else { throw BenchError.noFace(path: video) }
    let stream = AvatarStream(
      camera: driver.camera, codeLength: avatar.splats.codeLength, states: states)
    try AtomicFile.write(PlainStates.encoded(stream), to: output)
    try printJSON(
      Report(
        states: states.count, seconds: rounded(stream.duration),
        driveSeconds: rounded((ContinuousClock.now - began) / .seconds(1))))
  }
}

/// `stream-bench record`: states become a recording, at a quality that leaves next to nothing out.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Write a recording, for programs that read those.")

  @OptionGroup var input: InputOptions
  @Option(name: .shortAndLong, help: "The recording to write.") var output: String
  @Option(help: "Nominal quality, decibels.") var quality = 60

  struct Report: Encodable {
    var states, bytes: Int
  }

  func run() throws {
    let (avatar, stream) = try input.load()
    let transform = avatar.transform(.person) ?? avatar.transform(.generic)
    guard let transform else { throw BenchError.noTransform(avatar: input.avatar) }
    let bytes = stream.encoded(
      configuration: stream.configuration(transform, quality: quality))
    try AtomicFile.write(bytes, to: output)
    try printJSON(Report(states: stream.states.count, bytes: bytes.count))
  }
}

/// `stream-bench learn`: an avatar gains a transform that it lacks.
struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn", abstract: "Learn a transform from states, for an avatar without one.")

  @Argument(help: "States of the person.") var states: String
  @Option(help: "The person's avatar.") var avatar: String
  @Option(name: .shortAndLong, help: "The avatar to write.") var output: String
  @Option(help: "How many states the picture's sensitivity is measured at.") var samples = 16

  struct Report: Encodable {
    var transformBytes: Int
  }

  func run() throws {
    var avatar = try Avatar(bytes: contents(avatar))
    let stream = try PlainStates.read(try contents(states), path: states)
    let scale: Float = 1
    let picks = (0..<samples).map {
      stream.states[$0 * (stream.states.count - 1) / max(samples - 1, 1)]
    }
    var sensitivity = PictureSensitivity(
      avatar: avatar, camera: stream.camera.scaled(by: scale), workers: .native())
    let matrix = try sensitivity.matrix(of: picks)
    let rows = stream.states.map { PictureSensitivity.coordinates(of: $0, avatar: avatar) }
    let transform = StreamTransform.learn(
      sensitivity: matrix, runs: [rows], reference: avatar.reference)
    avatar.streamTransform = transform
    try AtomicFile.write(avatar.encoded(), to: output)
    try printJSON(Report(transformBytes: transform.encoded().count))
  }
}
