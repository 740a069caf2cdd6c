import CZlib
import ServerSupport

/// Bytes as gzip (RFC 1952).
enum Gzip {
  /// The compressed bytes; nil where zlib fails, which it does only without memory.
  static func compress(_ bytes: [UInt8], level: CInt = 9) -> [UInt8]? {
    var stream = z_stream()
    // 15 bits of window, 16 for gzip's own frame.
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        CInt(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var source = bytes
    let bound = Int(deflateBound(&stream, UInt(bytes.count))) + 32
    var isDone = false
    var result = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      source.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = Int(stream.total_out)
      }
    }
    guard isDone else { return nil }
    // The file system that it came from is nobody's concern.
    if result.count > 9 { result[9] = 255 }
    return result
  }
}

/// Compressed files, kept while they are asked for, within a bound.
actor CompressedFiles {
  private struct Entry {
    var bytes: [UInt8]?
    var used: Int
  }

  private var entries: [String: Entry] = [:]
  private var clock = 0
  private let most: Int

  /// Keeps at most this many bytes.
  init(most: Int = 48 << 20) { self.most = most }

  /// The file's bytes compressed; nil where that gains less than a tenth.
  func compressed(_ file: OpenFile) async throws -> [UInt8]? {
    clock += 1
    if let entry = entries[file.tag] {
      entries[file.tag]?.used = clock
      return entry.bytes
    }
    let plain = try await file.readAll()
    let result = await Task.detached { Gzip.compress(plain) }.value
    let bytes = result.flatMap { $0.count * 10 < plain.count * 9 ? $0 : nil }
    entries[file.tag] = Entry(bytes: bytes, used: clock)
    while entries.values.reduce(0, { $0 + ($1.bytes?.count ?? 0) }) > most || entries.count > 1000,
      let oldest = entries.min(by: { $0.value.used < $1.value.used })
    {
      entries[oldest.key] = nil
    }
    return bytes
  }
}
