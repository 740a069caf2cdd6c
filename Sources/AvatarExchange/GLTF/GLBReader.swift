import Geometry
import PlainJSON

/// Reads binary glTF 2.0: splats by `KHR_gaussian_splatting`, and meshes.
public struct GLBReader {
  /// The most primitives that nodes show, each as often as nodes show it.
  static let mostPrimitives = 65_536

  /// The JSON.
  let root: JSONNode
  /// The most bytes of JSON that are read: values take some forty times as much memory.
  static let largestJSON = 8 << 20
  /// The file's size in bytes.
  var size: Int { bytes.count }
  private let bytes: [UInt8]
  private let binary: Range<Int>

  /// Opens a file.
  ///
  /// - Throws: ``ExchangeError``.
  public init(_ bytes: [UInt8]) throws(ExchangeError) {
    var source = ByteSource(bytes)
    if try source.word() != 0x4654_6C67 { throw .unexpected(offset: 0, expected: "glTF") }
    let version = Int(try source.word())
    if version != 2 { throw .unsupportedVersion(offset: 4, found: version, expected: "2") }
    let length = Int(try source.word())
    if length > bytes.count || length < 20 {
      throw .truncated(offset: 12, needed: length, available: bytes.count)
    }
    var json: Range<Int>?, binary = 0..<0
    while source.position + 8 <= length {
      let place = source.position
      let size = Int(try source.word()), kind = try source.word()
      if size > length - source.position {
        throw .truncated(
          offset: source.position, needed: size, available: length - source.position)
      }
      let range = source.position..<source.position + size
      if json == nil && kind != 0x4E4F_534A {
        throw .unexpected(offset: place + 4, expected: "a chunk of JSON")
      }
      if kind == 0x4E4F_534A && json == nil { json = range }
      if kind == 0x004E_4942 && binary.isEmpty { binary = range }
      try source.skip(size)
    }
    guard let json else { throw .unexpected(offset: 12, expected: "a chunk of JSON") }
    guard json.count <= Self.largestJSON else {
      throw .valueOutOfRange(offset: 12, expected: "JSON of at most \(Self.largestJSON) bytes")
    }
    self.bytes = bytes
    self.binary = binary
    do throws(JSONError) {
      root = try JSONReader.read(bytes, in: json)
    } catch { throw .damagedJSON(error) }
  }

  /// The primitives of all meshes, with the pose and scale of the node that shows each.
  func primitives() throws(ExchangeError) -> [(node: GLTFPose, primitive: JSONNode)] {
    let nodes = root["nodes"]?.list ?? [], meshes = root["meshes"]?.list ?? []
    var isChild = [Bool](repeating: false, count: nodes.count)
    for node in nodes {
      for child in node["children"]?.list ?? [] {
        guard let k = child.int, nodes.indices.contains(k), !isChild[k] else {
          throw .badMember("children", offset: child.offset)
        }
        isChild[k] = true
      }
    }
    var result: [(GLTFPose, JSONNode)] = []
    // Each node has one parent at most, so this ends.
    var open = nodes.indices.filter { !isChild[$0] }.map { ($0, GLTFPose()) }
    while let (k, parent) = open.popLast() {
      let pose = parent * (try GLTFPose(nodes[k]))
      if let mesh = nodes[k]["mesh"] {
        guard let m = mesh.int, meshes.indices.contains(m),
          let primitives = meshes[m]["primitives"]?.list
        else { throw .badMember("mesh", offset: mesh.offset) }
        let count = result.count + primitives.count
        if count > Self.mostPrimitives { throw .tooMany(found: count, most: Self.mostPrimitives) }
        for primitive in primitives { result.append((pose, primitive)) }
      }
      for child in nodes[k]["children"]?.list ?? [] {
        if let k = child.int { open.append((k, pose)) }
      }
    }
    return result
  }

  /// The numbers of an accessor, `width` of them an element.
  func numbers(_ node: JSONNode?, _ name: String, width: Int) throws(ExchangeError) -> [Float] {
    guard let node, let k = node.int, let list = root["accessors"]?.list, list.indices.contains(k)
    else { throw .badMember(name, offset: node?.offset ?? root.offset) }
    let accessor = list[k]
    let widths = ["SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16]
    guard let count = accessor["count"]?.int, count >= 0, count <= SplatScene.largestCount * 4,
      let component = accessor["componentType"]?.int,
      let size = [5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4][component],
      widths[accessor["type"]?.text ?? ""] == width
    else { throw .badMember(name, offset: accessor.offset) }
    let layout = Layout(
      count: count, width: width, component: component, size: size,
      isNormalized: accessor["normalized"]?.value == .bool(true), place: accessor.offset)
    var numbers: [Float]
    if let view = accessor["bufferView"] {
      numbers = try self.numbers(view, accessor["byteOffset"], layout)
    } else {
      // Without a view all are 0, and there is no reason to hold millions of them.
      if count > 65_536 { throw .badMember("bufferView", offset: accessor.offset) }
      numbers = [Float](repeating: 0, count: count * width)
    }
    if let sparse = accessor["sparse"] { try replace(sparse, in: &numbers, layout) }
    return numbers
  }

  /// How an accessor's numbers lie in a view.
  private struct Layout {
    var count, width, component, size: Int
    var isNormalized: Bool
    /// Where the JSON says so.
    var place: Int
  }

  /// The numbers that a view holds from an offset on.
  private func numbers(
    _ view: JSONNode, _ offset: JSONNode?, _ layout: Layout
  ) throws(ExchangeError) -> [Float] {
    let (count, width, size) = (layout.count, layout.width, layout.size)
    guard let v = view.int, let views = root["bufferViews"]?.list, views.indices.contains(v),
      let length = views[v]["byteLength"]?.int, length >= 0,
      views[v]["buffer"]?.int == 0
    else { throw .badMember("bufferView", offset: view.offset) }
    let start = (views[v]["byteOffset"]?.int ?? 0), inner = offset?.int ?? 0
    let stride = views[v]["byteStride"]?.int ?? size * width
    guard start >= 0, inner >= 0, start <= binary.count, length <= binary.count - start,
      stride >= size * width, stride <= 252 || stride == size * width, inner <= length,
      count == 0 || (count - 1) <= (length - inner - size * width) / stride,
      count == 0 || length - inner >= size * width
    else { throw .badCount(offset: layout.place, found: count) }
    var numbers: [Float] = []
    numbers.reserveCapacity(count * width)
    for i in 0..<count {
      let place = binary.lowerBound + start + inner + i * stride
      var source = ByteSource(bytes, in: place..<place + size * width)
      for _ in 0..<width {
        numbers.append(
          try Self.number(&source, layout.component, isNormalized: layout.isNormalized))
      }
    }
    return numbers
  }

  /// Puts the elements of a sparse accessor in their places.
  private func replace(
    _ sparse: JSONNode, in numbers: inout [Float], _ layout: Layout
  ) throws(ExchangeError) {
    guard let count = sparse["count"]?.int, count >= 0, count <= layout.count,
      let places = sparse["indices"], let placeView = places["bufferView"],
      let component = places["componentType"]?.int,
      let size = [5121: 1, 5123: 2, 5125: 4][component],
      let values = sparse["values"], let valueView = values["bufferView"]
    else { throw .badMember("sparse", offset: sparse.offset) }
    let indices = try self.numbers(
      placeView, places["byteOffset"],
      Layout(
        count: count, width: 1, component: component, size: size, isNormalized: false,
        place: sparse.offset))
    var dense = layout
    dense.count = count
    let elements = try self.numbers(valueView, values["byteOffset"], dense)
    for (k, index) in indices.enumerated() {
      // Indices below 2²⁴ are whole as floats, and no accessor has more elements than that.
      guard Int(index) < layout.count else {
        throw .badMember("sparse", offset: sparse.offset)
      }
      for c in 0..<layout.width {
        numbers[Int(index) * layout.width + c] = elements[k * layout.width + c]
      }
    }
  }

  private static func number(
    _ source: inout ByteSource, _ component: Int, isNormalized: Bool
  ) throws(ExchangeError) -> Float {
    let (value, whole): (Float, Float) =
      switch component {
      case 5120: (Float(Int8(bitPattern: try source.byte())), 127)
      case 5121: (Float(try source.byte()), 255)
      case 5122: (Float(Int16(bitPattern: try source.short())), 32767)
      case 5123: (Float(try source.short()), 65535)
      case 5125: (Float(try source.word()), 1)
      default: (try source.float(), 1)
      }
    return isNormalized ? max(value / whole, -1) : value
  }
}

/// Where a node of glTF stands.
struct GLTFPose {
  var rotation = Matrix3.identity
  var translation = Vector3.zero
  var scale: Float = 1

  init() {}

  /// A node's own pose; scales that differ by axis are taken by their mean.
  init(_ node: JSONNode) throws(ExchangeError) {
    func numbers(_ name: String, _ count: Int) throws(ExchangeError) -> [Float]? {
      guard let member = node[name] else { return nil }
      let list = member.list?.compactMap(\.number).map(Float.init) ?? []
      guard list.count == count, list.allSatisfy({ $0.magnitude < 1e6 }) else {
        throw .badMember(name, offset: member.offset)
      }
      return list
    }
    if let m = try numbers("matrix", 16) {
      let columns = Matrix3([m[0], m[1], m[2]], [m[4], m[5], m[6]], [m[8], m[9], m[10]])
      scale = (columns.x.length + columns.y.length + columns.z.length) / 3
      guard scale > 1e-6, columns.determinant > 0 else {
        throw .badMember("matrix", offset: node.offset)
      }
      rotation = (columns.transpose * (1 / scale)).orthonormalized
      translation = [m[12], m[13], m[14]]
      return
    }
    if let r = try numbers("rotation", 4) {
      let length = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2] + r[3] * r[3]).squareRoot()
      guard length > 1e-3 else { throw .badMember("rotation", offset: node.offset) }
      rotation = Quaternion(w: r[3], x: r[0], y: r[1], z: r[2]).normalized.matrix
    }
    if let t = try numbers("translation", 3) { translation = [t[0], t[1], t[2]] }
    if let s = try numbers("scale", 3) {
      scale = (s[0] + s[1] + s[2]) / 3
      guard scale > 1e-6 else { throw .badMember("scale", offset: node.offset) }
    }
  }

  static func * (a: GLTFPose, b: GLTFPose) -> GLTFPose {
    var pose = GLTFPose()
    pose.rotation = a.rotation * b.rotation
    pose.translation = a * b.translation
    pose.scale = a.scale * b.scale
    return pose
  }

  static func * (a: GLTFPose, p: Vector3) -> Vector3 { a.rotation * p * a.scale + a.translation }
}
