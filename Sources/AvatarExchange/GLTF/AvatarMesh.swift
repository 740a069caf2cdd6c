import AvatarModel
import FaceRig
import GaussianSplats
import Geometry
import MediaIO

/// An avatar's mesh as other programs animate it: the rig at rest, metres, with a texture from the splats.
struct AvatarMesh {
  /// Metres, the head's axes; vertices on the texture's seams twice.
  let positions: [Vector3]
  let normals: [Vector3]
  /// From the texture's upper left corner, 0…1.
  let textureCoordinates: [SIMD2<Float>]
  /// A PNG.
  let texture: [UInt8]
  let triangles: [SIMD3<Int32>]
  /// What each coefficient at 1 adds to the positions, metres.
  let deltas: [[Vector3]]
  /// Shares of head, torso, left and right eye, summing to one.
  let shares: [SIMD4<Float>]
  /// Where the eyes turn about, metres.
  let eyes: (left: Vector3, right: Vector3)

  /// - Throws: where FFmpeg cannot write PNG.
  init(_ avatar: Avatar) throws(MediaError) {
    let template = avatar.template
    let vertices = template.vertices
    let atlas = TextureAtlas(template)
    let sources = atlas.sources
    positions = sources.map { vertices[$0] * 0.01 }
    triangles = atlas.triangles
    var sums = [Vector3](repeating: .zero, count: vertices.count)
    for t in template.triangles {
      let (a, b, c) = (vertices[Int(t.x)], vertices[Int(t.y)], vertices[Int(t.z)])
      let normal = (b - a).cross(c - a)
      for k in 0..<3 { sums[Int(t[k])] += normal }
    }
    normals = sources.map { sums[$0].length > 1e-12 ? sums[$0].normalized : Vector3(0, 0, 1) }
    deltas = ExpressionChannel.allCases.map {
      let delta = Array(template.expressionDelta($0))
      return sources.map { delta[$0] * 0.01 }
    }
    let size = TextureAtlas.size
    textureCoordinates = atlas.places.map { $0 / Float(size) }
    var picture = PixelImage(width: size, height: size, channels: 3)
    picture.samples = TextureBaker(avatar, atlas: atlas).pixels(colors: Self.colors(avatar))
    texture = try PictureFile.png(picture, isSmall: true)
    let left = template.leftEye.vertices, right = template.rightEye.vertices
    shares = sources.map { i in
      if left.contains(i) { return SIMD4(0, 0, 1, 0) }
      if right.contains(i) { return SIMD4(0, 0, 0, 1) }
      return SIMD4(avatar.headShare[i], 1 - avatar.headShare[i], 0, 0)
    }
    eyes = (template.leftEye.center * 0.01, template.rightEye.center * 0.01)
  }

  /// The mean colour of the splats near each of the template's vertices, weighed by cover and nearness;
  /// sRGB-coded.
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
    return colors.map { $0 ?? Vector3(0.8, 0.73, 0.7) }
  }
}
