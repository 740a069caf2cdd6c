import ArgumentParser
import AvatarModel
import ExpressionStream
import Foundation
import Geometry
import PictureMetrics

/// `stream-bench frames`: the rendering, for other programs to code.
struct FramesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frames",
    abstract: "Write the rendering as raw frames of 8-bit red, green and blue.")

  @OptionGroup var input: InputOptions
  @Option(name: .shortAndLong, help: "The file to write; - is standard output.") var output: String
  @Option(help: "Draw what a stream of this nominal quality shows.") var quality: Int?
  @Option(help: "person or generic.") var transform = "person"
  @Option(help: "States that the sender knows ahead.") var lookahead = 0
  @Option(help: "Threads that draw; all processors unless given.") var threads: Int?

  struct Report: Encodable {
    var frames, width, height: Int
    var framesPerSecond: Double
  }

  func run() throws {
    let (avatar, stream) = try input.load()
    var states = stream.states
    if let quality {
      guard let choice = TransformChoice(rawValue: transform),
        let transform = avatar.transform(choice)
      else { throw BenchError.noTransform(avatar: input.avatar) }
      states = try CodedMotion(
        states, configuration: stream.configuration(transform, quality: quality),
        lookahead: lookahead
      ).states
    }
    guard let file = output == "-" ? fdopen(1, "wb") : fopen(output, "wb") else {
      throw BenchError.unreadable(path: output)
    }
    let drawer = Drawer(avatar: avatar, camera: stream.camera, threads: threads)
    for state in states {
      let samples = drawer.picture(state).samples
      guard fwrite(samples, 1, samples.count, file) == samples.count else {
        throw BenchError.unreadable(path: output)
      }
    }
    guard fflush(file) == 0 else { throw BenchError.unreadable(path: output) }
    if output != "-" {
      fclose(file)
      try printJSON(
        Report(
          frames: states.count, width: stream.camera.width, height: stream.camera.height,
          framesPerSecond: rounded(1 / stream.frameInterval, 6)))
    }
  }
}

/// `stream-bench likeness`: compares raw frames.
struct LikenessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "likeness", abstract: "Compare raw frames of 8-bit red, green and blue.")

  @Argument(help: "The frames that are right.") var reference: String
  @Argument(help: "The others; - is standard input.") var other: String
  @Option(help: "Width of a frame.") var width: Int
  @Option(help: "Height of a frame.") var height: Int

  func run() throws {
    guard let a = fopen(reference, "rb") else { throw BenchError.unreadable(path: reference) }
    guard let b = other == "-" ? fdopen(0, "rb") : fopen(other, "rb") else {
      throw BenchError.unreadable(path: other)
    }
    var errors: [Double] = []
    while true {
      let (p, q) = (frame(a), frame(b))
      guard let p, let q else {
        if (p == nil) != (q == nil) {
          throw BenchError.otherLength(
            expected: errors.count + (p == nil ? 0 : 1), found: errors.count + (q == nil ? 0 : 1))
        }
        break
      }
      errors.append(PeakSignalToNoise.meanSquaredError(p, q) ?? 0)
    }
    try printJSON(Likeness(errors: errors))
  }

  private func frame(_ file: UnsafeMutablePointer<FILE>) -> PixelImage? {
    var image = PixelImage(width: width, height: height, channels: 3)
    let wanted = image.samples.count
    return fread(&image.samples, 1, wanted, file) == wanted ? image : nil
  }
}
