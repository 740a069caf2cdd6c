import Foundation
import Synchronization

/// Control-C, answered in good order: temporary files are removed before the process ends.
///
/// The first signal asks the running command to stop at its next frame; a second one ends the process
/// at once.
enum Interruption: Error, UserFacingError {
  /// The person at the keyboard asked to stop.
  case requested

  var sentence: String { "Interrupted; nothing unfinished was left behind." }
  var exitCode: FailureCode { .interrupted }

  private static let flag = Atomic<Bool>(false)

  /// Whether stopping was asked for.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Throws when stopping was asked for; called between frames.
  static func check() throws(Interruption) {
    if isRequested { throw .requested }
  }

  /// Takes the end of standard input for a request to end: whoever holds its other end is gone.
  static func installEndOfInput() {
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      flag.store(true, ordering: .relaxed)
    }
  }

  /// Starts listening to Control-C and to polite requests to end.
  static func install() {
    for number in [SIGINT, SIGTERM] {
      // Safe because the handler only stores an atomic and restores a default, both allowed in signals.
      signal(number) { number in
        Interruption.flag.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }
}
