public import Geometry
import PlainJSON

/// A mesh that another program made.
public struct TriangleMesh: Sendable, Equatable {
  /// Metres, glTF's axes.
  public var positions: [Vector3]
  /// Linear; white where the file has none.
  public var colors: [Vector3]
  /// Three vertices a triangle.
  public var triangles: [SIMD3<Int32>]
  /// What each morph target adds to the positions, by its name.
  public var targets: [(name: String, deltas: [Vector3])]

  /// Whether two meshes are the same.
  public static func == (a: TriangleMesh, b: TriangleMesh) -> Bool {
    a.positions == b.positions && a.colors == b.colors && a.triangles == b.triangles
      && a.targets.count == b.targets.count
      && zip(a.targets, b.targets).allSatisfy { $0.name == $1.name && $0.deltas == $1.deltas }
  }
}

extension GLBReader {
  /// The file's splats.
  ///
  /// - Parameter most: the most splats that are read.
  /// - Throws: ``ExchangeError``; `empty` where it has none.
  public func splats(
    most: Int = SplatScene.largestCount
  ) throws(ExchangeError) -> SplatScene {
    let name = GLTFSplats.name
    var splats: [SplatScene.Splat] = []
    for (pose, primitive) in try primitives() {
      guard primitive["extensions"]?[name] != nil else { continue }
      guard let a = primitive["attributes"] else {
        throw .badMember("attributes", offset: primitive.offset)
      }
      let p = try numbers(a["POSITION"], "POSITION", width: 3)
      let r = try numbers(a["\(name):ROTATION"], "ROTATION", width: 4)
      let s = try numbers(a["\(name):SCALE"], "SCALE", width: 3)
      let o = try numbers(a["\(name):OPACITY"], "OPACITY", width: 1)
      let h = try numbers(a["\(name):SH_DEGREE_0_COEF_0"], "SH_DEGREE_0_COEF_0", width: 3)
      let count = o.count
      guard p.count == 3 * count, r.count == 4 * count, s.count == 3 * count, h.count == 3 * count
      else { throw .badCount(offset: a.offset, found: count) }
      if splats.count + count > most { throw .tooMany(found: splats.count + count, most: most) }
      splats.reserveCapacity(splats.count + count)
      for i in 0..<count {
        let q = Quaternion(w: r[4 * i + 3], x: r[4 * i], y: r[4 * i + 1], z: r[4 * i + 2])
        let length = (q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z).squareRoot()
        guard length > 1e-6 else {
          throw .valueOutOfRange(offset: a.offset, expected: "rotations of length 1")
        }
        let scale = Vector3(s[3 * i], s[3 * i + 1], s[3 * i + 2])
        guard scale.min() >= 0 else {
          throw .valueOutOfRange(offset: a.offset, expected: "linear scales, not below 0")
        }
        splats.append(
          SplatScene.Splat(
            position: pose * Vector3(p[3 * i], p[3 * i + 1], p[3 * i + 2]),
            rotation: Quaternion(pose.rotation * q.normalized.matrix).normalized,
            scale: scale * pose.scale, opacity: min(max(o[i], 0), 1),
            color: Vector3(h[3 * i], h[3 * i + 1], h[3 * i + 2]) * SplatScene.harmonic
              + Vector3(repeating: 0.5)))
      }
    }
    if splats.isEmpty { throw .empty }
    return SplatScene(splats: splats)
  }

  /// The file's meshes of triangles, one a primitive.
  ///
  /// - Parameters:
  ///   - most: the most vertices, and the most triangles, of all meshes together: a file may show one
  ///     mesh many times.
  ///   - hasTargets: whether morph targets are read.
  /// - Throws: ``ExchangeError``; `empty` where it has none.
  public func meshes(
    most: Int = SplatScene.largestCount, hasTargets: Bool = true
  ) throws(ExchangeError) -> [TriangleMesh] {
    var vertices = 0, corners = 0
    let names = (root["meshes"]?.list ?? []).first?["extras"]?["targetNames"]?.list ?? []
    var result: [TriangleMesh] = []
    for (pose, primitive) in try primitives() where (primitive["mode"]?.int ?? 4) == 4 {
      guard let a = primitive["attributes"] else {
        throw .badMember("attributes", offset: primitive.offset)
      }
      let positions = vectors(try numbers(a["POSITION"], "POSITION", width: 3))
      vertices += positions.count
      let own = try baseColor(of: primitive)
      var colors = [Vector3](repeating: own, count: positions.count)
      if let color = a["COLOR_0"] {
        let found = (try? numbers(color, "COLOR_0", width: 3)).map { vectors($0) }
        if let found, found.count == positions.count { colors = found.map { $0 * own } }
      }
      var indices = (0..<positions.count).map(Float.init)
      if let index = primitive["indices"] { indices = try numbers(index, "indices", width: 1) }
      corners += indices.count
      guard indices.count % 3 == 0, indices.allSatisfy({ Int($0) < positions.count && $0 >= 0 })
      else { throw .badMember("indices", offset: primitive.offset) }
      let list = primitive["targets"]?.list ?? []
      // Targets may share bytes, or have none; they may not fill the memory.
      guard list.count * positions.count <= 4 * size else {
        throw .badCount(offset: primitive.offset, found: list.count)
      }
      var targets: [(String, [Vector3])] = []
      for (k, target) in (hasTargets ? list : []).enumerated() {
        vertices += positions.count
        if vertices > most { throw .tooMany(found: vertices, most: most) }
        let deltas = vectors(try numbers(target["POSITION"], "POSITION", width: 3))
        guard deltas.count == positions.count else {
          throw .badMember("targets", offset: target.offset)
        }
        let name = names.indices.contains(k) ? names[k].text : nil
        targets.append((name ?? "\(k)", deltas.map { pose.rotation * $0 * pose.scale }))
      }
      if max(vertices, corners / 3) > most {
        throw .tooMany(found: max(vertices, corners / 3), most: most)
      }
      var triangles: [SIMD3<Int32>] = []
      for t in stride(from: 0, to: indices.count, by: 3) {
        triangles.append(SIMD3(Int32(indices[t]), Int32(indices[t + 1]), Int32(indices[t + 2])))
      }
      let placed = positions.map { pose * $0 }
      result.append(
        TriangleMesh(positions: placed, colors: colors, triangles: triangles, targets: targets))
    }
    if result.isEmpty { throw .empty }
    return result
  }

  /// The colour that a primitive's material gives all of it; linear, white where it says none.
  private func baseColor(of primitive: JSONNode) throws(ExchangeError) -> Vector3 {
    guard let material = primitive["material"] else { return Vector3(repeating: 1) }
    guard let k = material.int, let list = root["materials"]?.list, list.indices.contains(k) else {
      throw .badMember("material", offset: material.offset)
    }
    guard let factor = list[k]["pbrMetallicRoughness"]?["baseColorFactor"] else {
      return Vector3(repeating: 1)
    }
    let parts = factor.list?.compactMap(\.number).map(Float.init) ?? []
    guard parts.count == 4, parts.allSatisfy({ (0...1).contains($0) }) else {
      throw .badMember("baseColorFactor", offset: factor.offset)
    }
    return Vector3(parts[0], parts[1], parts[2])
  }

  func vectors(_ numbers: [Float]) -> [Vector3] {
    (0..<numbers.count / 3).map {
      Vector3(numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2])
    }
  }
}

extension SplatScene {
  /// Reads splats of any format that is known, told by the first bytes.
  ///
  /// - Parameter most: the most splats that are read.
  /// - Throws: ``ExchangeError``.
  public init(bytes: [UInt8], most: Int = Self.largestCount) throws(ExchangeError) {
    if bytes.starts(with: Array("ply".utf8)) {
      self = try PLYReader.read(bytes, most: most)
    } else if bytes.starts(with: Array("glTF".utf8)) {
      self = try GLBReader(bytes).splats(most: most)
    } else if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: Array("NGSP".utf8)) {
      self = try SPZReader.read(bytes, most: most)
    } else {
      throw .unknownFormat
    }
  }
}
