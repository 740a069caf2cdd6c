import AvatarModel
import FaceRig
import GaussianSplats
import Geometry

/// An avatar's mesh as other programs animate it: the rig at rest, metres, with colours from the splats.
struct AvatarMesh {
  /// Metres, the head's axes.
  let positions: [Vector3]
  let normals: [Vector3]
  /// Linear, from the splats around each vertex.
  let colors: [Vector3]
  let triangles: [SIMD3<Int32>]
  /// What each coefficient at 1 adds to the positions, metres.
  let deltas: [[Vector3]]
  /// Shares of head, torso, left and right eye, summing to one.
  let shares: [SIMD4<Float>]
  /// Where the eyes turn about, metres.
  let eyes: (left: Vector3, right: Vector3)

  init(_ avatar: Avatar) {
    let template = avatar.template
    let vertices = template.vertices
    positions = vertices.map { $0 * 0.01 }
    triangles = template.triangles
    var sums = [Vector3](repeating: .zero, count: vertices.count)
    for t in triangles {
      let (a, b, c) = (vertices[Int(t.x)], vertices[Int(t.y)], vertices[Int(t.z)])
      let normal = (b - a).cross(c - a)
      for k in 0..<3 { sums[Int(t[k])] += normal }
    }
    normals = sums.map { $0.length > 1e-12 ? $0.normalized : Vector3(0, 0, 1) }
    deltas = ExpressionChannel.allCases.map { template.expressionDelta($0).map { $0 * 0.01 } }
    colors = Self.colors(avatar)
    let left = template.leftEye.vertices, right = template.rightEye.vertices
    shares = vertices.indices.map { i in
      if left.contains(i) { return SIMD4(0, 0, 1, 0) }
      if right.contains(i) { return SIMD4(0, 0, 0, 1) }
      return SIMD4(avatar.headShare[i], 1 - avatar.headShare[i], 0, 0)
    }
    eyes = (template.leftEye.center * 0.01, template.rightEye.center * 0.01)
  }

  /// The mean colour of the splats near each vertex, weighed by cover and nearness.
  ///
  /// Splats are bound to triangles, so those of the triangles around a vertex are its own; vertices that
  /// have none take their neighbours' colour.
  private static func colors(_ avatar: Avatar) -> [Vector3] {
    let model = avatar.splats
    let n = avatar.template.vertices.count
    let scene = SplatScene.posed(avatar, avatar.restingState)
    var sums = [SIMD4<Float>](repeating: .zero, count: n)
    for group in model.groups where group.kind == .surface {
      for i in group.range {
        let cover = max(scene[.opacity, i], 0)
        for k in 0..<3 {
          let vertex = Int(model.corners[3 * i + k])
          guard vertex < n else { continue }
          let weight = cover * model.barycentric[3 * i + k]
          sums[vertex] +=
            SIMD4(scene[.red, i], scene[.green, i], scene[.blue, i], 1) * weight
        }
      }
    }
    return spread(sums, along: avatar.template.triangles)
  }

  /// Colours from weighed sums; who has none takes the mean of those around, ring by ring.
  private static func spread(
    _ sums: [SIMD4<Float>], along triangles: [SIMD3<Int32>]
  ) -> [Vector3] {
    var colors = sums.map { s -> Vector3? in
      s.w > 1e-3 ? Vector3(s.x, s.y, s.z) / s.w : nil
    }
    for _ in 0..<32 where colors.contains(where: { $0 == nil }) {
      var around = [SIMD4<Float>](repeating: .zero, count: colors.count)
      for t in triangles {
        for (a, b) in [(t.x, t.y), (t.y, t.z), (t.z, t.x)] {
          if let c = colors[Int(a)] { around[Int(b)] += SIMD4(c, 1) }
          if let c = colors[Int(b)] { around[Int(a)] += SIMD4(c, 1) }
        }
      }
      for i in colors.indices where colors[i] == nil && around[i].w > 0 {
        colors[i] = Vector3(around[i].x, around[i].y, around[i].z) / around[i].w
      }
    }
    return colors.map { c in
      let c = c ?? Vector3(0.6, 0.5, 0.45)
      return Vector3(Colors.linear(c.x), Colors.linear(c.y), Colors.linear(c.z))
    }
  }
}
