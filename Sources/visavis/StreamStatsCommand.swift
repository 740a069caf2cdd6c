import ArgumentParser
import ExpressionStream
import Foundation
import MediaIO

/// `visavis stream-stats`: where the bits of a stream go.
struct StreamStatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream-stats",
    abstract: "Say how many bits a stream takes, in all and for each part of a state.",
    discussion: """
      What is coded are components, mixtures of the numbers of a state. A component's bits are \
      shared out to the parts of a state by where its movement comes from; --json also has the bits \
      of each component.

      Example: visavis stream-stats talk.vvs --plot bits.png
      """)

  @Argument(help: "The stream.", completion: .file(extensions: ["vvs"]))
  var stream: String

  @Option(
    help: ArgumentHelp(
      "Draw the kilobits of every second as a line; rules are 5 apart, for tenths of a kilobit.",
      valueName: "picture"),
    completion: .file(extensions: ["png"]))
  var plot: String?

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let report = try measure()
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
  }

  /// Reads the file and draws the plot.
  func measure() throws -> StreamStatsReport {
    let bytes = try VisavisFile.bytes(stream, as: .stream)
    let statistics: RecordingStatistics
    let configuration: StreamConfiguration
    do {
      statistics = try RecordingStatistics(bytes)
      configuration = try RecordingReader(bytes).configuration
    } catch {
      throw FileFailure.damaged(path: stream, error)
    }
    let report = StreamStatsReport(
      path: stream, statistics: statistics, configuration: configuration)
    if let plot {
      // Tenths of a kilobit in the second around every state.
      let window = max(1, Int(report.statesPerSecond.rounded()))
      let bits = statistics.stateBits.map(Double.init)
      let rates = bits.indices.map { k in
        let near = bits[max(0, k - window / 2)..<min(bits.count, k + window - window / 2)]
        return near.reduce(0, +) / Double(near.count) * report.statesPerSecond / 100
      }
      try PictureFile.writePNG(LineChart(rates).picture(), to: plot)
    }
    return report
  }
}
