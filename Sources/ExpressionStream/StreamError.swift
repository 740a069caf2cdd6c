/// Why bytes are not a stream.
public enum StreamError: Error, Equatable, Sendable {
  /// The first four bytes are not "VVST".
  case notAStream(found: UInt32)
  /// Written by a newer program.
  case unsupportedVersion(UInt32)
  /// The header's counts call for another length.
  case wrongLength(expected: Int, found: Int)
  /// The bytes are not what was written.
  case checksumMismatch(expected: UInt32, found: UInt32)
  /// A number is not finite or out of range.
  case valueOutOfRange(offset: Int)
}
