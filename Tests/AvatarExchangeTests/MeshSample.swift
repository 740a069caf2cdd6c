import Geometry

@testable import AvatarExchange

/// Writes binary glTF as other programs do, sparse accessors included.
struct MeshSample {
  private var binary: [UInt8] = []
  private var views: [String] = [], accessors: [String] = []

  private mutating func view(_ bytes: [UInt8]) -> Int {
    while binary.count % 4 != 0 { binary.append(0) }
    views.append(
      "{\"buffer\":0,\"byteOffset\":\(binary.count),\"byteLength\":\(bytes.count)}")
    binary += bytes
    return views.count - 1
  }

  /// Adds an accessor with a view; returns its number.
  mutating func add(_ bytes: [UInt8], count: Int, type: String, component: Int) -> Int {
    accessors.append(
      """
      {"bufferView":\(view(bytes)),"componentType":\(component),"count":\(count),\
      "type":"\(type)"}
      """)
    return accessors.count - 1
  }

  /// Adds vectors that are zero but for some; returns the accessor's number.
  mutating func add(_ vectors: [Vector3]) -> Int {
    var places: [UInt8] = [], values: [UInt8] = []
    let moved = vectors.indices.filter { vectors[$0] != .zero }
    for i in moved {
      places.add(UInt16(i))
      values.add(vectors[i])
    }
    let (p, v) = (view(places), view(values))
    accessors.append(
      """
      {"componentType":5126,"count":\(vectors.count),"type":"VEC3","sparse":{"count":\(moved.count),\
      "indices":{"bufferView":\(p),"componentType":5123},"values":{"bufferView":\(v)}}}
      """)
    return accessors.count - 1
  }

  /// The file; `members` follow in the outermost object.
  func encoded(_ members: String) -> [UInt8] {
    var json = Array(
      """
      {"asset":{"version":"2.0"},"buffers":[{"byteLength":\(binary.count)}],\
      "bufferViews":[\(views.joined(separator: ","))],\
      "accessors":[\(accessors.joined(separator: ","))],\(members)}
      """.utf8)
    while json.count % 4 != 0 { json.append(0x20) }
    var bytes: [UInt8] = []
    for word in [0x4654_6C67, 2, UInt32(28 + json.count + binary.count), UInt32(json.count)] {
      bytes.add(word)
    }
    bytes.add(UInt32(0x4E4F_534A))
    bytes += json
    bytes.add(UInt32(binary.count))
    bytes.add(UInt32(0x004E_4942))
    return bytes + binary
  }
}
