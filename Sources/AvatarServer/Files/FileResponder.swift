import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServerSupport

#if canImport(Darwin)
  import Darwin
#else
  import CoreFoundation
  import Glibc
#endif

/// Answers requests for files: validators, ranges, compression, streaming.
struct FileResponder: Sendable {
  /// How long a copy may be used without asking.
  enum Freshness: String {
    /// Always ask whether it is still the same.
    case revalidated = "no-cache"
    /// As above, and no cache that others share may keep it.
    case personal = "private, no-cache"
    /// For a day: files that change with the program only.
    case day = "public, max-age=86400, stale-while-revalidate=604800"
    /// For good: another content has another name.
    case kept = "public, max-age=31536000, immutable"
  }

  /// Files above this are not compressed: that would take memory and time.
  static let largestCompressed = 16 << 20
  /// Files below this fit into a packet or two anyway.
  static let smallestCompressed = 1024

  private let compressedFiles = CompressedFiles()

  /// Answers GET and HEAD for a file.
  func response(
    to request: Request, file: OpenFile, name: String, freshness: Freshness,
    download: String? = nil
  ) async throws -> Response {
    let kind = MediaKind(path: name)
    var headers: HTTPFields = [
      .contentType: kind.type, .acceptRanges: "bytes", .cacheControl: freshness.rawValue,
      .lastModified: HTTPDate.text(file.modified),
    ]
    if kind.isCompressible { headers[.vary] = "Accept-Encoding" }
    if let download {
      headers[.contentDisposition] = "attachment; filename=\"\(download)\""
    }
    var compressed: [UInt8]?
    if kind.isCompressible, request.headers[.range] == nil,
      (Self.smallestCompressed...Self.largestCompressed).contains(file.size),
      Self.accepts("gzip", request.headers[values: .acceptEncoding])
    {
      compressed = try await compressedFiles.compressed(file)
    }
    let tag = "\"" + file.tag + (compressed == nil ? "" : ".gz") + "\""
    headers[.eTag] = tag
    if Self.isUnchanged(request, tag: tag, file: file) {
      return Response(status: .notModified, headers: headers)
    }
    if let compressed {
      headers[.contentEncoding] = "gzip"
      headers[.contentLength] = String(compressed.count)
      let body = ByteBuffer(bytes: compressed)
      return Response(
        status: .ok, headers: headers,
        body: request.method == .head ? .init() : ResponseBody(byteBuffer: body))
    }
    let range = try Self.range(request, tag: tag, file: file)
    if let range {
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
    }
    let bytes = range ?? 0..<file.size
    headers[.contentLength] = String(bytes.count)
    return Response(
      status: range == nil ? .ok : .partialContent, headers: headers,
      body: request.method == .head ? .init() : Self.body(file, bytes))
  }

  /// Bytes of a file, read as the connection takes them.
  static func body(_ file: OpenFile, _ bytes: Range<Int>) -> ResponseBody {
    ResponseBody(contentLength: bytes.count) { writer in
      var offset = bytes.lowerBound
      while offset < bytes.upperBound {
        let buffer = try await file.read(at: offset, count: min(1 << 16, bytes.upperBound - offset))
        offset += buffer.readableBytes
        try await writer.write(buffer)
      }
      try await writer.finish(nil)
    }
  }

  private static func range(
    _ request: Request, tag: String, file: OpenFile
  ) throws(ServerError) -> Range<Int>? {
    if let condition = request.headers[.ifRange], condition != tag,
      condition != HTTPDate.text(file.modified)
    {
      return nil
    }
    switch ByteRange(request.headers[.range], size: file.size) {
    case .whole: return nil
    case .part(let range): return range
    case .outside: throw .rangeNotSatisfiable(size: file.size)
    }
  }

  private static func isUnchanged(_ request: Request, tag: String, file: OpenFile) -> Bool {
    let tags = request.headers[values: .ifNoneMatch]
    if !tags.isEmpty {
      return tags.joined(separator: ",").split(separator: ",").contains {
        let candidate = $0.trimmingCharacters(in: .whitespaces)
        return candidate == "*" || candidate == tag || candidate == "W/" + tag
      }
    }
    guard let since = request.headers[.ifModifiedSince].flatMap(HTTPDate.seconds) else {
      return false
    }
    return file.modified.rounded(.down) <= since
  }

  /// Whether a coding is named with a weight above 0.
  static func accepts(_ coding: String, _ values: [String]) -> Bool {
    values.joined(separator: ",").split(separator: ",").contains { item in
      let parts = item.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.first?.lowercased() == coding else { return false }
      return !parts.dropFirst().contains {
        let weight = $0.lowercased()
        return weight.hasPrefix("q=") && Double(weight.dropFirst(2)) == 0
      }
    }
  }
}

/// Dates as HTTP writes them (RFC 9110, section 5.6.7).
enum HTTPDate {
  static func text(_ seconds: Double) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    return days[Int(parts.tm_wday)]
      + String(
        format: ", %02d ", parts.tm_mday) + months[Int(parts.tm_mon)]
      + String(
        format: " %04d %02d:%02d:%02d GMT", Int(parts.tm_year) + 1900, parts.tm_hour, parts.tm_min,
        parts.tm_sec)
  }

  /// Seconds since 1970; nil for other forms than the preferred one.
  static func seconds(_ text: String) -> Double? {
    let parts = text.split(whereSeparator: { $0 == " " || $0 == ":" || $0 == "," })
    guard parts.count == 8, parts[7] == "GMT", let month = months.firstIndex(of: String(parts[2])),
      let day = Int32(parts[1]), let year = Int32(parts[3]), let hour = Int32(parts[4]),
      let minute = Int32(parts[5]), let second = Int32(parts[6]), (1970...9999).contains(year)
    else { return nil }
    var time = tm()
    (time.tm_mday, time.tm_mon, time.tm_year) = (day, Int32(month), year - 1900)
    (time.tm_hour, time.tm_min, time.tm_sec) = (hour, minute, second)
    return Double(timegm(&time))
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
