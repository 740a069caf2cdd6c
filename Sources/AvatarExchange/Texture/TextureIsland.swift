import FaceRig
import Geometry

/// A part of a mesh that lies in one piece on the template's texture.
struct TextureIsland {
  /// The atlas's vertices.
  private(set) var vertices: [Int] = []
  /// The least box around it, in the template's coordinates.
  private(set) var lower = SIMD2<Float>(repeating: .infinity)
  private(set) var upper = SIMD2<Float>(repeating: -.infinity)
  /// Centimetres of the head for a unit of the coordinates, times how closely one looks.
  private(set) var scale: Float = 1

  /// All islands, the largest first.
  ///
  /// - Parameters:
  ///   - triangles: the template's, by the atlas's vertices.
  ///   - coordinates: of the atlas's vertices.
  static func all(
    of template: Template, _ triangles: [SIMD3<Int32>], _ coordinates: [SIMD2<Float>]
  ) -> [TextureIsland] {
    var connected = ConnectedParts(count: coordinates.count, joinedBy: triangles)
    var groups: [Int: [Int]] = [:]
    for (k, t) in triangles.enumerated() {
      groups[connected.root(Int(t.x)), default: []].append(k)
    }
    let sorted = groups.values.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    var hasFace = false
    return sorted.map { group in
      let part = template.triangleParts[group[group.count / 2]]
      let island = TextureIsland(
        group, template, triangles, coordinates, closeness: closeness(part, hasFace: hasFace))
      hasFace = hasFace || part == .skin
      return island
    }
  }

  /// How closely one looks at a part, the face being 1.
  private static func closeness(_ part: Template.Part, hasFace: Bool) -> Float {
    switch part {
    // What is not the face is the neck.
    case .skin: hasFace ? 0.6 : 1
    case .leftEye, .rightEye: 2.6
    case .upperTeeth, .lowerTeeth, .lashes: 1.4
    case .tongue: 0.8
    case .mouthInterior, .eyeSocket: 0.5
    }
  }

  private init(
    _ group: [Int], _ template: Template, _ triangles: [SIMD3<Int32>],
    _ coordinates: [SIMD2<Float>], closeness: Float
  ) {
    var area: Float = 0, flatArea: Float = 0
    var seen: Set<Int> = []
    for k in group {
      let t = triangles[k], solid = template.triangles[k]
      let (a, b, c) = (
        template.vertices[Int(solid.x)], template.vertices[Int(solid.y)],
        template.vertices[Int(solid.z)]
      )
      area += (b - a).cross(c - a).length
      let p = coordinates[Int(t.y)] - coordinates[Int(t.x)]
      let q = coordinates[Int(t.z)] - coordinates[Int(t.x)]
      flatArea += (p.x * q.y - p.y * q.x).magnitude
      for corner in 0..<3 where seen.insert(Int(t[corner])).inserted {
        let place = coordinates[Int(t[corner])]
        vertices.append(Int(t[corner]))
        lower = pointwiseMin(lower, place)
        upper = pointwiseMax(upper, place)
      }
    }
    scale = closeness * (area / max(flatArea, 1e-9)).squareRoot()
  }

  /// Where the atlas's vertices lie in pixels, all islands as large as fits.
  static func packed(
    _ islands: [TextureIsland], _ coordinates: [SIMD2<Float>], size: Int, margin: Int
  ) -> [SIMD2<Float>] {
    var places = [SIMD2<Float>](repeating: .zero, count: coordinates.count)
    var density: Float = 40
    while density > 0.1 {
      if let corners = corners(islands, density: density, size: size, margin: margin) {
        for (island, corner) in zip(islands, corners) {
          for k in island.vertices {
            places[k] = corner + (coordinates[k] - island.lower) * (island.scale * density)
          }
        }
        return places
      }
      density *= 0.98
    }
    return places
  }

  /// The upper left corners of all islands at a number of pixels a centimetre; nil where they do not fit.
  private static func corners(
    _ islands: [TextureIsland], density: Float, size: Int, margin: Int
  ) -> [SIMD2<Float>]? {
    // Cells of eight pixels, each island in the first free place, from the left and then from the top.
    let cell = 8
    let cells = size / cell
    var isTaken = [Bool](repeating: false, count: cells * cells)
    var corners: [SIMD2<Float>] = []
    for island in islands {
      let extent = (island.upper - island.lower) * (island.scale * density)
      let width = (Int(extent.x) + 1 + 2 * margin + cell - 1) / cell
      let height = (Int(extent.y) + 1 + 2 * margin + cell - 1) / cell
      guard width <= cells, height <= cells else { return nil }
      func isFree(_ x: Int, _ y: Int) -> Bool {
        for row in y..<y + height {
          for column in x..<x + width where isTaken[row * cells + column] { return false }
        }
        return true
      }
      var found: (x: Int, y: Int)?
      search: for x in 0...cells - width {
        for y in 0...cells - height where isFree(x, y) {
          found = (x, y)
          break search
        }
      }
      guard let found else { return nil }
      for row in found.y..<found.y + height {
        for column in found.x..<found.x + width { isTaken[row * cells + column] = true }
      }
      corners.append(
        SIMD2(Float(found.x * cell + margin), Float(found.y * cell + margin)))
    }
    return corners
  }
}
