import Geometry

/// Reads splats from PLY: binary, little-endian, with whatever other properties and elements.
public enum PLYReader {
  /// The sizes of PLY's types.
  private static let sizes = [
    "char": 1, "uchar": 1, "int8": 1, "uint8": 1, "short": 2, "ushort": 2, "int16": 2, "uint16": 2,
    "int": 4, "uint": 4, "int32": 4, "uint32": 4, "float": 4, "float32": 4, "double": 8,
    "float64": 8,
  ]

  private struct Header {
    var count = 0
    /// Bytes of a vertex.
    var stride = 0
    var offsets: [String: Int] = [:]
    /// Where the vertices begin.
    var start = 0
  }

  /// Reads a scene.
  ///
  /// - Parameter most: the most splats that are read.
  /// - Throws: ``ExchangeError``.
  /// - Complexity: O(bytes).
  public static func read(
    _ bytes: [UInt8], most: Int = SplatScene.largestCount
  ) throws(ExchangeError) -> SplatScene {
    let header = try header(bytes)
    guard header.count > 0 else { throw .empty }
    guard header.stride > 0, header.count <= (bytes.count - header.start) / header.stride
    else { throw .badCount(offset: header.start, found: header.count) }
    if header.count > most { throw .tooMany(found: header.count, most: most) }
    func place(_ name: String) throws(ExchangeError) -> Int {
      guard let place = header.offsets[name] else { throw .missingProperty(name) }
      return place
    }
    var places: [Int] = []
    for name in PLYWriter.properties where !name.hasPrefix("n") { places.append(try place(name)) }
    var splats: [SplatScene.Splat] = []
    splats.reserveCapacity(header.count)
    for i in 0..<header.count {
      let start = header.start + i * header.stride
      var v: [Float] = []
      for place in places {
        var source = ByteSource(bytes, in: start + place..<start + place + 4)
        v.append(try source.float())
      }
      let q = Quaternion(w: v[10], x: v[11], y: -v[12], z: -v[13])
      let length = (q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z).squareRoot()
      guard length > 1e-6 else {
        throw .valueOutOfRange(offset: start + places[10], expected: "a rotation")
      }
      guard v[7...9].allSatisfy({ $0 < 20 }) else {
        throw .valueOutOfRange(offset: start + places[7], expected: "the logarithm of a scale")
      }
      splats.append(
        SplatScene.Splat(
          position: [v[0], -v[1], -v[2]], rotation: q.normalized,
          scale: [
            ElementaryFunctions.exp(max(v[7], -20)), ElementaryFunctions.exp(max(v[8], -20)),
            ElementaryFunctions.exp(max(v[9], -20)),
          ], opacity: Curves.sigmoid(v[6]),
          color: Vector3(v[3], v[4], v[5]) * SplatScene.harmonic + Vector3(repeating: 0.5)))
    }
    return SplatScene(splats: splats)
  }

  private static func header(_ bytes: [UInt8]) throws(ExchangeError) -> Header {
    var header = Header()
    var start = 0, number = 0
    var element = ""
    var hasFormat = false
    while true {
      // No line of a header is long, and no header has many.
      let limit = min(bytes.count, start + 1024)
      guard number < 1024, let end = bytes[start..<limit].firstIndex(of: 0x0A) else {
        throw .unexpected(offset: start, expected: "a line of a PLY header")
      }
      var line = String(decoding: bytes[start..<end], as: UTF8.self)
      if line.hasSuffix("\r") { line.removeLast() }
      let words = line.split(separator: " ").map(String.init)
      if number == 0 && words != ["ply"] { throw .unexpected(offset: 0, expected: "ply") }
      switch words.first {
      case "format":
        guard words == ["format", "binary_little_endian", "1.0"] else {
          throw .unexpected(offset: start, expected: "format binary_little_endian 1.0")
        }
        hasFormat = true
      case "element":
        guard words.count == 3, let count = Int(words[2]), count >= 0 else {
          throw .unexpected(offset: start, expected: "an element's name and count")
        }
        // Vertices come first; what follows them is left alone.
        if element.isEmpty && words[1] != "vertex" {
          throw .unexpected(offset: start, expected: "element vertex")
        }
        element = words[1]
        if element == "vertex" { header.count = count }
      case "property" where element == "vertex":
        guard words.count == 3, let size = sizes[words[1]] else {
          throw .unexpected(offset: start, expected: "a property's type and name")
        }
        if words[1] == "float" || words[1] == "float32" {
          header.offsets[words[2]] = header.stride
        }
        header.stride += size
      case "end_header":
        if !hasFormat { throw .unexpected(offset: start, expected: "a format") }
        header.start = end + 1
        return header
      default: break
      }
      start = end + 1
      number += 1
    }
  }
}
