public import AvatarModel

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
  /// A state was coded against one that is not remembered.
  case missingReference(state: UInt32, reference: UInt32)
  /// A state's bytes end before the state does.
  case truncatedState(state: UInt32)
  /// The transform inside is damaged.
  case damagedTransform(AvatarError)
  /// Records of a file whose checksum does not hold, and states that cannot be read.
  case damagedRecords(Int, unreadableStates: Int)
  /// More states than are read at once.
  case tooManyStates(Int)
  /// A number is not finite or out of range.
  case valueOutOfRange(offset: Int)
}
