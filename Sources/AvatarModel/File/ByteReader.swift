import Geometry

/// Reads little-endian numbers of one section, never past its end.
struct ByteReader {
  private let bytes: [UInt8]
  let section: AvatarSection
  private(set) var offset: Int
  private let end: Int

  init(_ bytes: [UInt8], _ section: AvatarSection, _ range: Range<Int>) {
    self.bytes = bytes
    self.section = section
    offset = range.lowerBound
    end = range.upperBound
  }

  var remaining: Int { end - offset }

  /// Fails unless `length` bytes are left at least; call before allocating for them.
  func require(_ length: Int) throws(AvatarError) {
    if length > remaining { throw .wrongLength(section, expected: length, found: remaining) }
  }

  /// Fails unless everything has been read.
  func finish() throws(AvatarError) {
    if remaining != 0 { throw .wrongLength(section, expected: 0, found: remaining) }
  }

  /// Fails unless `condition` holds of what was just read.
  func check(_ condition: Bool) throws(AvatarError) {
    if !condition { throw .valueOutOfRange(section, offset: offset) }
  }

  mutating func byte() throws(AvatarError) -> UInt8 {
    try require(1)
    offset += 1
    return bytes[offset - 1]
  }

  mutating func short() throws(AvatarError) -> UInt16 {
    try require(2)
    offset += 2
    return UInt16(bytes[offset - 2]) | UInt16(bytes[offset - 1]) << 8
  }

  mutating func word() throws(AvatarError) -> UInt32 {
    let low = UInt32(try short())
    return low | UInt32(try short()) << 16
  }

  mutating func long() throws(AvatarError) -> UInt64 {
    let low = UInt64(try word())
    return low | UInt64(try word()) << 32
  }

  /// A count, at most `limit`.
  mutating func count(atMost limit: Int) throws(AvatarError) -> Int {
    let n = try word()
    try check(n <= UInt32(limit))
    return Int(n)
  }

  /// A finite number of magnitude at most `limit`.
  mutating func float(atMost limit: Float = 1e6) throws(AvatarError) -> Float {
    let v = Float(bitPattern: try word())
    try check(v.magnitude <= limit)
    return v
  }

  mutating func floats(_ n: Int, atMost limit: Float = 1e6) throws(AvatarError) -> [Float] {
    try require(4 * n)
    var result = [Float](repeating: 0, count: n)
    for i in 0..<n { result[i] = try float(atMost: limit) }
    return result
  }

  mutating func vector() throws(AvatarError) -> Vector3 {
    let x = try float()
    let y = try float()
    return Vector3(x, y, try float())
  }

  /// A 16-bit index below `limit`.
  mutating func index(below limit: Int) throws(AvatarError) -> Int {
    let i = Int(try short())
    try check(i < limit)
    return i
  }

  /// The inverse of ``ByteWriter/signedUnit(_:)``.
  mutating func signedUnit() throws(AvatarError) -> Float {
    Float(Int16(bitPattern: try short())) / 32767
  }

  /// The bytes of `n` packed numbers; `n` alone may come near the largest Int of a 32-bit machine.
  static func packedSixBitsLength(_ n: Int) -> Int { n / 4 * 3 + (n % 4 * 6 + 7) / 8 }

  /// The inverse of ``ByteWriter/packed(_:bits:)`` for 6 bits, handed on four at a time.
  mutating func packedSixBits(
    _ n: Int, _ body: (_ index: Int, _ value: UInt8) -> Void
  ) throws(AvatarError) {
    let length = Self.packedSixBitsLength(n)
    try require(length)
    var i = 0, at = offset
    let whole = n / 4 * 4
    while i < whole {
      let v = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
      body(i, UInt8(v & 63))
      body(i + 1, UInt8(v >> 6 & 63))
      body(i + 2, UInt8(v >> 12 & 63))
      body(i + 3, UInt8(v >> 18))
      i += 4
      at += 3
    }
    var accumulator: UInt32 = 0
    for k in at..<offset + length { accumulator |= UInt32(bytes[k]) << UInt32(8 * (k - at)) }
    while i < n {
      body(i, UInt8(accumulator & 63))
      accumulator >>= 6
      i += 1
    }
    offset += length
  }
}
