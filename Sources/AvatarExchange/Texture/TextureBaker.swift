import AvatarModel
import FaceRig
import GaussianSplats
import Geometry

/// Paints an avatar's texture from renderings of its splats.
///
/// The face, with hair and all before it, is seen from ten sides; those that the capture never showed count
/// little. Eyeballs are seen where lids leave them free, and what is in the mouth is drawn alone, so that
/// lips do not hide it. Each texel takes the mean of what cameras see there, those that look at it straight
/// counting most; see ``TextureFill`` for what none sees.
struct TextureBaker {
  /// A camera: radians to the person's left and upwards, and how much it counts.
  private typealias View = (yaw: Float, pitch: Float, weight: Float)

  /// What is painted together.
  private struct Layer {
    var parts: Set<Template.Part>
    /// What hides it.
    var hiding: Set<Template.Part>
    /// How far behind what hides it a point may lie, centimetres.
    var tolerance: Float
    /// Whether only splats of these parts are drawn.
    var isAlone = false
    var state: AvatarState
    var cameras: [View]
  }

  private let avatar: Avatar
  private let atlas: TextureAtlas
  private let partOfSplat: [Template.Part?]
  private static let pictureSize = 1024

  init(_ avatar: Avatar, atlas: TextureAtlas) {
    self.avatar = avatar
    self.atlas = atlas
    let template = avatar.template
    var parts: [SIMD3<Int32>: Template.Part] = [:]
    for (t, triangle) in template.triangles.enumerated() {
      parts[Self.key(triangle)] = template.triangleParts[t]
    }
    partOfSplat = (0..<avatar.splats.count).map { i in
      let corners = avatar.splats.corners
      return parts[Self.key(SIMD3(corners[3 * i], corners[3 * i + 1], corners[3 * i + 2]))]
    }
  }

  /// The corners in ascending order.
  private static func key(_ t: SIMD3<Int32>) -> SIMD3<Int32> {
    let low = t.min(), high = t.max()
    return SIMD3(low, t.wrappedSum() &- low &- high, high)
  }

  /// The picture, sRGB-coded: `size × size × 3`.
  ///
  /// - Parameter colors: of the template's vertices, sRGB-coded, for insides that no camera sees.
  func pixels(colors: [Vector3]) -> [UInt8] {
    let size = TextureAtlas.size
    var sums = [SIMD4<Float>](repeating: .zero, count: size * size)
    for layer in layers { add(layer, to: &sums) }
    var fill = TextureFill(size: size)
    for (k, t) in atlas.triangles.enumerated() {
      let solid = avatar.template.triangles[k]
      let part = avatar.template.triangleParts[k]
      let isInside = ![.skin, .leftEye, .rightEye].contains(part)
      paint(t) { texel, share in
        fill.add(texel, to: atlas.islandOfVertex[Int(t.x)])
        if isInside {
          let color =
            colors[Int(solid.x)] * share.x + colors[Int(solid.y)] * share.y
            + colors[Int(solid.z)] * share.z
          sums[texel] += SIMD4(color, 1) * 0.02
        }
      }
    }
    for island in atlas.discs { fill.completeRings(&sums, ofIsland: island) }
    fill.complete(&sums)
    return TextureRim.filled(sums, size: size, reach: TextureAtlas.margin)
  }

  private var layers: [Layer] {
    let rest = avatar.restingState
    var open = rest
    open.face.expression[.jawOpen] = 0.6
    // Lids wide open, so that more of the eyes is seen.
    var awake = rest
    for channel in [
      ExpressionChannel.eyeBlinkLeft, .eyeBlinkRight, .eyeSquintLeft, .eyeSquintRight,
    ] {
      awake.face.expression[channel] = 0
    }
    let outside: Set<Template.Part> = [.skin, .eyeSocket, .lashes]
    let inside: Set<Template.Part> = [.upperTeeth, .lowerTeeth, .tongue, .mouthInterior]
    return [
      Layer(
        parts: outside, hiding: outside, tolerance: 0.25, state: rest, cameras: sides),
      Layer(
        parts: [.leftEye, .rightEye], hiding: [.skin, .eyeSocket, .leftEye, .rightEye],
        tolerance: 0.04, state: awake, cameras: [(0, 0, 1), (0.3, 0, 0.1), (-0.3, 0, 0.1)]),
      Layer(
        parts: inside, hiding: inside, tolerance: 0.25, isAlone: true, state: open,
        cameras: [(0, 0, 1), (0, 0.4, 0.5), (0, -0.4, 0.5)]),
    ]
  }

  /// The sides from which the head is looked at: what the capture saw counts, the rest is for holes.
  private var sides: [View] {
    let map = avatar.codeMap
    // The last three inputs are the head's turn about the camera's x, y and z: who nods shows the top of
    // the head, who turns to their right shows the left side.
    func range(_ input: Int) -> ClosedRange<Float> {
      let bounds = [map.lower[input], map.upper[input]].map {
        min(max(map.mean[input] + $0 / map.scale[input], -0.9), 0.9)
      }
      return min(bounds[0], bounds[1])...max(bounds[0], bounds[1])
    }
    func beyond(_ angle: Float, _ range: ClosedRange<Float>) -> Float {
      max(range.lowerBound - angle, angle - range.upperBound, 0)
    }
    let n = CodeMap.inputCount
    let (pitch, yaw) = (range(n - 3), range(n - 2))
    let places: [(yaw: Float, pitch: Float)] = [
      (0, 0), (0.6, 0), (-0.6, 0), (0, 0.5), (0, -0.5), (1.2, 0), (-1.2, 0), (2.2, 0), (-2.2, 0),
      (.pi, 0),
    ]
    return places.map { place in
      let unseen = beyond(place.yaw, yaw) + beyond(place.pitch, pitch)
      let weight = place == (0, 0) ? 1 : 0.15 * ElementaryFunctions.exp(-6 * unseen)
      return (place.yaw, place.pitch, weight)
    }
  }

  private func add(_ layer: Layer, to sums: inout [SIMD4<Float>]) {
    let size = Self.pictureSize
    let template = avatar.template
    let chosen = template.triangles.indices.filter {
      layer.parts.contains(template.triangleParts[$0])
    }
    let hiding = template.triangles.indices.filter {
      layer.hiding.contains(template.triangleParts[$0])
    }
    let poser = AvatarPoser(
      template: template, headShare: avatar.headShare, splats: avatar.splats)
    let buffer = SplatBuffer(count: avatar.splats.count)
    let rasterizer = Rasterizer(capacity: buffer.count, maxWidth: size, maxHeight: size)
    let used = Set(chosen.flatMap { t in (0..<3).map { Int(template.triangles[t][$0]) } })
    var lower = Vector3(repeating: .infinity), upper = Vector3(repeating: -.infinity)
    for i in used {
      lower = pointwiseMin(lower, template.vertices[i])
      upper = pointwiseMax(upper, template.vertices[i])
    }
    guard !used.isEmpty else { return }
    let middle = (lower + upper) * 0.5
    let distance: Float = 150
    let camera = PinholeCamera(
      width: size, height: size,
      focalLength: Float(size) * distance / ((upper - lower).length * 1.05))
    for view in layer.cameras {
      let turn =
        Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1])
        * Matrix3(rotationVector: [view.pitch, 0, 0]) * Matrix3(rotationVector: [0, -view.yaw, 0])
      let viewFromHead = RigidTransform(
        rotation: turn, translation: Vector3(0, 0, distance) - turn * middle)
      poser.prepare(
        layer.state, code: avatar.code(of: layer.state),
        viewFromCamera: viewFromHead * layer.state.face.cameraFromHead.inverse)
      poser.pose(
        part: 0, of: 1, avatar.splats, planes: buffer.pointer, stride: buffer.planeStride)
      if layer.isAlone {
        for i in 0..<buffer.count where !layer.parts.contains(partOfSplat[i] ?? .skin) {
          buffer[.opacity, i] = 0
        }
      }
      rasterizer.forward(buffer, camera: camera)
      let seen = TextureView(
        vertices: poser.placed, hiding: hiding.map { template.triangles[$0] },
        tolerance: layer.tolerance, image: rasterizer.image, camera: camera)
      add(seen, weight: view.weight, of: chosen, to: &sums)
    }
  }

  /// Adds what a camera sees of some triangles.
  private func add(
    _ view: TextureView, weight: Float, of chosen: [Int], to sums: inout [SIMD4<Float>]
  ) {
    let template = avatar.template
    var normals = [Vector3](repeating: .zero, count: template.vertices.count)
    for k in chosen {
      let t = template.triangles[k]
      let (a, b, c) = (
        view.vertices[Int(t.x)], view.vertices[Int(t.y)], view.vertices[Int(t.z)]
      )
      let normal = (b - a).cross(c - a)
      for corner in 0..<3 { normals[Int(t[corner])] += normal }
    }
    func mix(_ values: [Vector3], _ t: SIMD3<Int32>, _ share: Vector3) -> Vector3 {
      values[Int(t.x)] * share.x + values[Int(t.y)] * share.y + values[Int(t.z)] * share.z
    }
    for k in chosen {
      let t = template.triangles[k]
      paint(atlas.triangles[k]) { texel, share in
        guard
          let seen = view.color(
            at: mix(view.vertices, t, share), normal: mix(normals, t, share).normalized)
        else { return }
        sums[texel] += SIMD4(seen.color, 1) * (seen.trust * weight)
      }
    }
  }

  /// Calls for each texel of a triangle of the atlas.
  private func paint(_ t: SIMD3<Int32>, _ body: (_ texel: Int, _ share: Vector3) -> Void) {
    let size = TextureAtlas.size
    let flat = FlatTriangle([
      atlas.places[Int(t.x)], atlas.places[Int(t.y)], atlas.places[Int(t.z)],
    ])
    flat.forEachPixel(width: size, height: size) { x, y, share in body(y * size + x, share) }
  }
}
