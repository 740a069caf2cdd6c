import FaceRig
import Geometry

/// The head cut from the base mesh: still with its own eyeballs, in decimetres.
struct HeadMesh {
  struct Triangle {
    var vertices: SIMD3<Int32>
    var textureCoordinates: [SIMD2<Float>]
    var group: Int
  }

  /// The groups that a head consists of; the first is the skin.
  static let groups = [
    "body", "helper-l-eye", "helper-r-eye", "helper-upper-teeth", "helper-lower-teeth",
    "helper-tongue", "helper-l-eyelashes-1", "helper-l-eyelashes-2", "helper-r-eyelashes-1",
    "helper-r-eyelashes-2",
  ]
  /// The group on the other side.
  private static let mirroredGroup = [0, 2, 1, 3, 4, 5, 8, 9, 6, 7]

  /// Vertices of the base mesh, ascending.
  var baseVertices: [Int]
  /// The inverse of ``baseVertices``; −1 outside the head.
  var headIndex: [Int]
  var positions: [Vector3]
  /// Of each vertex, an index of ``groups``.
  var vertexGroups: [Int]
  var triangles: [Triangle]
  /// The quadrilaterals of the skin.
  var skinFaces: [[Int]]
  /// The vertex on the other side.
  var mirror: [Int]
  /// The top of the head.
  var top: Float

  init(_ base: BaseMesh) throws(TemplateBuildError) {
    let skin = base.faces.lazy.filter { $0.group == Self.groups[0] }.flatMap(\.vertices)
    guard let top = skin.map({ base.positions[$0].y }).max() else {
      throw .unexpectedMesh("it has no body")
    }
    self.top = top
    var used = [Int](repeating: -1, count: base.positions.count)
    var kept: [(face: BaseMesh.Face, group: Int)] = []
    for face in base.faces {
      guard let group = Self.groups.firstIndex(of: face.group),
        face.vertices.allSatisfy({
          base.positions[$0].y > top - 3.1 && base.positions[$0].x.magnitude < 1.25
        })
      else { continue }
      kept.append((face, group))
      for vertex in face.vertices { used[vertex] = group }
    }
    baseVertices = used.indices.filter { used[$0] >= 0 }
    vertexGroups = baseVertices.map { used[$0] }
    var headIndex = [Int](repeating: -1, count: used.count)
    for (i, vertex) in baseVertices.enumerated() { headIndex[vertex] = i }
    self.headIndex = headIndex
    positions = baseVertices.map { base.positions[$0] }
    triangles = []
    skinFaces = []
    for (face, group) in kept {
      let v = face.vertices.map { Int32(headIndex[$0]) }
      let t = face.textureCoordinates.map { base.textureCoordinates[$0] }
      if group == 0 { skinFaces.append(v.map(Int.init)) }
      for k in 1...2 {
        triangles.append(
          Triangle(
            vertices: SIMD3(v[0], v[k], v[k + 1]), textureCoordinates: [t[0], t[k], t[k + 1]],
            group: group))
      }
    }
    mirror = []
    for i in positions.indices {
      let wanted = positions[i] * Vector3(-1, 1, 1)
      let group = Self.mirroredGroup[vertexGroups[i]]
      var best = -1
      var bestDistance: Float = 1e-4
      for j in positions.indices where vertexGroups[j] == group {
        let d = (positions[j] - wanted).length
        if d < bestDistance { (best, bestDistance) = (j, d) }
      }
      guard best >= 0 else { throw .unexpectedMesh("it is not symmetric") }
      mirror.append(best)
    }
  }

  /// A shape as a mirror shows it.
  func mirrored(_ shape: [Vector3]) -> [Vector3] {
    mirror.map { shape[$0] * Vector3(-1, 1, 1) }
  }

  /// The closed loop of edges that leaves `first` along quadrilaterals' sides, straight at each
  /// vertex of four edges: rims of lids and lips.
  func loop(through first: Int) -> [Int]? {
    var facesOfEdge: [SIMD2<Int>: [Int]] = [:]
    var neighbours: [Int: Set<Int>] = [:]
    for (f, face) in skinFaces.enumerated() {
      for k in 0..<4 {
        let a = face[k]
        let b = face[(k + 1) % 4]
        facesOfEdge[SIMD2(min(a, b), max(a, b)), default: []].append(f)
        neighbours[a, default: []].insert(b)
        neighbours[b, default: []].insert(a)
      }
    }
    for second in (neighbours[first] ?? []).sorted() {
      var loop = [first, second]
      while loop.count < 60 {
        let p = loop[loop.count - 2]
        let q = loop[loop.count - 1]
        guard let around = neighbours[q], around.count == 4 else { break }
        let beside = Set(
          (facesOfEdge[SIMD2(min(p, q), max(p, q))] ?? []).flatMap { skinFaces[$0] })
        let ahead = around.subtracting(beside)
        guard ahead.count == 1, let next = ahead.first else { break }
        if next == first { return loop }
        loop.append(next)
      }
    }
    return nil
  }
}
