import ArgumentParser
import Enrollment
import Foundation

@main
struct Visavis: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "visavis",
    abstract: "A video of a person becomes their avatar; another video of them drives it.",
    version: Version.string,
    subcommands: [
      EnrollCommand.self,
      DriveCommand.self,
      RenderCommand.self,
      ExportCommand.self,
      ImportCommand.self,
      CompareCommand.self,
      InfoCommand.self,
      SimulateNetworkCommand.self,
      ServeCommand.self,
      ViewCommand.self,
      StreamStatsCommand.self,
      KeyCommand.self,
      VerifyCommand.self,
      BuildTemplateCommand.self,
    ])

  /// Runs the command that the arguments name, and turns every error into one sentence.
  static func main() async {
    Interruption.install()
    let asJSON = CommandLine.arguments.contains("--json")
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      exit(reporting: error, asJSON: asJSON)
    }
  }

  /// Ends the process with an error's sentence and code.
  static func exit(reporting error: any Error, asJSON: Bool) -> Never {
    // Whoever throws a bare code has said everything already.
    if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
    // Requests for help are "errors" too, as are the parser's own: it knows how to show them.
    let code = exitCode(for: error)
    let isOurs = error is any UserFacingError
    if code.isSuccess || (!isOurs && code == .validationFailure && !asJSON) {
      exit(withError: error)
    }
    let failure =
      !isOurs && code == .validationFailure
      ? Failure(sentence: message(for: error), exitCode: .usage) : Failure(error)
    failure.write(asJSON: asJSON)
    Foundation.exit(failure.exitCode.rawValue)
  }
}
