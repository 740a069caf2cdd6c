public import FaceMotion

/// Why a datagram is not what its protocol calls for; every case says where.
public enum ProtocolError: Error, Equatable, Sendable {
  /// `needed` bytes should follow `offset`.
  case truncated(offset: Int, needed: Int, available: Int)
  /// Bytes are left over after what was promised.
  case surplus(offset: Int)
  /// A length that cannot be.
  case badLength(offset: Int, found: Int)
  /// The datagram is not made of whole frames of `frame` bytes.
  case wrongLength(found: Int, frame: Int)
  /// Text that is not UTF-8.
  case notText(offset: Int)
  /// Text that no zero byte ends, or is not padded with zeros to a multiple of four bytes.
  case unterminatedText(offset: Int)
  /// Neither a message's address, which begins with `/`, nor `#bundle`.
  case badAddress(offset: Int)
  /// A type that Open Sound Control does not have.
  case unknownType(offset: Int, found: UInt8)
  /// Bundles within bundles beyond ``OSCReader/deepest``.
  case tooDeep(offset: Int)
  /// More messages or entries than a datagram can mean.
  case tooMany(offset: Int, limit: Int)
  /// A number is not finite or out of range.
  case valueOutOfRange(offset: Int)
  /// Text where a number is expected.
  case notANumber(offset: Int)
  /// Another count of numbers than the entry has.
  case wrongCount(offset: Int, expected: Int, found: Int)
  /// An entry without `-`, `&` or `#` between name and value.
  case badEntry(offset: Int)
  /// No entry that is known.
  case nothingKnown
  /// A packet of Live Link Face that is refused.
  case liveLinkFace(FaceMotionError)
}
