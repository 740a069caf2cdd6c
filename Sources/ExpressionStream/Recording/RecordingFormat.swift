import FaceRig

/// The constants of a recording's file; see `docs/stream-format.md`.
///
///     "VVST" │ version │ configuration │ record … │ index … │ end
public enum RecordingFormat {
  /// The bytes "VVST".
  public static let magic: UInt32 = 0x5453_5656
  /// The version that is written and read.
  public static let version: UInt32 = 2
  /// Bytes before the first record.
  public static let headerLength = 8
  /// Bytes that frame a record: kind and length before, the checksum behind its contents.
  public static let recordOverhead = 7
  /// The longest coded configuration, and the longest part of an index.
  public static let largestConfiguration = 1 << 17, largestIndexPart = 1 << 14
  /// The longest datagram.
  public static let largestDatagram = 1200
  /// The most states in one datagram of a recording.
  public static let largestStateCount = 64
  /// The shortest time between two entries of the index, in ticks: ten seconds.
  static let entrySpacing: UInt64 = 900_000
  /// The length of the end record's contents.
  static let endLength = 12
}

/// What a record holds.
enum RecordKind: UInt8 {
  /// A datagram, exactly as on a wire.
  case datagram = 0
  /// The configuration of the datagrams that follow.
  case configuration = 1
  /// A part of the index.
  case index = 2
  /// Where the index starts, and how many states there are; ends the file.
  case end = 3

  /// The most contents.
  var largestLength: Int {
    switch self {
    case .datagram: RecordingFormat.largestDatagram
    case .configuration: RecordingFormat.largestConfiguration
    case .index: RecordingFormat.largestIndexPart
    case .end: RecordingFormat.endLength
    }
  }
}

/// A record whose checksum holds.
struct Record: Equatable {
  let kind: RecordKind
  /// The contents' place in the file.
  let contents: Range<Int>
  /// Where the next record starts.
  var end: Int { contents.upperBound + 4 }
}

/// What is found where a record should start.
enum RecordSearch: Equatable {
  /// A record.
  case found(Record)
  /// Not all of it is there yet.
  case incomplete
  /// Its checksum does not hold; the next one starts at `next` if its length is right.
  case damaged(next: Int)
  /// It has a length that no record of its kind has.
  case impossible
}

extension RecordingFormat {
  /// Appends a record to a file's bytes.
  static func append(_ kind: RecordKind, _ contents: [UInt8], to bytes: inout [UInt8]) {
    precondition(contents.count <= kind.largestLength)
    let start = bytes.count
    let frame = UInt32(kind.rawValue) << 22 | UInt32(contents.count)
    for k in 0..<3 { bytes.append(UInt8(truncatingIfNeeded: frame >> UInt32(8 * k))) }
    bytes += contents
    bytes.appendLittleEndian(TemplateFormat.checksum(bytes, in: start..<bytes.count))
  }

  /// Looks at what starts at an offset.
  ///
  /// - Complexity: O(length of the record).
  static func record(_ bytes: [UInt8], at offset: Int, end: Int) -> RecordSearch {
    guard offset + recordOverhead <= end else { return .incomplete }
    let kind = RecordKind(rawValue: bytes[offset + 2] >> 6)
    let length =
      Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2] & 63) << 16
    guard let kind, length <= kind.largestLength else { return .impossible }
    let first = offset + 3, last = first + length
    guard last + 4 <= end else { return .incomplete }
    guard TemplateFormat.checksum(bytes, in: offset..<last) == bytes.word(at: last) else {
      return .damaged(next: last + 4)
    }
    return .found(Record(kind: kind, contents: first..<last))
  }
}
