import CZlib
import CZstd

/// Packing and unpacking of whole buffers.
enum Compression {
  /// Bytes in gzip.
  static func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let status = deflateInit2_(
      &stream, 9, Z_DEFLATED, 16 + 15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))) + 32)
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = uInt(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = uInt(output.count)
        let status = deflate(&stream, Z_FINISH)
        precondition(status == Z_STREAM_END)
        return output.count - Int(stream.avail_out)
      }
    }
    return Array(output[..<count])
  }

  /// How deflated bytes are wrapped; the raw value is zlib's number of window bits.
  enum Wrapping: Int32 {
    /// In nothing, as in zip files.
    case none = -15
    /// In gzip.
    case gzip = 31
  }

  /// What deflated bytes hold, which may be at most `limit` bytes.
  ///
  /// Takes memory as the bytes come out, 64 kB at a time.
  ///
  /// - Parameters:
  ///   - range: where they lie in `bytes`, nil for all. Whatever follows their end is ignored.
  ///   - isStart: whether only the first `limit` bytes are wanted, or all where there are fewer.
  static func inflated(
    _ bytes: [UInt8], in range: Range<Int>? = nil, _ wrapping: Wrapping, limit: Int,
    isStart: Bool = false
  ) throws(ExchangeError) -> [UInt8] {
    let range = range ?? 0..<bytes.count
    var stream = z_stream()
    guard
      inflateInit2_(
        &stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .damagedCompression(offset: range.lowerBound, expected: limit) }
    defer { inflateEnd(&stream) }
    var input = Array(bytes[range])
    var result: [UInt8] = []
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
        if isStart && result.count >= limit {
          result.removeLast(result.count - limit)
          return true
        }
        if result.count > limit { return false }
        if status == Z_STREAM_END { return true }
        if status != Z_OK { return false }
      }
    }
    if !isWhole {
      throw .damagedCompression(
        offset: range.upperBound - Int(stream.avail_in), expected: limit)
    }
    return result
  }

  /// The checksum of ISO 3309 that zip files and gzip carry.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, uInt($0.count)))
    }
  }

  /// Bytes as one frame of Zstandard.
  static func zstandard(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 12)
    precondition(ZSTD_isError(count) == 0)
    return Array(output[..<count])
  }

  /// What a frame of Zstandard holds, which must be `count` bytes.
  ///
  /// - Precondition: `range` lies within `bytes`.
  static func unzstandard(
    _ bytes: [UInt8], in range: Range<Int>, count: Int
  ) throws(ExchangeError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: count)
    let found = bytes.withUnsafeBytes { bytes in
      output.withUnsafeMutableBytes {
        ZSTD_decompress(
          $0.baseAddress, count, bytes.baseAddress.map { $0 + range.lowerBound }, range.count)
      }
    }
    if ZSTD_isError(found) != 0 || found != count {
      throw .damagedCompression(offset: range.lowerBound, expected: count)
    }
    return output
  }
}
