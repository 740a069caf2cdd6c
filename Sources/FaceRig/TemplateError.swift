/// Why bytes are not a template.
public enum TemplateError: Error, Equatable, Sendable {
  /// The first bytes are not a template's; `found` is the first four, little-endian.
  case notATemplate(found: UInt32)
  /// A version that this code does not read.
  case unsupportedVersion(UInt32)
  /// The bytes end before what they promise: `needed` bytes from `offset` of `available` in all.
  case truncated(offset: Int, needed: Int, available: Int)
  /// A section that every template has is absent.
  case missingSection(TemplateSection)
  /// A section's bytes do not match its checksum.
  case checksumMismatch(TemplateSection, expected: UInt32, found: UInt32)
  /// A section's length does not follow from the counts; bytes.
  case wrongLength(TemplateSection, expected: Int, found: Int)
  /// A count beyond what the format allows.
  case countOutOfRange(TemplateSection, Int)
  /// An index (of a vertex, channel or part) beyond its count.
  case indexOutOfRange(TemplateSection, index: Int, count: Int)
  /// A number that is not finite, or too large for a head (10 m).
  case numberOutOfRange(TemplateSection)
}
