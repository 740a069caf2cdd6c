/// The CRC-32 of ISO 3309 (polynomial 0xEDB88320, reflected), as in PNG.
enum Checksum {
  private static let table: [UInt32] = (0..<256).map { i in
    (0..<8).reduce(UInt32(i)) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ (c >> 1) : c >> 1 }
  }

  /// The checksum of a run of bytes.
  ///
  /// - Complexity: O(`range.count`), without allocation.
  static func of(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
    let table = table
    var crc: UInt32 = 0xFFFF_FFFF
    for i in range { crc = table[Int((crc ^ UInt32(bytes[i])) & 255)] ^ (crc >> 8) }
    return ~crc
  }
}
