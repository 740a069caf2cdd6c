public import PlainJSON

/// Why bytes are not a recording of a face in motion.
public enum FaceMotionError: Error, Equatable, Sendable {
  /// None of the formats that are read.
  case unknownFormat
  /// Text that is not UTF-8.
  case notText
  /// Nothing before the first line's end.
  case noHeader
  /// A column that is needed is not there.
  case missingColumn(String)
  /// A column is there twice.
  case repeatedColumn(String)
  /// A line has another number of columns than the header; the first line is 1.
  case wrongColumnCount(line: Int, expected: Int, found: Int)
  /// A value is not a finite number of magnitude at most 10⁶.
  case notANumber(line: Int, column: String)
  /// Not `hours:minutes:seconds:frames`, or frames beyond 60 a second.
  case badTimecode(line: Int)
  /// A time is not later than the one before it.
  case timesNotIncreasing(sample: Int)
  /// The compressed data are damaged, or expand to more than `limit` bytes.
  case damagedCompression(limit: Int)
  /// A packet of another version than 6.
  case unsupportedVersion(UInt8)
  /// The data end before what they promise.
  case truncated(offset: Int, needed: Int)
  /// Bytes are left over after what was promised.
  case surplus(offset: Int)
  /// A length that no such packet has.
  case badLength(offset: Int)
  /// A name that is not UTF-8.
  case badName(offset: Int)
  /// A packet with a face has 61 values.
  case wrongValueCount(offset: Int, found: Int)
  /// A number is not finite or out of range.
  case valueOutOfRange(offset: Int)
  /// JSON that is damaged.
  case damagedJSON(JSONError)
  /// JSON without a member that is needed.
  case missingMember(String, offset: Int)
  /// A member of JSON that is not a number of magnitude at most 10⁶.
  case notANumberMember(String, offset: Int)
  /// No sample shows a face.
  case empty
}
