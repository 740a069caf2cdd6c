import Geometry

/// Appends little-endian numbers.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ v: UInt8) { bytes.append(v) }

  mutating func short(_ v: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: v))
    bytes.append(UInt8(truncatingIfNeeded: v >> 8))
  }

  mutating func word(_ v: UInt32) {
    short(UInt16(truncatingIfNeeded: v))
    short(UInt16(truncatingIfNeeded: v >> 16))
  }

  mutating func long(_ v: UInt64) {
    word(UInt32(truncatingIfNeeded: v))
    word(UInt32(truncatingIfNeeded: v >> 32))
  }

  mutating func float(_ v: Float) { word(v.bitPattern) }

  mutating func floats(_ v: [Float]) { for x in v { float(x) } }

  mutating func vector(_ v: Vector3) { floats([v.x, v.y, v.z]) }

  /// A number in −1…1 as 16 bits.
  mutating func signedUnit(_ v: Float) {
    let q = (min(max(v, -1), 1) * 32767).rounded(.toNearestOrEven)
    short(UInt16(bitPattern: Int16(q)))
  }

  /// Numbers of `bits` bits each, the first in the lowest bits, padded to a whole byte.
  mutating func packed(_ values: [UInt8], bits: Int) {
    var accumulator: UInt32 = 0
    var filled = 0
    for v in values {
      accumulator |= UInt32(v) << UInt32(filled)
      filled += bits
      while filled >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: accumulator))
        accumulator >>= 8
        filled -= 8
      }
    }
    if filled > 0 { bytes.append(UInt8(truncatingIfNeeded: accumulator)) }
  }
}
