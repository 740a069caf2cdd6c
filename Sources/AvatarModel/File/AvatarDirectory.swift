import FaceRig

/// Where the sections of an avatar file lie.
struct AvatarDirectory {
  private let bytes: [UInt8]
  private var ranges: [Range<Int>?]
  private var checksums: [UInt32]

  /// Reads the header and the table; unknown sections are skipped.
  init(_ bytes: [UInt8]) throws(AvatarError) {
    self.bytes = bytes
    ranges = Array(repeating: nil, count: AvatarSection.allCases.count + 1)
    checksums = Array(repeating: 0, count: ranges.count)
    if bytes.count < 12 { throw .truncated(needed: 12, available: bytes.count) }
    var header = ByteReader(bytes, .provenance, 0..<bytes.count)
    let magic = try header.word()
    if magic != AvatarFormat.magic { throw .notAnAvatar(found: magic) }
    let version = try header.word()
    if version != AvatarFormat.version { throw .unsupportedVersion(version) }
    let count = Int(try header.word())
    if count > (bytes.count - 12) / 16 {
      throw .truncated(needed: 12 + 16 * min(count, 1 << 20), available: bytes.count)
    }
    for _ in 0..<count {
      let section = AvatarSection(rawValue: try header.word())
      let offset = Int(try header.word())
      let length = Int(try header.word())
      let checksum = try header.word()
      if offset > bytes.count || length > bytes.count - offset {
        throw .truncated(needed: offset + length, available: bytes.count)
      }
      guard let section else { continue }
      ranges[Int(section.rawValue)] = offset..<offset + length
      checksums[Int(section.rawValue)] = checksum
    }
  }

  func has(_ section: AvatarSection) -> Bool { ranges[Int(section.rawValue)] != nil }

  /// A reader at the start of a section whose checksum holds.
  func reader(_ section: AvatarSection) throws(AvatarError) -> ByteReader {
    guard let range = ranges[Int(section.rawValue)] else { throw .missingSection(section) }
    let found = TemplateFormat.checksum(bytes, in: range)
    let expected = checksums[Int(section.rawValue)]
    if found != expected {
      throw .checksumMismatch(section, expected: expected, found: found)
    }
    return ByteReader(bytes, section, range)
  }
}
