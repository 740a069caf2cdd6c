import Foundation

/// Standard output, written when it is asked to be.
enum Standard {
  static func flush() { fflush(nil) }

  /// A line for whoever watches; figures go to files.
  static func tell(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
