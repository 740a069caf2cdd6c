import ArgumentParser
import Foundation

/// An error that can be shown to the person at the keyboard.
///
/// Modules throw enums whose cases carry values; the sentences live here, in one extension a module
/// (`Failure+MediaIO.swift`, …).
protocol UserFacingError: Error {
  /// What went wrong and what to do, in one clear sentence or two.
  var sentence: String { get }
  /// How the process ends.
  var exitCode: FailureCode { get }
}

/// How the process ends, in the tradition of `sysexits.h`.
enum FailureCode: Int32, CaseIterable {
  /// The command was used wrongly.
  case usage = 64
  /// The input is damaged or of the wrong kind.
  case badData = 65
  /// An input is missing or cannot be opened.
  case noInput = 66
  /// Something that the program relies on is not installed.
  case unavailable = 69
  /// A fault of the program itself.
  case software = 70
  /// An output cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed half-way.
  case inputOutput = 74
  /// Control-C.
  case interrupted = 130

  /// Its name in JSON.
  var name: String { String(describing: self) }
}

/// An error as it is reported.
struct Failure: Equatable {
  var sentence: String
  var exitCode: FailureCode

  /// Renders any error.
  init(_ error: any Error) {
    switch error {
    case let error as any UserFacingError:
      (sentence, exitCode) = (error.sentence, error.exitCode)
    case let error as ValidationError:
      (sentence, exitCode) = (error.message, .usage)
    case let error as CocoaError:
      (sentence, exitCode) = (error.localizedDescription, .inputOutput)
    default:
      sentence = "Something unforeseen happened: \(error). Please report this."
      exitCode = .software
    }
  }

  init(sentence: String, exitCode: FailureCode) {
    (self.sentence, self.exitCode) = (sentence, exitCode)
  }

  /// The form that `--json` prints: `{"error": {"code": …, "kind": …, "message": …}}`.
  struct Report: Codable, Equatable {
    struct Contents: Codable, Equatable {
      var code: Int32
      var kind: String
      var message: String
    }
    var error: Contents
  }

  /// The JSON form.
  var report: Report {
    Report(error: .init(code: exitCode.rawValue, kind: exitCode.name, message: sentence))
  }

  /// Prints the failure: a sentence on standard error, or JSON on standard output.
  func write(asJSON: Bool) {
    if asJSON {
      JSONOutput.print(report)
    } else {
      FileHandle.standardError.write(Data("visavis: \(sentence)\n".utf8))
    }
  }
}
