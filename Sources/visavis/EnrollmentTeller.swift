import ArgumentParser
import Enrollment
import Foundation
import Geometry
import MediaIO

/// How a program that runs `visavis enroll` follows it.
struct WatchingOptions: ParsableArguments {
  /// Forms of progress.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// One JSON object a line on standard error: `{"stage":…,"done":…,"total":…,"loss":…}`, and
    /// `{"preview":n}` after each preview.
    case json
  }

  @Option(help: "How progress is told on standard error: text or json.")
  var progress: Form = .text

  @Option(
    help: ArgumentHelp(
      "Draw the avatar as it grows, again and again, as this PNG.", valueName: "picture"))
  var preview: String?

  @Flag(help: "Stop, keeping what was done, when standard input ends.")
  var whileWatched = false

  init() {}
}

/// Tells what an enrolment does to a program that watches it.
final class EnrollmentTeller {
  private let options: WatchingOptions
  private var last: (stage: EnrollmentProgress.Stage, time: Double)?
  private var previews = 0

  init(_ options: WatchingOptions) { self.options = options }

  /// Writes previews, where they are asked for.
  var preview: ((PixelImage) throws -> Void)? {
    guard let path = options.preview else { return nil }
    return { [self] picture in
      try PictureFile.writePNG(picture, to: path)
      previews += 1
      if options.progress == .json { write("{\"preview\":\(previews)}") }
    }
  }

  /// Writes a line for every new stage, and a few a second.
  func tell(_ progress: EnrollmentProgress) {
    guard options.progress == .json else { return }
    let now = ProcessInfo.processInfo.systemUptime
    let isEnd = progress.done >= progress.total
    if let last, last.stage == progress.stage, now - last.time < 0.25, !isEnd { return }
    last = (progress.stage, now)
    let loss = progress.loss.map { $0.isFinite ? ",\"loss\":\($0)" : "" } ?? ""
    write(
      "{\"stage\":\"\(progress.stage.rawValue)\",\"done\":\(progress.done),"
        + "\"total\":\(progress.total)\(loss)}")
  }

  private func write(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
