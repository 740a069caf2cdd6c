import FaceRig
import Geometry
import PlainJSON

/// A head's mesh on a skeleton, whose morph targets have the names of ARKit's coefficients.
struct SkinnedMesh {
  /// Metres, glTF's axes, as bound to the skeleton.
  var positions: [Vector3]
  var triangles: [SIMD3<Int32>]
  /// What each coefficient at 1 adds to the positions; coefficients without a target are missing.
  var deltas: [ExpressionChannel: [Vector3]]
  /// How far each vertex follows the head's joint, 0…1; the chest has the rest.
  var headShare: [Float]
}

extension GLBReader {
  /// The most vertices of a mesh that an avatar can be made of.
  static let largestHead = 64_000

  /// The first mesh on a skeleton, or the first mesh where none is.
  ///
  /// Poses of nodes do not count: a skeleton's mesh stands where its joints are, and at rest that is where
  /// it was bound.
  ///
  /// - Throws: ``ExchangeError``; `empty` where there is no mesh.
  func skinnedMesh() throws(ExchangeError) -> SkinnedMesh {
    let nodes = root["nodes"]?.list ?? [], meshes = root["meshes"]?.list ?? []
    let shown =
      nodes.first { $0["mesh"] != nil && $0["skin"] != nil } ?? nodes.first { $0["mesh"] != nil }
    guard let shown, let k = shown["mesh"]?.int, meshes.indices.contains(k),
      let primitive = meshes[k]["primitives"]?.list?.first
    else { throw .empty }
    guard (primitive["mode"]?.int ?? 4) == 4, let a = primitive["attributes"] else {
      throw .badMember("primitives", offset: primitive.offset)
    }
    let positions = vectors(try numbers(a["POSITION"], "POSITION", width: 3))
    guard positions.count >= 3, positions.count <= Self.largestHead else {
      throw .badCount(offset: a.offset, found: positions.count)
    }
    guard positions.allSatisfy({ $0.length < 100 }) else {
      throw .badMember("POSITION", offset: a.offset)
    }
    let indices = try numbers(primitive["indices"], "indices", width: 1)
    guard indices.count % 3 == 0, indices.allSatisfy({ Int($0) < positions.count && $0 >= 0 })
    else { throw .badMember("indices", offset: primitive.offset) }
    let triangles = stride(from: 0, to: indices.count, by: 3).map {
      SIMD3(Int32(indices[$0]), Int32(indices[$0 + 1]), Int32(indices[$0 + 2]))
    }
    return SkinnedMesh(
      positions: positions, triangles: triangles,
      deltas: try deltas(of: primitive, in: meshes[k], count: positions.count),
      headShare: try headShare(of: primitive, on: shown["skin"], count: positions.count))
  }

  /// The targets that have a coefficient's name, each at most once.
  private func deltas(
    of primitive: JSONNode, in mesh: JSONNode, count: Int
  ) throws(ExchangeError) -> [ExpressionChannel: [Vector3]] {
    let names = mesh["extras"]?["targetNames"]?.list ?? []
    var deltas: [ExpressionChannel: [Vector3]] = [:]
    for (name, target) in zip(names, primitive["targets"]?.list ?? []) {
      guard let text = name.text,
        let channel = ExpressionChannel.allCases.first(where: { "\($0)" == text }),
        deltas[channel] == nil
      else { continue }
      let movement = vectors(try numbers(target["POSITION"], "POSITION", width: 3))
      guard movement.count == count, movement.allSatisfy({ $0.length < 100 }) else {
        throw .badMember("targets", offset: target.offset)
      }
      deltas[channel] = movement
    }
    return deltas
  }

  private func headShare(
    of primitive: JSONNode, on skin: JSONNode?, count: Int
  ) throws(ExchangeError) -> [Float] {
    guard let skin else { return [Float](repeating: 1, count: count) }
    guard let k = skin.int, let skins = root["skins"]?.list, skins.indices.contains(k),
      let joints = skins[k]["joints"]?.list
    else { throw .badMember("skin", offset: skin.offset) }
    let shares = headShares()
    let names = primitive["attributes"]
    let joint = try numbers(names?["JOINTS_0"], "JOINTS_0", width: 4)
    let weight = try numbers(names?["WEIGHTS_0"], "WEIGHTS_0", width: 4)
    guard joint.count == 4 * count, weight.count == 4 * count else {
      throw .badMember("WEIGHTS_0", offset: primitive.offset)
    }
    var result: [Float] = []
    for i in 0..<count {
      var sum: Float = 0, total: Float = 0
      for j in 4 * i..<4 * i + 4 where weight[j] > 0 {
        guard joint[j] >= 0, joints.indices.contains(Int(joint[j])),
          let node = joints[Int(joint[j])].int, shares.indices.contains(node)
        else { throw .badMember("JOINTS_0", offset: primitive.offset) }
        sum += weight[j] * shares[node]
        total += weight[j]
      }
      result.append(total > 0 ? sum / total : 1)
    }
    return result
  }

  /// How far each node follows the head.
  ///
  /// Those below the joint `head` follow wholly, those of the neck above it by even steps, all others not
  /// at all. Without such a joint everything is the head's.
  private func headShares() -> [Float] {
    let nodes = root["nodes"]?.list ?? []
    func name(_ k: Int) -> String { nodes[k]["name"]?.text?.lowercased() ?? "" }
    guard let head = nodes.indices.first(where: { name($0) == "head" }) else {
      return [Float](repeating: 1, count: nodes.count)
    }
    var parents = [Int](repeating: -1, count: nodes.count)
    for (k, node) in nodes.enumerated() {
      for child in node["children"]?.list ?? [] {
        if let c = child.int, nodes.indices.contains(c), parents[c] < 0 { parents[c] = k }
      }
    }
    var shares = [Float](repeating: 0, count: nodes.count)
    var neck: [Int] = []
    var above = parents[head]
    while above >= 0, name(above).contains("neck"), neck.count < nodes.count {
      neck.append(above)
      above = parents[above]
    }
    for (k, node) in neck.enumerated() {
      shares[node] = 1 - Float(k + 1) / Float(neck.count + 1)
    }
    var open = [head]
    while let k = open.popLast() {
      if shares[k] == 1 { continue }
      shares[k] = 1
      for child in nodes[k]["children"]?.list ?? [] {
        if let c = child.int, nodes.indices.contains(c) { open.append(c) }
      }
    }
    return shares
  }
}
