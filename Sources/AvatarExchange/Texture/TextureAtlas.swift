import FaceRig
import Geometry

/// Where on one square picture each triangle of a template has its place.
///
/// The template's own coordinates leave three quarters of the square empty and give an eyeball a fiftieth
/// of its width. Its islands are taken apart, scaled by their size on the head and by how closely one
/// looks at them, and packed anew; eyeballs are laid flat from their front. Vertices on seams are doubled.
struct TextureAtlas {
  /// Pixels along each side.
  static let size = 1024
  /// Free pixels around each island, which are filled with its edge's colours.
  static let margin = 6

  /// The template's vertex behind each of the atlas's.
  private(set) var sources: [Int] = []
  /// Pixels from the left and from the top.
  private(set) var places: [SIMD2<Float>] = []
  /// The template's triangles, in its order, by the atlas's vertices.
  private(set) var triangles: [SIMD3<Int32>] = []

  /// The island of each of the atlas's vertices.
  private(set) var islandOfVertex: [Int] = []
  /// The islands that are eyeballs, whose middles are their pupils.
  private(set) var discs: [Int] = []

  private struct Corner: Hashable {
    var vertex: Int32
    var u, v: Float
  }

  init(_ template: Template) {
    let flat = Self.flatEyes(template)
    var numbers: [Corner: Int] = [:]
    var coordinates: [SIMD2<Float>] = []
    for (t, triangle) in template.triangles.enumerated() {
      let part = template.triangleParts[t]
      var corners = SIMD3<Int32>()
      for k in 0..<3 {
        let vertex = Int(triangle[k])
        let isEye = part == .leftEye || part == .rightEye
        let p = isEye ? flat[vertex] : template.cornerTextureCoordinates[3 * t + k]
        let corner = Corner(vertex: triangle[k], u: p.x, v: p.y)
        if let number = numbers[corner] {
          corners[k] = Int32(number)
        } else {
          corners[k] = Int32(sources.count)
          numbers[corner] = sources.count
          sources.append(vertex)
          coordinates.append(p)
        }
      }
      triangles.append(corners)
    }
    let islands = TextureIsland.all(of: template, triangles, coordinates)
    islandOfVertex = [Int](repeating: 0, count: sources.count)
    for (k, island) in islands.enumerated() {
      for vertex in island.vertices { islandOfVertex[vertex] = k }
      let first = island.vertices.first.map { sources[$0] } ?? 0
      if template.leftEye.vertices.contains(first) || template.rightEye.vertices.contains(first) {
        discs.append(k)
      }
    }
    places = TextureIsland.packed(islands, coordinates, size: Self.size, margin: Self.margin)
  }

  /// Eyeballs' vertices by their angle from the front, which is distance from the middle here; the back,
  /// which nobody sees, is squeezed into the rim.
  private static func flatEyes(_ template: Template) -> [SIMD2<Float>] {
    var flat = [SIMD2<Float>](repeating: .zero, count: template.vertices.count)
    for eye in [template.leftEye, template.rightEye] {
      for i in eye.vertices {
        let d = (template.vertices[i] - eye.center).normalized
        let across = SIMD2(d.x, -d.y)
        let sine = (across * across).sum().squareRoot()
        let angle = ElementaryFunctions.atan2(sine, d.z)
        let front = min(angle, .pi / 2), back = angle - front
        let distance = front + 0.2 * back
        flat[i] = sine > 1e-6 ? across / sine * distance : .zero
      }
    }
    return flat
  }
}
