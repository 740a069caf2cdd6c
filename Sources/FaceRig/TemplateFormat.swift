/// The sections of a template file; `docs/template-format.md` is the specification.
public enum TemplateSection: UInt32, CaseIterable, Sendable {
  /// Counts.
  case counts = 1
  /// Neutral vertices.
  case vertices = 2
  /// Triangles and their parts.
  case triangles = 3
  /// Texture coordinates of triangle corners.
  case textureCoordinates = 4
  /// Identity modes.
  case identity = 5
  /// Expression deltas.
  case expressions = 6
  /// Landmark anchors.
  case landmarks = 7
  /// Eyeballs.
  case eyes = 8
  /// Lid and lip rings.
  case rings = 9
  /// Lid and lip contacts.
  case contacts = 10
  /// The whole body, its bones and skin weights; ``Template`` leaves it unread.
  case body = 11
}

/// The constants of the file format.
public enum TemplateFormat {
  /// "VVTP", little-endian.
  public static var magic: UInt32 { 0x5054_5656 }
  /// What this code writes and reads.
  public static var version: UInt32 { 1 }
  /// The bytes of one entry of the section table: section, offset, length, checksum.
  public static var tableEntryLength: Int { 16 }

  private static let checksumTable: [UInt32] = (0..<256).map { i in
    (0..<8).reduce(UInt32(i)) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ (c >> 1) : c >> 1 }
  }

  /// The CRC-32 of ISO 3309 (polynomial 0xEDB88320, reflected) of a run of bytes.
  ///
  /// Complexity: O(`range.count`), without allocation.
  public static func checksum(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
    let table = checksumTable
    var crc: UInt32 = 0xFFFF_FFFF
    for i in range { crc = table[Int((crc ^ UInt32(bytes[i])) & 255)] ^ (crc >> 8) }
    return ~crc
  }
}
