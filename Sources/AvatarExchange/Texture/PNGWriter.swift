import CZlib

/// Writes pictures as PNG (ISO/IEC 15948): 8 bits a channel, red, green and blue.
enum PNGWriter {
  /// The bytes of a file.
  ///
  /// - Parameter pixels: `width × height × 3`, row by row from the top.
  static func encoded(_ pixels: [UInt8], width: Int, height: Int) -> [UInt8] {
    precondition(pixels.count == 3 * width * height && width > 0 && height > 0)
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    var header: [UInt8] = []
    for size in [width, height] {
      for shift in [24, 16, 8, 0] { header.append(UInt8(truncatingIfNeeded: size >> shift)) }
    }
    add("IHDR", header + [8, 2, 0, 0, 0], to: &bytes)
    // What the numbers mean: sRGB, perceptually.
    add("sRGB", [0], to: &bytes)
    add("IDAT", packed(filtered(pixels, width: width, height: height)), to: &bytes)
    add("IEND", [], to: &bytes)
    return bytes
  }

  private static func add(_ name: String, _ contents: [UInt8], to bytes: inout [UInt8]) {
    func word(_ v: UInt32) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: v >> $0) }
    }
    let body = Array(name.utf8) + contents
    bytes += word(UInt32(contents.count)) + body + word(Compression.checksum(body))
  }

  /// Each row by the filter that leaves the smallest numbers, its number before it.
  private static func filtered(_ pixels: [UInt8], width: Int, height: Int) -> [UInt8] {
    let stride = 3 * width
    var result: [UInt8] = []
    result.reserveCapacity((stride + 1) * height)
    var candidates = [[UInt8]](repeating: [UInt8](repeating: 0, count: stride), count: 5)
    let nothing = [UInt8](repeating: 0, count: stride)
    var above = nothing
    for y in 0..<height {
      let row = Array(pixels[y * stride..<(y + 1) * stride])
      var least = Int.max, best = 0
      for filter in 0..<5 {
        var sum = 0
        for x in 0..<stride {
          let left = x < 3 ? 0 : row[x - 3], corner = x < 3 ? 0 : above[x - 3]
          let guess: UInt8 =
            switch filter {
            case 0: 0
            case 1: left
            case 2: above[x]
            case 3: UInt8((Int(left) + Int(above[x])) / 2)
            default: paeth(Int(left), Int(above[x]), Int(corner))
            }
          let value = row[x] &- guess
          candidates[filter][x] = value
          sum += Int(Int8(bitPattern: value).magnitude)
        }
        if sum < least { (least, best) = (sum, filter) }
      }
      result.append(UInt8(best))
      result += candidates[best]
      above = row
    }
    return result
  }

  /// Of left, above and the corner between, the one nearest to left + above − corner.
  private static func paeth(_ a: Int, _ b: Int, _ c: Int) -> UInt8 {
    let p = a + b - c
    let (pa, pb, pc) = (abs(p - a), abs(p - b), abs(p - c))
    return UInt8(pa <= pb && pa <= pc ? a : pb <= pc ? b : c)
  }

  /// Bytes in zlib's wrapping.
  private static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(uLong(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(count))
    let status = compress2(&packed, &count, bytes, uLong(bytes.count), 9)
    precondition(status == Z_OK)
    return Array(packed[..<Int(count)])
  }
}
