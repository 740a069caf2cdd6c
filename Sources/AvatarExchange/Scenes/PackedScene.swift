import Geometry

/// A scene as pages take it: splats and meshes ready to be drawn, and nothing else of their file.
///
/// Little-endian; a triangle's corners are below its mesh's number of vertices:
///
/// ```
/// "VSCN" version=1 splats meshes
/// splats × 3 floats centre, × 6 floats covariance (xx xy xz yy yz zz), × 4 bytes red green blue opacity
/// each mesh: vertices, indices, × 3 floats position, × 3 floats normal, × 4 bytes colour, × 4 bytes index
/// ```
/// World: y up; the unit is the file's. `Web/view/scene-file.js` reads it.
public enum PackedScene {
  /// The first bytes.
  public static let magic = Array("VSCN".utf8)

  /// Reads PLY, SPZ or GLB, and writes what pages take; what is packed already stays as it is.
  ///
  /// - Parameters:
  ///   - file: a whole file.
  ///   - most: the most splats, vertices and triangles.
  /// - Throws: ``ExchangeError``.
  public static func bytes(
    of file: [UInt8], most: Int = SplatScene.largestCount
  ) throws(ExchangeError) -> [UInt8] {
    if file.starts(with: magic) {
      try check(file, most)
      return file
    }
    guard file.starts(with: Array("glTF".utf8)) else {
      return packed(try SplatScene(bytes: file, most: most), [])
    }
    let reader = try GLBReader(file)
    var splats = SplatScene(splats: []), meshes: [TriangleMesh] = []
    do throws(ExchangeError) {
      splats = try reader.splats(most: most)
    } catch .empty {}
    do throws(ExchangeError) {
      meshes = try reader.meshes(most: most, hasTargets: false)
    } catch .empty {
      // One of the two is enough.
      if splats.splats.isEmpty { throw .empty }
    }
    return packed(splats, meshes)
  }

  /// Splats and meshes in the pages' order.
  public static func packed(_ scene: SplatScene, _ meshes: [TriangleMesh]) -> [UInt8] {
    var out = magic
    let vertices = meshes.reduce(0) { $0 + $1.positions.count }
    let corners = meshes.reduce(0) { $0 + 3 * $1.triangles.count }
    out.reserveCapacity(
      16 + 40 * scene.splats.count + 8 * meshes.count + 28 * vertices + 4 * corners)
    for word in [1, UInt32(scene.splats.count), UInt32(meshes.count)] { out.add(word) }
    for splat in scene.splats { out.add(splat.position) }
    for splat in scene.splats {
      let turn = splat.rotation.matrix, s = splat.scale
      let (x, y, z) = (turn.x * s.x, turn.y * s.y, turn.z * s.z)
      // Σ = M Mᵀ: xx xy xz yy yz zz.
      for (i, j) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)] {
        out.add(x[i] * x[j] + y[i] * y[j] + z[i] * z[j])
      }
    }
    for splat in scene.splats { add(splat.color, splat.opacity, to: &out) }
    for mesh in meshes { add(mesh, to: &out) }
    return out
  }

  private static func add(_ mesh: TriangleMesh, to out: inout [UInt8]) {
    out.add(UInt32(mesh.positions.count))
    out.add(UInt32(3 * mesh.triangles.count))
    var normals = [Vector3](repeating: .zero, count: mesh.positions.count)
    for t in mesh.triangles {
      let (a, b, c) = (Int(t.x), Int(t.y), Int(t.z))
      let p = mesh.positions[a]
      // Twice the triangle's area: larger ones count more.
      let normal = (mesh.positions[b] - p).cross(mesh.positions[c] - p)
      for k in [a, b, c] { normals[k] = normals[k] + normal }
    }
    for position in mesh.positions { out.add(position) }
    for normal in normals {
      let length = normal.length
      out.add(length > 0 ? normal * (1 / length) : Vector3(0, 1, 0))
    }
    for k in mesh.positions.indices {
      let light = k < mesh.colors.count ? mesh.colors[k] : Vector3(repeating: 0.5)
      add(Vector3(Colors.code(light.x), Colors.code(light.y), Colors.code(light.z)), 1, to: &out)
    }
    for t in mesh.triangles {
      for k in 0..<3 { out.add(UInt32(bitPattern: t[k])) }
    }
  }

  private static func add(_ color: Vector3, _ opacity: Float, to out: inout [UInt8]) {
    for value in [color.x, color.y, color.z, opacity] {
      out.append(UInt8(max(0, min(255, (value * 255).rounded()))))
    }
  }

  /// - Throws: where the bytes are not exactly one packed scene.
  private static func check(_ file: [UInt8], _ most: Int) throws(ExchangeError) {
    var source = ByteSource(file)
    try source.skip(magic.count)
    let version = Int(try source.word())
    if version != 1 { throw .unsupportedVersion(offset: 4, found: version, expected: "1") }
    let splats = Int(try source.word()), meshes = Int(try source.word())
    if splats + meshes == 0 { throw .empty }
    if splats > most { throw .tooMany(found: splats, most: most) }
    try source.need(40 * splats)
    for _ in 0..<3 * splats { _ = try source.float() }
    for _ in 0..<6 * splats {
      if !Float(bitPattern: try source.word()).isFinite {
        throw .valueOutOfRange(offset: source.position - 4, expected: "a finite number")
      }
    }
    try source.skip(4 * splats)
    var vertices = 0, corners = 0
    for _ in 0..<meshes {
      let place = source.position
      let count = Int(try source.word()), indices = Int(try source.word())
      (vertices, corners) = (vertices + count, corners + indices)
      if max(vertices, corners / 3) > most {
        throw .tooMany(found: max(vertices, corners / 3), most: most)
      }
      if indices % 3 != 0 { throw .badCount(offset: place + 4, found: indices) }
      try source.need(28 * count + 4 * indices)
      for _ in 0..<6 * count { _ = try source.float() }
      try source.skip(4 * count)
      for _ in 0..<indices {
        let corner = Int(try source.word())
        if corner >= count {
          throw .valueOutOfRange(offset: source.position - 4, expected: "a vertex's number")
        }
      }
    }
    if source.remaining > 0 {
      throw .unexpected(offset: source.position, expected: "the end of the scene")
    }
  }
}
