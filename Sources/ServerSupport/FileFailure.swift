/// Why a file was not written or read.
public enum FileFailure: Error, Equatable, Sendable {
  /// The disk has no room.
  case full
  /// The folder cannot be written.
  case unwritable
  /// The disk fails, or the file has shrunk.
  case unreadable
}
