/// Numbers in bytes, lowest byte first.
extension [UInt8] {
  /// Appends an integer, lowest byte first.
  mutating func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
    for k in 0..<T.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> T(8 * k))) }
  }

  /// Appends a number in groups of seven bits, lowest first; all but the last have the top bit set.
  mutating func appendVariable(_ value: UInt64) {
    var rest = value
    while rest > 127 {
      append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// Two bytes, lowest first.
  func short(at i: Int) -> UInt16 { UInt16(self[i]) | UInt16(self[i + 1]) << 8 }

  /// Four bytes, lowest first.
  func word(at i: Int) -> UInt32 { UInt32(short(at: i)) | UInt32(short(at: i + 2)) << 16 }

  /// Eight bytes, lowest first.
  func long(at i: Int) -> UInt64 { UInt64(word(at: i)) | UInt64(word(at: i + 4)) << 32 }

  /// Reads a number of ``appendVariable(_:)`` and moves on; nil where it is cut off, longer than
  /// needed or above 63 bits.
  func variable(at i: inout Int, end: Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in 0..<9 {
      guard i < end else { return nil }
      let byte = self[i]
      i += 1
      value |= UInt64(byte & 127) << UInt64(7 * shift)
      if byte < 128 { return byte == 0 && shift > 0 ? nil : value }
    }
    return nil
  }
}
