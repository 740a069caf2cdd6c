import Geometry
import PlainJSON

/// Gathers what a binary glTF 2.0 file holds: buffers, accessors, and JSON around them.
struct GLTFBuilder {
  /// Numbers of glTF's component types.
  enum Component: Int {
    case unsignedByte = 5121
    case unsignedShort = 5123
    case unsignedInt = 5125
    case float = 5126
  }

  private(set) var binary: [UInt8] = []
  private var views = JSONWriter()
  private var viewCount = 0
  private var accessors = JSONWriter()
  private(set) var accessorCount = 0

  /// Adds numbers; returns the accessor.
  ///
  /// - Parameters:
  ///   - type: `SCALAR`, `VEC3`, …
  ///   - target: 34962 for vertices, 34963 for indices; nil for anything else.
  mutating func add(
    _ bytes: [UInt8], count: Int, type: String, component: Component, target: Int? = nil,
    isNormalized: Bool = false, lower: [Float]? = nil, upper: [Float]? = nil
  ) -> Int {
    let view = addView(bytes, target: target)
    accessors.object { out in
      out.add("bufferView", view)
      out.add("componentType", component.rawValue)
      if isNormalized { out.add("normalized", true) }
      out.add("count", count)
      out.add("type", type)
      if let lower { out.add("min", lower) }
      if let upper { out.add("max", upper) }
    }
    accessorCount += 1
    return accessorCount - 1
  }

  /// Adds bytes without an accessor, as of a picture; returns the view.
  mutating func addView(_ bytes: [UInt8], target: Int? = nil) -> Int {
    while binary.count % 4 != 0 { binary.append(0) }
    let offset = binary.count
    binary += bytes
    views.object { out in
      out.add("buffer", 0)
      out.add("byteOffset", offset)
      out.add("byteLength", bytes.count)
      if let target { out.add("target", target) }
    }
    viewCount += 1
    return viewCount - 1
  }

  /// Adds points or directions.
  ///
  /// - Parameter hasBounds: as positions and times must have.
  mutating func add(
    _ vectors: [Vector3], hasBounds: Bool = false, target: Int? = 34962
  ) -> Int {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(12 * vectors.count)
    var lower = vectors.first ?? .zero, upper = lower
    for v in vectors {
      bytes.add(v)
      lower = Vector3(min(lower.x, v.x), min(lower.y, v.y), min(lower.z, v.z))
      upper = Vector3(max(upper.x, v.x), max(upper.y, v.y), max(upper.z, v.z))
    }
    return add(
      bytes, count: vectors.count, type: "VEC3", component: .float, target: target,
      lower: hasBounds ? [lower.x, lower.y, lower.z] : nil,
      upper: hasBounds ? [upper.x, upper.y, upper.z] : nil)
  }

  /// Adds numbers, `width` of them an element.
  mutating func add(
    _ values: [Float], type: String, width: Int, hasBounds: Bool = false, target: Int? = nil
  ) -> Int {
    var bytes: [UInt8] = []
    for v in values { bytes.add(v) }
    return add(
      bytes, count: values.count / width, type: type, component: .float, target: target,
      lower: hasBounds ? [values.min() ?? 0] : nil, upper: hasBounds ? [values.max() ?? 0] : nil)
  }

  /// The bytes of a file.
  ///
  /// - Parameter body: adds what is not buffers and accessors to the outermost object.
  func encoded(
    extensions: [String], required: [String] = [], _ body: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var binary = binary
    while binary.count % 4 != 0 { binary.append(0) }
    var out = JSONWriter()
    out.object { out in
      out.object("asset") { out in
        out.add("version", "2.0")
        out.add("generator", "visavis")
      }
      for (name, list) in [("extensionsUsed", extensions), ("extensionsRequired", required)]
      where !list.isEmpty {
        out.list(name) { out in for item in list { out.add(nil, item) } }
      }
      out.list("buffers") { out in
        out.object { $0.add("byteLength", binary.count) }
      }
      out.add("bufferViews", raw: "[" + views.text + "]")
      out.add("accessors", raw: "[" + accessors.text + "]")
      body(&out)
    }
    var json = Array(out.text.utf8)
    while json.count % 4 != 0 { json.append(0x20) }
    var bytes: [UInt8] = []
    bytes.add(UInt32(0x4654_6C67))
    bytes.add(UInt32(2))
    bytes.add(UInt32(12 + 8 + json.count + 8 + binary.count))
    bytes.add(UInt32(json.count))
    bytes.add(UInt32(0x4E4F_534A))
    bytes += json
    bytes.add(UInt32(binary.count))
    bytes.add(UInt32(0x004E_4942))
    return bytes + binary
  }
}
