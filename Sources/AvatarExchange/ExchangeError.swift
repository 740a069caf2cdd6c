public import PlainJSON

/// Why bytes are not a scene or a mesh; every case says where, and what was expected.
public indirect enum ExchangeError: Error, Equatable, Sendable {
  /// None of the formats that are read.
  case unknownFormat
  /// `needed` bytes should follow `offset`.
  case truncated(offset: Int, needed: Int, available: Int)
  /// Something else than `expected`.
  case unexpected(offset: Int, expected: String)
  /// A version that is not read.
  case unsupportedVersion(offset: Int, found: Int, expected: String)
  /// A number is not finite or out of range.
  case valueOutOfRange(offset: Int, expected: String)
  /// A count calls for more than the bytes can hold.
  case badCount(offset: Int, found: Int)
  /// There is more of something than is read.
  case tooMany(found: Int, most: Int)
  /// The compressed data are damaged, or hold another number of bytes.
  case damagedCompression(offset: Int, expected: Int)
  /// The JSON inside is damaged; places count from its start.
  case damagedJSON(JSONError)
  /// A member of the JSON is missing or of another kind.
  case badMember(String, offset: Int)
  /// A property of PLY is missing.
  case missingProperty(String)
  /// An archive lacks a file.
  case missingEntry(String)
  /// A file in an archive is wrong; places count from its start.
  case inEntry(String, ExchangeError)
  /// There is nothing to show.
  case empty
}
