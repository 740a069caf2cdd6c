import FaceRig

/// Where the sections of an avatar file lie.
struct AvatarDirectory {
  private let bytes: [UInt8]
  private var ranges: [Range<Int>?]
  private var checksums: [UInt32]

  /// How many bytes the header and the table take, as the header says; nil without a header.
  static func length(_ bytes: [UInt8]) throws(AvatarError) -> Int? {
    if bytes.count < 12 { return nil }
    var header = ByteReader(bytes, .provenance, 0..<bytes.count)
    let magic = try header.word()
    if magic != AvatarFormat.magic { throw .notAnAvatar(found: magic) }
    let version = try header.word()
    if version != AvatarFormat.version { throw .unsupportedVersion(version) }
    return 12 + 16 * Int(min(try header.word(), 1 << 20))
  }

  /// Reads the header and the table; unknown sections are skipped.
  ///
  /// - Parameters:
  ///   - bytes: the file, or as much of its beginning as the table needs.
  ///   - length: the whole file's length.
  init(_ bytes: [UInt8], of length: Int? = nil) throws(AvatarError) {
    let total = length ?? bytes.count
    self.bytes = bytes
    ranges = Array(repeating: nil, count: AvatarSection.allCases.count + 1)
    checksums = Array(repeating: 0, count: ranges.count)
    guard let table = try Self.length(bytes) else {
      throw .truncated(needed: 12, available: bytes.count)
    }
    if table > bytes.count { throw .truncated(needed: table, available: bytes.count) }
    var entries = ByteReader(bytes, .provenance, 12..<table)
    while entries.remaining > 0 {
      let section = AvatarSection(rawValue: try entries.word())
      let offset = UInt64(try entries.word())
      let end = offset + UInt64(try entries.word())
      let checksum = try entries.word()
      if end > UInt64(total) {
        throw .truncated(needed: Int(clamping: end), available: total)
      }
      guard let section else { continue }
      ranges[Int(section.rawValue)] = Int(offset)..<Int(end)
      checksums[Int(section.rawValue)] = checksum
    }
  }

  /// One past a section's last byte.
  func end(of section: AvatarSection) -> Int? { ranges[Int(section.rawValue)]?.upperBound }

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
