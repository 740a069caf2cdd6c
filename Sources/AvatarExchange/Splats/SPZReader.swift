import Geometry

/// Reads splats from SPZ, versions 1 to 4; spherical harmonics beyond the zeroth are left out.
public enum SPZReader {
  private struct Header {
    var version, count, degree, bits: Int
  }

  /// Bytes of the six attributes of one splat.
  private static func sizes(_ header: Header) -> [Int] {
    [
      header.version == 1 ? 6 : 9, 1, 3, 3, header.version < 3 ? 3 : 4,
      3 * SPZFormat.harmonics(header.degree),
    ]
  }

  /// Reads a scene.
  ///
  /// - Parameter most: the most splats that are read.
  /// - Throws: ``ExchangeError``; places in a gzip count in what it holds.
  public static func read(
    _ bytes: [UInt8], most: Int = SplatScene.largestCount
  ) throws(ExchangeError) -> SplatScene {
    guard bytes.starts(with: [0x1F, 0x8B]) else { return try readStreams(bytes, most) }
    // The header says how much there can be, before any of it takes memory.
    var start = ByteSource(try Compression.inflated(bytes, .gzip, limit: headerSize, isStart: true))
    let header = try header(&start, versions: 1...3, most)
    let size = headerSize + sizes(header).reduce(0, +) * header.count
    // Gzip holds at most 1032 times its bytes.
    guard size / 1032 <= bytes.count else { throw .badCount(offset: 8, found: header.count) }
    // What newer writers append is left alone.
    return try readGzipped(
      try Compression.inflated(bytes, .gzip, limit: size + mostAppended), header)
  }

  /// Bytes before the first splat.
  private static let headerSize = 16
  /// Bytes behind the last splat.
  private static let mostAppended = 1 << 20

  private static func header(
    _ source: inout ByteSource, versions: ClosedRange<Int>, _ most: Int
  ) throws(ExchangeError) -> Header {
    if try source.word() != SPZFormat.magic { throw .unexpected(offset: 0, expected: "NGSP") }
    let version = Int(try source.word())
    if !versions.contains(version) {
      throw .unsupportedVersion(
        offset: 4, found: version, expected: "\(versions.lowerBound) to \(versions.upperBound)")
    }
    let count = Int(try source.word())
    if count == 0 { throw .empty }
    if count > most { throw .tooMany(found: count, most: most) }
    let degree = Int(try source.byte()), bits = Int(try source.byte())
    if degree > 4 { throw .valueOutOfRange(offset: 12, expected: "a degree from 0 to 4") }
    if bits > 23 { throw .valueOutOfRange(offset: 13, expected: "at most 23 bits") }
    try source.skip(1)
    return Header(version: version, count: count, degree: degree, bits: bits)
  }

  private static func readGzipped(
    _ plain: [UInt8], _ header: Header
  ) throws(ExchangeError) -> SplatScene {
    var source = ByteSource(plain)
    try source.skip(headerSize)
    let sizes = sizes(header)
    try source.need(sizes.reduce(0, +) * header.count)
    var streams: [[UInt8]] = []
    for size in sizes {
      let start = source.position
      try source.skip(size * header.count)
      streams.append(Array(plain[start..<source.position]))
    }
    return try scene(header, streams)
  }

  private static func readStreams(
    _ bytes: [UInt8], _ most: Int
  ) throws(ExchangeError) -> SplatScene {
    var source = ByteSource(bytes)
    let header = try header(&source, versions: 4...4, most)
    let count = Int(try source.byte())
    if count < 5 || count > 16 {
      throw .valueOutOfRange(offset: 15, expected: "6 streams")
    }
    let table = Int(try source.word())
    if table < 32 || table > bytes.count {
      throw .valueOutOfRange(offset: 16, expected: "the place of a table behind the header")
    }
    var entries = ByteSource(bytes, in: table..<bytes.count)
    try entries.need(16 * count)
    var start = table + 16 * count
    let sizes = sizes(header)
    var streams: [[UInt8]] = []
    for k in 0..<count {
      let place = entries.position
      let packed = try entries.long(), plain = try entries.long()
      guard packed <= UInt64(bytes.count - start) else {
        throw .truncated(
          offset: start, needed: Int(clamping: packed), available: bytes.count - start)
      }
      if k < sizes.count {
        // A frame holds at most some 40,000 times its bytes; taking memory for more would be folly.
        guard plain == UInt64(sizes[k] * header.count), plain / 65_536 <= packed else {
          throw .badCount(offset: place + 8, found: Int(clamping: plain))
        }
        streams.append(
          plain == 0
            ? []
            : try Compression.unzstandard(
              bytes, in: start..<start + Int(packed), count: Int(plain)))
      }
      start += Int(packed)
    }
    return try scene(header, streams)
  }

  private static func scene(
    _ header: Header, _ streams: [[UInt8]]
  ) throws(ExchangeError) -> SplatScene {
    let unit = 1 / Float(1 << header.bits)
    var splats: [SplatScene.Splat] = []
    splats.reserveCapacity(header.count)
    for i in 0..<header.count {
      var position = Vector3.zero, scale = Vector3.zero, color = Vector3.zero
      for k in 0..<3 {
        position[k] = try coordinate(streams[0], 3 * i + k, header, unit)
        let coefficient = (Float(streams[2][3 * i + k]) / 255 - 0.5) / SPZFormat.colorScale
        color[k] = coefficient * SplatScene.harmonic + 0.5
        scale[k] = ElementaryFunctions.exp(Float(streams[3][3 * i + k]) / 16 - 10)
      }
      splats.append(
        SplatScene.Splat(
          position: position, rotation: rotation(streams[4], i, header), scale: scale,
          opacity: Float(streams[1][i]) / 255, color: color))
    }
    return SplatScene(splats: splats)
  }

  private static func coordinate(
    _ s: [UInt8], _ i: Int, _ header: Header, _ unit: Float
  ) throws(ExchangeError) -> Float {
    if header.version == 1 {
      let half = Float(Float16(bitPattern: UInt16(s[2 * i]) | UInt16(s[2 * i + 1]) << 8))
      if !half.isFinite {
        throw .valueOutOfRange(offset: 16 + 2 * i, expected: "a finite number")
      }
      return half
    }
    let low = UInt32(s[3 * i]) | UInt32(s[3 * i + 1]) << 8 | UInt32(s[3 * i + 2]) << 16
    return Float(Int32(bitPattern: low << 8) >> 8) * unit
  }

  private static func rotation(_ s: [UInt8], _ i: Int, _ header: Header) -> Quaternion {
    if header.version < 3 {
      let v = (0..<3).map { Float(s[3 * i + $0]) / 127.5 - 1 }
      let w = max(1 - v[0] * v[0] - v[1] * v[1] - v[2] * v[2], 0).squareRoot()
      return Quaternion(w: w, x: v[0], y: v[1], z: v[2]).normalized
    }
    let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(s[4 * i + $1]) << UInt32(8 * $1) }
    return SPZFormat.rotation(word)
  }
}
