import AvatarModel
import FaceRig
import Geometry

/// One frame of the capture as seeding reads it.
struct SeedFrame {
  /// sRGB picture, three channels.
  let image: PixelImage
  /// Matte, one channel.
  let matte: PixelImage
  /// What the tracker found.
  let state: AvatarState
}

/// A mesh as seeding reads it: one person's template at rest.
struct SeedMesh {
  let template: Template
  let rig: Rig
  /// The head's share of each vertex.
  let headShare: [Float]
  /// The vertex mirrored left to right, of each vertex.
  let mirror: [Int]
  /// Neighbouring vertices of each vertex, flattened: `neighbours[start[v]..<start[v + 1]]`.
  let neighbourStart: [Int]
  let neighbours: [Int]

  init(template: Template, rig: Rig) {
    self.template = template
    self.rig = rig
    headShare = SeedMesh.headShare(of: rig.neutral)
    mirror = SeedMesh.mirror(of: template.vertices)
    var sets = [Set<Int>](repeating: [], count: template.vertices.count)
    for t in template.triangles {
      for (a, b) in [(t.x, t.y), (t.y, t.z), (t.z, t.x)] {
        sets[Int(a)].insert(Int(b))
        sets[Int(b)].insert(Int(a))
      }
    }
    var start = [0]
    var flat: [Int] = []
    for s in sets {
      flat += s.sorted()
      start.append(flat.count)
    }
    neighbourStart = start
    neighbours = flat
  }

  /// One on the head, falling smoothly to zero from the jaw's height to the neck's lower end.
  static func headShare(of neutral: [Vector3]) -> [Float] {
    let lowest = neutral.map(\.y).min() ?? 0
    let highest = neutral.map(\.y).max() ?? 0
    // The chin lies about 71 % of the way down from the crown to the mesh's lower end.
    let chin = highest - 0.71 * (highest - lowest)
    return neutral.map { p in
      let t = min(max((p.y - lowest) / max(chin - lowest, 1e-3), 0), 1)
      return t * t * (3 - 2 * t)
    }
  }

  private static func mirror(of vertices: [Vector3]) -> [Int] {
    // Cells of half a centimetre; the mirrored point's nearest vertex within its neighbourhood.
    func cell(_ p: Vector3) -> SIMD3<Int32> {
      let q = (p * 2).rounded(.down)
      return SIMD3(Int32(q.x), Int32(q.y), Int32(q.z))
    }
    var cells: [SIMD3<Int32>: [Int]] = [:]
    for (i, p) in vertices.enumerated() { cells[cell(p), default: []].append(i) }
    return vertices.enumerated().map { i, p in
      let q = Vector3(-p.x, p.y, p.z)
      let c = cell(q)
      var best = i
      var distance = Float.infinity
      for dx in Int32(-1)...1 {
        for dy in Int32(-1)...1 {
          for dz in Int32(-1)...1 {
            for j in cells[c &+ SIMD3(dx, dy, dz)] ?? [] {
              let d = (vertices[j] - q).length
              if d < distance {
                distance = d
                best = j
              }
            }
          }
        }
      }
      return best
    }
  }
}
