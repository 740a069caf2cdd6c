import ArgumentParser
import Foundation
import StreamSigning

/// `visavis verify`: whether a stream is as its owner signed it.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that a stream is the owner's and as it was signed.",
    discussion: """
      Ends with success only if every state was signed. Without --key the stream is checked against \
      the key that it names itself: nothing was altered, but anybody may have made it.

      Example: visavis verify talk.vvs --key visavis-public-…
      """)

  @Argument(help: "The stream.", completion: .file(extensions: ["vvs"]))
  var stream: String

  @Option(
    help: ArgumentHelp(
      "The owner's public key, or a file that holds it.", valueName: "key"),
    completion: .file())
  var key: String?

  @Option(help: ArgumentHelp("The room or call that it was signed for.", valueName: "name"))
  var context = StreamOutput.recordingContext

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let report = try verify()
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
    if report.verdict != .verified { throw ExitCode(FailureCode.badData.rawValue) }
  }

  /// Checks the file.
  func verify() throws -> VerifyReport {
    let key = try key.map { try KeyFile.publicKey($0) }
    return try VerifyReport(
      path: stream, bytes: VisavisFile.bytes(stream, as: .stream), key: key, context: context)
  }
}
