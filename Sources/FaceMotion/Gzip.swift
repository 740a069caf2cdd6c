import CZlib

/// Unpacking of gzip files.
enum Gzip {
  /// Whether bytes begin as a gzip file does.
  static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// What a gzip file of one member holds.
  ///
  /// - Throws: `damagedCompression` where it is damaged, cut off, followed by more, or unpacks to more than
  ///   `limit` bytes.
  static func unpacked(_ bytes: [UInt8], limit: Int) throws(FaceMotionError) -> [UInt8] {
    guard isPacked(bytes), bytes.count <= Int(UInt32.max) else {
      throw .damagedCompression(limit: limit)
    }
    var stream = z_stream()
    // 16 asks for gzip's wrapping, 15 is the largest window.
    guard
      inflateInit2_(&stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .damagedCompression(limit: limit) }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    var input = bytes
    var part = [UInt8](repeating: 0, count: 1 << 16)
    let isWhole = input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      while true {
        let (status, filled) = part.withUnsafeMutableBufferPointer { part in
          stream.next_out = part.baseAddress
          stream.avail_out = uInt(part.count)
          return (inflate(&stream, Z_NO_FLUSH), part.count - Int(stream.avail_out))
        }
        result += part[..<filled]
        if status == Z_STREAM_END { return stream.avail_in == 0 && result.count <= limit }
        if status != Z_OK || result.count > limit { return false }
      }
    }
    if !isWhole { throw .damagedCompression(limit: limit) }
    return result
  }
}
