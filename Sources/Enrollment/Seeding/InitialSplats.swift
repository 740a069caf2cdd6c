import AvatarModel
import FaceRig
import Geometry

/// How many splats of each kind an avatar starts with.
struct SplatBudget: Sendable {
  var skin = 6000
  var eyes = 500
  var teeth = 600
  var tongue = 300
  var lashes = 250
  var hair = 3200
  var torso = 2200
}

/// The splats an avatar starts with: on the mesh with its fused colours, and as a shell of hair,
/// ears, clothes wherever the matte shows the person and the mesh does not reach.
struct InitialSplats {
  private var corners: [Int32] = []
  private var barycentric: [Float] = []
  private var inverseRestArea: [Float] = []
  private var headShare: [Float] = []
  private var base: [Float] = []
  private var random: SeededRandom
  private let mesh: SeedMesh

  /// Places the splats.
  ///
  /// - Parameters:
  ///   - frames: a few dozen frames that cover the capture's poses.
  ///   - camera: the camera of the frames.
  static func make(
    mesh: SeedMesh, frames: [SeedFrame], camera: PinholeCamera, codeLength: Int,
    budget: SplatBudget, seed: UInt64
  ) -> SplatModel {
    var builder = InitialSplats(random: SeededRandom(seed: seed), mesh: mesh)
    let colors = VertexColors(mesh: mesh, frames: frames, camera: camera)
    builder.addSurface(colors, budget)
    let surface = builder.headShare.count
    let shell = OuterShell(mesh: mesh, frames: frames, camera: camera, random: &builder.random)
    builder.addShell(shell.head, .head, budget.hair)
    let head = builder.headShare.count
    builder.addShell(shell.torso, .torso, budget.torso)
    let count = builder.headShare.count
    return SplatModel(
      codeLength: codeLength,
      groups: [
        SplatGroup(kind: .surface, range: 0..<surface),
        SplatGroup(kind: .head, range: surface..<head),
        SplatGroup(kind: .torso, range: head..<count),
      ],
      corners: builder.corners, barycentric: builder.barycentric,
      inverseRestArea: builder.inverseRestArea, headShare: builder.headShare, base: builder.base)
  }

  private init(random: SeededRandom, mesh: SeedMesh) {
    self.random = random
    self.mesh = mesh
  }

  /// Shares of the surface: which parts, how many splats, a colour where the fused one is no guide.
  private func parts(
    _ budget: SplatBudget
  ) -> [(parts: [Template.Part], count: Int, color: Vector3?)] {
    [
      ([.skin], budget.skin, nil),
      ([.leftEye], budget.eyes / 2, [0.66, 0.62, 0.60]),
      ([.rightEye], budget.eyes / 2, [0.66, 0.62, 0.60]),
      ([.upperTeeth], budget.teeth / 2, [0.72, 0.68, 0.62]),
      ([.lowerTeeth], budget.teeth / 2, [0.66, 0.62, 0.57]),
      ([.tongue], budget.tongue, [0.50, 0.25, 0.24]),
      ([.mouthInterior], budget.tongue, [0.30, 0.14, 0.13]),
      ([.lashes], budget.lashes, [0.12, 0.09, 0.08]),
    ]
  }

  private mutating func addSurface(_ colors: VertexColors, _ budget: SplatBudget) {
    let template = mesh.template
    let neutral = mesh.rig.neutral
    let focus = detailCentres()
    for part in parts(budget) {
      var chosen: [Int] = []
      var cumulative: [Float] = []
      var areas: [Float] = []
      var boosts: [Float] = []
      var total: Float = 0
      for (i, t) in template.triangles.enumerated()
      where part.parts.contains(template.triangleParts[i]) {
        let a = neutral[Int(t.x)], b = neutral[Int(t.y)], c = neutral[Int(t.z)]
        let area = (b - a).cross(c - a).length / 2
        if area < 1e-6 { continue }
        let centre = (a + b + c) / 3
        let boost = part.parts == [.skin] ? detail(centre, focus) : 1
        total += area * boost
        chosen.append(i)
        cumulative.append(total)
        areas.append(area)
        boosts.append(boost)
      }
      if chosen.isEmpty { continue }
      // Stratified draws along the cumulative area keep the spacing even.
      for s in 0..<part.count {
        let target = (Float(s) + random.uniform()) / Float(part.count) * total
        var low = 0, high = cumulative.count - 1
        while low < high {
          let middle = (low + high) / 2
          if cumulative[middle] < target { low = middle + 1 } else { high = middle }
        }
        let spacing = (total / Float(part.count) / boosts[low]).squareRoot()
        add(
          triangle: template.triangles[chosen[low]], area: areas[low], spacing: spacing,
          color: part.color, colors, opacity: part.parts == [.lashes] ? -0.5 : 1.5)
      }
    }
  }

  /// Points around which the face wants more splats: eyes and lips, with their radii.
  private func detailCentres() -> [(Vector3, Float)] {
    var centres: [(Vector3, Float)] = []
    for anchor in mesh.template.landmarks where anchor.kind == .lid || anchor.kind == .lip {
      let v = anchor.vertices
      let p =
        mesh.rig.neutral[Int(v.x)] * anchor.barycentric.x
        + mesh.rig.neutral[Int(v.y)] * anchor.barycentric.y
        + mesh.rig.neutral[Int(v.z)] * anchor.barycentric.z
      centres.append((p, anchor.kind == .lid ? 1.2 : 0.8))
    }
    return centres
  }

  /// How much denser than the plain skin: 1 far from details, 4 at them, and fewer on the back.
  private func detail(_ p: Vector3, _ centres: [(Vector3, Float)]) -> Float {
    var nearest = Float.infinity
    for (c, r) in centres { nearest = min(nearest, (p - c).dot(p - c) / (r * r)) }
    let front: Float = p.z > 0 ? 1 : 0.45
    return front + 3 * ElementaryFunctions.exp(-min(nearest, 50))
  }

  private mutating func add(
    triangle t: SIMD3<Int32>, area: Float, spacing: Float, color: Vector3?, _ colors: VertexColors,
    opacity: Float
  ) {
    let r = random.uniform().squareRoot(), q = random.uniform()
    let w = Vector3(1 - r, r * (1 - q), r * q)
    let c =
      color
      ?? colors.colors[Int(t.x)] * w.x + colors.colors[Int(t.y)] * w.y + colors.colors[Int(t.z)]
      * w.z
    corners += [t.x, t.y, t.z]
    barycentric += [w.x, w.y, w.z]
    inverseRestArea.append(1 / (2 * area))
    headShare.append(
      mesh.headShare[Int(t.x)] * w.x + mesh.headShare[Int(t.y)] * w.y
        + mesh.headShare[Int(t.z)] * w.z)
    let wide = ElementaryFunctions.log(max(spacing, 0.01) * 0.6)
    base += [0, 0, 0, 1, 0, 0, 0, wide, wide, wide - 1.1, opacity, c.x, c.y, c.z]
  }

  private mutating func addShell(
    _ points: [OuterShell.Point], _ kind: SplatGroup.Kind, _ count: Int
  ) {
    let triangle = BodyBlend.virtualTriangle(of: kind, vertexCount: mesh.rig.neutral.count)
    let n = min(count, points.count)
    for s in 0..<n {
      let low = s * points.count / n, high = (s + 1) * points.count / n
      let point = points[low + random.index(max(high - low, 1))]
      corners += [triangle.x, triangle.y, triangle.z]
      barycentric += [1, 0, 0]
      inverseRestArea.append(1)
      headShare.append(kind == .head ? 1 : 0)
      let size = ElementaryFunctions.log(kind == .head ? 0.22 : 0.32)
      base += [
        point.position.x, point.position.y, point.position.z, 1, 0, 0, 0, size, size, size, 0,
        point.color.x, point.color.y, point.color.z,
      ]
    }
  }
}
