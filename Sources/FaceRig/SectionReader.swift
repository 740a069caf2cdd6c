import Geometry

/// Reads little-endian numbers from one section, never past its end.
struct SectionReader {
  let bytes: [UInt8]
  let section: TemplateSection
  var offset: Int
  let end: Int

  var remaining: Int { end - offset }

  /// Fails unless exactly `length` bytes are left.
  func expect(_ length: Int) throws(TemplateError) {
    guard remaining == length else {
      throw .wrongLength(section, expected: length, found: remaining)
    }
  }

  private mutating func take(_ length: Int) throws(TemplateError) -> Int {
    guard length <= remaining else {
      throw .truncated(offset: offset, needed: length, available: end)
    }
    defer { offset += length }
    return offset
  }

  mutating func byte() throws(TemplateError) -> UInt8 {
    let i = try take(1)
    return bytes[i]
  }

  mutating func short() throws(TemplateError) -> UInt16 {
    let i = try take(2)
    return UInt16(bytes[i]) | UInt16(bytes[i + 1]) << 8
  }

  mutating func signedShort() throws(TemplateError) -> Float {
    Float(Int16(bitPattern: try short()))
  }

  mutating func word() throws(TemplateError) -> UInt32 {
    let i = try take(4)
    return UInt32(bytes[i]) | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]) << 16
      | UInt32(bytes[i + 3]) << 24
  }

  /// A finite number of magnitude at most 1000.
  mutating func float() throws(TemplateError) -> Float {
    let f = Float(bitPattern: try word())
    guard f.magnitude <= 1000 else { throw .numberOutOfRange(section) }
    return f
  }

  mutating func vector() throws(TemplateError) -> Vector3 {
    let x = try float()
    let y = try float()
    let z = try float()
    return Vector3(x, y, z)
  }

  /// Three 16-bit numbers times a step.
  mutating func quantizedVector(step: Float) throws(TemplateError) -> Vector3 {
    let x = try signedShort()
    let y = try signedShort()
    let z = try signedShort()
    return Vector3(x, y, z) * step
  }

  /// A 16-bit index below `count`.
  mutating func index(below count: Int) throws(TemplateError) -> Int {
    let i = Int(try short())
    guard i < count else { throw .indexOutOfRange(section, index: i, count: count) }
    return i
  }
}
