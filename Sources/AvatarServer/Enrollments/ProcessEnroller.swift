import Foundation
import Subprocess
import SystemPackage

/// Runs `visavis enroll` as a process of its own.
///
/// A video is the most hostile thing a server reads: a decoder that fails takes only its own process
/// along, memory goes back to the system after each run, and stopping one cannot leave another
/// half-way. The child notices when its standard input ends, so it outlives no server.
public struct ProcessEnroller: Enroller {
  private let executable: String
  private let environment: [String: String]

  /// Runs a `visavis`.
  ///
  /// - Parameters:
  ///   - executable: the program.
  ///   - environment: variables beside those of this process.
  public init(executable: String, environment: [String: String] = [:]) {
    self.executable = executable
    self.environment = environment
  }

  /// Runs the program on an order.
  public func enroll(
    _ order: EnrollmentOrder, tell: @escaping @Sendable (EnrollmentNews) async -> Void
  ) async throws -> String {
    var options = PlatformOptions()
    // Time to keep the state of the fit.
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(20))]
    let variables = environment.map {
      (Environment.Key(stringLiteral: $0.key), $0.value as String?)
    }
    let arguments =
      [
        "enroll", order.video, "--output", order.avatar, "--quality", order.quality.rawValue,
        "--preview", order.preview, "--progress", "json", "--while-watched", "--json",
      ] + (order.resumes ? ["--resume"] : [])
    let outcome = try await run(
      .path(FilePath(executable)), arguments: Arguments(arguments),
      environment: .inherit.updating(
        Dictionary(variables, uniquingKeysWith: { $1 })),
      platformOptions: options, input: .inputWriter, output: .sequence, error: .sequence
    ) { execution in
      try await withThrowingTaskGroup(of: String?.self) { group in
        group.addTask {
          var output = ""
          for try await line in execution.standardOutput.strings() where output.utf8.count < 1 << 20
          {
            output += line
          }
          return output
        }
        group.addTask {
          for try await line in execution.standardError.strings() {
            if let news = ProgressLine(line)?.news { await tell(news) }
          }
          return nil
        }
        var output = ""
        for try await text in group { output = text ?? output }
        try? await execution.standardInputWriter.finish()
        return output
      }
    }
    try Task.checkCancellation()
    if outcome.terminationStatus.isSuccess { return outcome.closureResult }
    throw failure(outcome.closureResult, outcome.terminationStatus)
  }

  private func failure(_ output: String, _ status: TerminationStatus) -> EnrollmentFailure {
    struct Report: Decodable {
      struct Contents: Decodable {
        var code: Int32
        var kind: String
        var message: String
      }
      var error: Contents
    }
    if let error = try? JSONDecoder().decode(Report.self, from: Data(output.utf8)).error {
      // The codes of sysexits.h: damaged or unfit data, and input that cannot be opened.
      return EnrollmentFailure(
        kind: error.kind, detail: error.message, isOfVideo: [65, 66].contains(error.code))
    }
    return EnrollmentFailure(
      kind: "crashed",
      detail: "The enrolment ended unexpectedly (\(status)); try again, or film anew.",
      isOfVideo: false)
  }
}

/// A line of JSON on the child's standard error.
private struct ProgressLine: Decodable {
  var stage: String?
  var done: Int?
  var total: Int?
  var loss: Double?
  var preview: Int?

  init?(_ line: String) {
    guard line.hasPrefix("{"),
      let value = try? JSONDecoder().decode(Self.self, from: Data(line.utf8))
    else { return nil }
    self = value
  }

  var news: EnrollmentNews? {
    if preview != nil { return .preview }
    guard let stage, let done, let total else { return nil }
    return .progress(stage: stage, done: done, total: total, loss: loss)
  }
}
