import ArgumentParser
import Foundation

/// `visavis info`: what a file holds.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say what an avatar, a stream or a template holds and where it comes from.",
    discussion: "Example: visavis info me.avatar")

  @Argument(help: "The file.", completion: .file())
  var file: String

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let report = try report()
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
  }

  /// Reads the file.
  func report() throws -> FileReport {
    guard let kind = try VisavisFile.kind(of: file) else {
      throw FileFailure.unknownKind(path: file)
    }
    let bytes = try VisavisFile.bytes(file, as: kind)
    return try FileReport(path: file, kind: kind, bytes: bytes)
  }
}
