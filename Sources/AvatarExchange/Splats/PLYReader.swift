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
    let table = try table(bytes, PLYWriter.properties.filter { !$0.hasPrefix("n") })
    if table.count > most { throw .tooMany(found: table.count, most: most) }
    var splats: [SplatScene.Splat] = []
    splats.reserveCapacity(table.count)
    for i in 0..<table.count {
      let v = table[i]
      let q = Quaternion(w: v[10], x: v[11], y: -v[12], z: -v[13])
      let length = (q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z).squareRoot()
      guard length > 1e-6 else {
        throw .valueOutOfRange(offset: table.offset(i, 10), expected: "a rotation")
      }
      guard v[7...9].allSatisfy({ $0 < 20 }) else {
        throw .valueOutOfRange(offset: table.offset(i, 7), expected: "the logarithm of a scale")
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

  /// Some properties of every vertex.
  struct Table {
    /// How many vertices there are.
    fileprivate(set) var count = 0
    /// Bytes before the first vertex.
    fileprivate(set) var start = 0
    private(set) var numbers: [Float] = []
    fileprivate var stride = 0
    fileprivate var places: [Int] = []

    /// A vertex's numbers, in the order asked for.
    subscript(vertex: Int) -> [Float] {
      Array(numbers[vertex * places.count..<(vertex + 1) * places.count])
    }

    /// Bytes before a vertex's number.
    func offset(_ vertex: Int, _ property: Int) -> Int {
      start + vertex * stride + places[property]
    }

    fileprivate mutating func read(_ bytes: [UInt8]) throws(ExchangeError) {
      numbers.reserveCapacity(count * places.count)
      for i in 0..<count {
        for k in places.indices {
          var source = ByteSource(bytes, in: offset(i, k)..<offset(i, k) + 4)
          numbers.append(try source.float())
        }
      }
    }
  }

  /// Reads the properties of every vertex that `names` has.
  static func table(_ bytes: [UInt8], _ names: [String]) throws(ExchangeError) -> Table {
    let header = try header(bytes)
    guard header.count > 0 else { throw .empty }
    guard header.count <= SplatScene.largestCount, header.stride > 0,
      header.count <= (bytes.count - header.start) / header.stride
    else { throw .badCount(offset: header.start, found: header.count) }
    var table = Table()
    for name in names {
      guard let place = header.offsets[name] else { throw .missingProperty(name) }
      table.places.append(place)
    }
    table.count = header.count
    table.start = header.start
    table.stride = header.stride
    try table.read(bytes)
    return table
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
