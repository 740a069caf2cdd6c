import Geometry

/// Numbers from the bytes of a file, least significant byte first, with typed errors.
struct ByteSource {
  let bytes: [UInt8]
  private(set) var position: Int
  let end: Int

  /// - Precondition: `range` lies within `bytes`.
  init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
    let range = range ?? 0..<bytes.count
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var remaining: Int { end - position }

  func need(_ count: Int) throws(ExchangeError) {
    if count < 0 || remaining < count {
      throw .truncated(offset: position, needed: count, available: remaining)
    }
  }

  mutating func skip(_ count: Int) throws(ExchangeError) {
    try need(count)
    position += count
  }

  mutating func byte() throws(ExchangeError) -> UInt8 {
    try need(1)
    position += 1
    return bytes[position - 1]
  }

  mutating func short() throws(ExchangeError) -> UInt16 {
    try need(2)
    position += 2
    return UInt16(bytes[position - 2]) | UInt16(bytes[position - 1]) << 8
  }

  mutating func word() throws(ExchangeError) -> UInt32 {
    UInt32(try short()) | UInt32(try short()) << 16
  }

  mutating func long() throws(ExchangeError) -> UInt64 {
    UInt64(try word()) | UInt64(try word()) << 32
  }

  /// A finite number.
  mutating func float() throws(ExchangeError) -> Float {
    let start = position
    let value = Float(bitPattern: try word())
    if !(value.magnitude <= 1e9) {
      throw .valueOutOfRange(offset: start, expected: "a finite number")
    }
    return value
  }
}

extension [UInt8] {
  mutating func add(_ v: UInt16) {
    append(UInt8(truncatingIfNeeded: v))
    append(UInt8(truncatingIfNeeded: v >> 8))
  }

  mutating func add(_ v: UInt32) {
    add(UInt16(truncatingIfNeeded: v))
    add(UInt16(truncatingIfNeeded: v >> 16))
  }

  mutating func add(_ v: UInt64) {
    add(UInt32(truncatingIfNeeded: v))
    add(UInt32(truncatingIfNeeded: v >> 32))
  }

  mutating func add(_ v: Float) { add(v.bitPattern) }

  mutating func add(_ v: Vector3) { for k in 0..<3 { add(v[k]) } }
}

/// The natural exponential and its inverses, as files have opacities and scales.
enum Curves {
  static func sigmoid(_ x: Float) -> Float { 1 / (1 + ElementaryFunctions.exp(-x)) }

  static func logit(_ p: Float) -> Float {
    let p = min(max(p, 1e-6), 1 - 1e-6)
    return ElementaryFunctions.log(p / (1 - p))
  }
}
