public import FaceRig
public import Geometry

/// A head that another program made: a mesh on a skeleton that ARKit's coefficients move, with one splat
/// a vertex, as LAM (Large Avatar Model, 2025) packs it into a zip archive.
///
///     skin.glb     mesh, skeleton and morph targets named by ARKit
///     offset.ply   the splats: where each lies from its vertex, its turn, scales, opacity, colour
///
/// What else is in such an archive (an order to draw in, movements of the body) is left alone.
public struct GaussianHead: Sendable {
  /// The mesh's vertices, metres, glTF's axes.
  public internal(set) var surface: [Vector3]
  /// Three vertices a triangle.
  public internal(set) var triangles: [SIMD3<Int32>]
  /// The splats at rest, one a vertex, in the same order and axes.
  public internal(set) var splats: [SplatScene.Splat]
  /// What each coefficient at 1 adds to the vertices and splats.
  public internal(set) var deltas: [ExpressionChannel: [Vector3]]
  /// How far each vertex follows the head, 0…1; the torso has the rest.
  public internal(set) var headShare: [Float]

  /// The most bytes that each of the files may unpack to.
  static let largestFile = 64 << 20

  /// Reads a head from the bytes of an archive.
  ///
  /// - Throws: ``ExchangeError``.
  public init(bytes: [UInt8]) throws(ExchangeError) {
    let archive = try ZipArchive(bytes)
    func entry<T>(
      _ name: String, _ read: ([UInt8]) throws(ExchangeError) -> T
    ) throws(ExchangeError) -> T {
      let entry = try archive.entry(name)
      let contents = try archive.contents(entry, limit: Self.largestFile)
      do throws(ExchangeError) {
        return try read(contents)
      } catch { throw .inEntry(name, error) }
    }
    let mesh = try entry("skin.glb") { bytes throws(ExchangeError) in
      try GLBReader(bytes).skinnedMesh()
    }
    splats = try entry("offset.ply") { bytes throws(ExchangeError) in
      try Self.splats(bytes, on: mesh.positions)
    }
    surface = mesh.positions
    triangles = mesh.triangles
    deltas = mesh.deltas
    headShare = mesh.headShare
  }

  private static func splats(
    _ bytes: [UInt8], on vertices: [Vector3]
  ) throws(ExchangeError) -> [SplatScene.Splat] {
    let table = try PLYReader.table(
      bytes,
      [
        "x", "y", "z", "rot_0", "rot_1", "rot_2", "rot_3", "scale_0", "scale_1", "scale_2",
        "opacity", "f_dc_0", "f_dc_1", "f_dc_2",
      ])
    guard table.count == vertices.count else {
      throw .unexpected(
        offset: table.start, expected: "one splat for each of the mesh's \(vertices.count) vertices"
      )
    }
    // Colours themselves, or coefficients of the zeroth harmonic, of which some are below zero.
    let isHarmonic = (0..<table.count).contains { table[$0][11...].contains { $0 < -0.01 } }
    var splats: [SplatScene.Splat] = []
    splats.reserveCapacity(table.count)
    for (i, vertex) in vertices.enumerated() {
      let v = table[i]
      let q = Quaternion(w: v[3], x: v[4], y: v[5], z: v[6])
      guard q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z > 1e-12 else {
        throw .valueOutOfRange(offset: table.offset(i, 3), expected: "a rotation")
      }
      guard v[7...9].allSatisfy({ $0 < 3 }), v[0...2].allSatisfy({ $0.magnitude < 100 }) else {
        throw .valueOutOfRange(offset: table.offset(i, 0), expected: "a splat of a head's size")
      }
      let color = Vector3(v[11], v[12], v[13])
      splats.append(
        SplatScene.Splat(
          position: vertex + Vector3(v[0], v[1], v[2]), rotation: q.normalized,
          scale: Vector3(Self.deviation(v[7]), Self.deviation(v[8]), Self.deviation(v[9])),
          opacity: Curves.sigmoid(v[10]),
          color: isHarmonic ? color * SplatScene.harmonic + Vector3(repeating: 0.5) : color))
    }
    return splats
  }

  /// Metres from a logarithm; a hundredth of a millimetre is as thin as anything needs to be.
  private static func deviation(_ log: Float) -> Float {
    max(ElementaryFunctions.exp(max(log, -20)), 1e-5)
  }
}
