/// Where the sections of a template file lie.
struct SectionDirectory {
  private let bytes: [UInt8]
  private var ranges: [Range<Int>?]
  private var checksums: [UInt32]

  /// Reads the header and the table; checks no contents yet.
  init(bytes: [UInt8]) throws(TemplateError) {
    self.bytes = bytes
    ranges = Array(repeating: nil, count: TemplateSection.allCases.count + 1)
    checksums = Array(repeating: 0, count: ranges.count)
    var header = SectionReader(bytes: bytes, section: .counts, offset: 0, end: bytes.count)
    let magic = try header.word()
    guard magic == TemplateFormat.magic else { throw .notATemplate(found: magic) }
    let version = try header.word()
    guard version == TemplateFormat.version else { throw .unsupportedVersion(version) }
    let count = try header.word()
    for _ in 0..<count {
      let section = TemplateSection(rawValue: try header.word())
      // Int may have 32 bits.
      let offset = Int(clamping: try header.word())
      let length = Int(clamping: try header.word())
      let checksum = try header.word()
      guard offset <= bytes.count, length <= bytes.count - offset else {
        throw .truncated(offset: offset, needed: length, available: bytes.count)
      }
      // A section that this version does not know is skipped.
      guard let section else { continue }
      ranges[Int(section.rawValue)] = offset..<offset + length
      checksums[Int(section.rawValue)] = checksum
    }
  }

  /// A reader at the start of a section whose checksum holds.
  func reader(_ section: TemplateSection) throws(TemplateError) -> SectionReader {
    guard let range = ranges[Int(section.rawValue)] else { throw .missingSection(section) }
    let expected = checksums[Int(section.rawValue)]
    let found = TemplateFormat.checksum(bytes, in: range)
    guard found == expected else {
      throw .checksumMismatch(section, expected: expected, found: found)
    }
    return SectionReader(
      bytes: bytes, section: section, offset: range.lowerBound, end: range.upperBound)
  }
}
