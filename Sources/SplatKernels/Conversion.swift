internal import CLanes

/// Converts one row of premultiplied planes (red, green, blue, transmittance) to bytes.
///
/// - Parameters:
///   - planes: The row in the first plane; readable to a multiple of 8 pixels.
///   - channels: 4 for red, green, blue with straight alpha, and alpha; 3 for the colour over the
///     background.
///   - samples: `width × channels` bytes; written.
public func convertRow(
  planes: UnsafePointer<Float>, planeStride: Int, width: Int, channels: Int,
  red: Float, green: Float, blue: Float, samples: UnsafeMutablePointer<UInt8>
) {
  let zero = Lanes8(repeating: 0), full = Lanes8(repeating: 255)
  @inline(__always)
  func byte(_ v: Lanes8) -> SIMD8<Int32> {
    lanes_to_int8(lanes_min8(lanes_max8(v * 255, zero), full) + 0.5)
  }
  var x = 0
  while x < width {
    let p = planes + x
    let transmittance = load(p, 3 * planeStride)
    var r = load(p, 0), g = load(p, planeStride), b = load(p, 2 * planeStride)
    let a = byte(1 - transmittance)
    if channels == 4 {
      let alpha = 1 - transmittance
      let faint = alpha .< 1 / 510
      let scale = (1 / alpha).replacing(with: zero, where: faint)
      r *= scale
      g *= scale
      b *= scale
    } else {
      r = fma(r, transmittance, Lanes8(repeating: red))
      g = fma(g, transmittance, Lanes8(repeating: green))
      b = fma(b, transmittance, Lanes8(repeating: blue))
    }
    let packed = byte(r) | byte(g) &<< 8 | byte(b) &<< 16 | a &<< 24
    let count = min(8, width - x)
    let out = UnsafeMutableRawPointer(samples + x * channels)
    if channels == 4 {
      if count == 8 {
        out.storeBytes(of: packed, as: SIMD8<Int32>.self)
      } else {
        for lane in 0..<count {
          out.storeBytes(of: packed[lane], toByteOffset: 4 * lane, as: Int32.self)
        }
      }
    } else {
      for lane in 0..<count {
        let bits = UInt32(truncatingIfNeeded: packed[lane])
        samples[(x + lane) * 3] = UInt8(truncatingIfNeeded: bits)
        samples[(x + lane) * 3 + 1] = UInt8(truncatingIfNeeded: bits >> 8)
        samples[(x + lane) * 3 + 2] = UInt8(truncatingIfNeeded: bits >> 16)
      }
    }
    x += 8
  }
}
