import Geometry

/// The layout of SPZ, Niantic's packed splats (https://github.com/nianticlabs/spz).
///
/// Positions are 24-bit fixed point, opacities a byte, colours a byte each, scales a byte each by
/// logarithm, rotations three bytes up to version 2 and the smallest three of ten bits from then on. Up to
/// version 3 all lie one after the other in one gzip; version 4 has a header of 32 bytes, a table, and a
/// frame of Zstandard each. Axes are x right, y up, z to the viewer: ours.
enum SPZFormat {
  /// "NGSP", little-endian.
  static let magic: UInt32 = 0x5053_474E
  /// Colours beyond what can be shown are kept, since harmonics may bring them back.
  static let colorScale: Float = 0.15

  /// Coefficients of spherical harmonics beyond the zeroth, of one colour.
  static func harmonics(_ degree: Int) -> Int { [0, 3, 8, 15, 24][degree] }

  /// The nearest byte.
  static func byte(_ x: Float) -> UInt8 { UInt8(min(max(x.rounded(), 0), 255)) }

  /// A rotation as its three smallest parts, ten bits each, below the index of the largest.
  static func packed(_ q: Quaternion) -> UInt32 {
    let q = q.normalized
    let v = [q.x, q.y, q.z, q.w]
    var largest = 0
    for k in 1..<4 where v[k].magnitude > v[largest].magnitude { largest = k }
    var word = UInt32(largest)
    for k in 0..<4 where k != largest {
      let isNegative = (v[k] < 0) != (v[largest] < 0)
      let size = UInt32(min(511 * v[k].magnitude / 0.70710678 + 0.5, 511))
      word = word << 10 | (isNegative ? 512 : 0) | size
    }
    return word
  }

  /// The inverse.
  static func rotation(_ word: UInt32) -> Quaternion {
    var word = word
    let largest = Int(word >> 30)
    var v: [Float] = [0, 0, 0, 0]
    var sum: Float = 0
    for k in (0..<4).reversed() where k != largest {
      let size = Float(word & 511) / 511 * 0.70710678
      v[k] = word & 512 != 0 ? -size : size
      sum += size * size
      word >>= 10
    }
    v[largest] = max(1 - sum, 0).squareRoot()
    return Quaternion(w: v[3], x: v[0], y: v[1], z: v[2]).normalized
  }
}
