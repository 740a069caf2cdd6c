import FaceRig
import Geometry

/// Appends little-endian numbers.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func short(_ value: Int) {
    precondition(value >= 0 && value < 65_536)
    bytes.append(UInt8(value & 255))
    bytes.append(UInt8(value >> 8))
  }

  mutating func word(_ value: UInt32) {
    for k in 0..<4 { bytes.append(UInt8(value >> UInt32(8 * k) & 255)) }
  }

  mutating func word(_ value: Int) { word(UInt32(value)) }

  mutating func float(_ value: Float) { word(value.bitPattern) }

  mutating func vector(_ value: Vector3) {
    for k in 0..<3 { float(value[k]) }
  }

  /// Three 16-bit multiples of `step`.
  mutating func quantized(_ value: Vector3, step: Float) {
    for k in 0..<3 {
      let n = step > 0 ? Int16((value[k] / step).rounded(.toNearestOrEven)) : 0
      short(Int(UInt16(bitPattern: n)))
    }
  }

  mutating func append(_ other: ByteWriter) { bytes += other.bytes }

  /// The step with which the largest component becomes ±32767.
  static func step(for values: [Vector3]) -> Float {
    var largest: Float = 0
    for v in values { for k in 0..<3 { largest = max(largest, v[k].magnitude) } }
    return (largest / 32_767).nextUp
  }
}
