import AvatarModel
import FaceRig
import Geometry

/// The colour of every vertex of a person's mesh, fused from frames of the capture.
///
/// Where no frame saw a vertex its mirrored twin's colour is used, and where that was not seen
/// either, the mean of its neighbours, spread over the mesh: splats that the fit never constrains
/// keep these colours, so they must be plausible.
struct VertexColors {
  private(set) var colors: [Vector3]
  /// How well each vertex was seen: sum over frames of the cosine toward the camera.
  private(set) var evidence: [Float]

  init(mesh: SeedMesh, frames: [SeedFrame], camera: PinholeCamera) {
    let n = mesh.rig.neutral.count
    var sum = [Vector3](repeating: .zero, count: n)
    evidence = [Float](repeating: 0, count: n)
    var posed = mesh.rig.neutral
    var placed: [Vector3] = []
    let skin = zip(mesh.template.triangles, mesh.template.triangleParts)
      .filter { $0.1 != .lashes }.map(\.0)
    for frame in frames {
      let state = frame.state
      mesh.rig.pose(
        expression: state.face.expression, leftGaze: state.face.leftGaze,
        rightGaze: state.face.rightGaze, into: &posed)
      BodyBlend.place(
        posed, headShare: mesh.headShare, cameraFromHead: state.face.cameraFromHead,
        cameraFromTorso: state.cameraFromTorso, into: &placed)
      let buffer = DepthBuffer(camera: camera, vertices: placed, triangles: skin)
      let normals = VertexColors.normals(placed, count: n, triangles: skin)
      for v in 0..<n {
        let p = placed[v]
        if p.z < 1 { continue }
        let cosine = -normals[v].dot(p.normalized)
        if cosine < 0.15 { continue }
        let uv = camera.project(p)
        let x = Int(uv.x.rounded(.down)), y = Int(uv.y.rounded(.down))
        if x < 1 || y < 1 || x >= camera.width - 1 || y >= camera.height - 1 { continue }
        if buffer.depth[y * camera.width + x] < p.z - 0.6 { continue }
        if frame.matte[x, y, 0] < 230 { continue }
        let w = cosine * cosine
        sum[v] +=
          w
          * Vector3(
            Float(frame.image[x, y, 0]), Float(frame.image[x, y, 1]), Float(frame.image[x, y, 2]))
          / 255
        evidence[v] += w
      }
    }
    colors = sum
    spread(sum, mesh)
  }

  private mutating func spread(_ sum: [Vector3], _ mesh: SeedMesh) {
    let n = sum.count
    let enough = Float(0.3)
    var known = [Bool](repeating: false, count: n)
    for v in 0..<n where evidence[v] > enough {
      colors[v] = sum[v] / evidence[v]
      known[v] = true
    }
    for v in 0..<n where !known[v] && evidence[mesh.mirror[v]] > enough {
      colors[v] = sum[mesh.mirror[v]] / evidence[mesh.mirror[v]]
      known[v] = true
    }
    let mean = VertexColors.mean(colors, where: known)
    // Fill outward, ring by ring, then smooth what was filled.
    var filled = known
    for v in 0..<n where !known[v] { colors[v] = mean }
    var frontier = true
    while frontier {
      frontier = false
      var next = filled
      for v in 0..<n where !filled[v] {
        var total = Vector3.zero
        var count: Float = 0
        for j in mesh.neighbours[mesh.neighbourStart[v]..<mesh.neighbourStart[v + 1]]
        where filled[j] {
          total += colors[j]
          count += 1
        }
        if count > 0 {
          colors[v] = total / count
          next[v] = true
          frontier = true
        }
      }
      filled = next
    }
    for _ in 0..<20 {
      for v in 0..<n where !known[v] {
        let ring = mesh.neighbours[mesh.neighbourStart[v]..<mesh.neighbourStart[v + 1]]
        if ring.isEmpty { continue }
        colors[v] = ring.reduce(Vector3.zero) { $0 + colors[$1] } / Float(ring.count)
      }
    }
  }

  private static func mean(_ colors: [Vector3], where known: [Bool]) -> Vector3 {
    var sum = Vector3.zero
    var count: Float = 0
    for (c, k) in zip(colors, known) where k {
      sum += c
      count += 1
    }
    return count > 0 ? sum / count : Vector3(0.5, 0.4, 0.35)
  }

  private static func normals(
    _ vertices: [Vector3], count: Int, triangles: [SIMD3<Int32>]
  ) -> [Vector3] {
    var normals = [Vector3](repeating: .zero, count: count)
    for t in triangles {
      let a = vertices[Int(t.x)]
      let n = (vertices[Int(t.y)] - a).cross(vertices[Int(t.z)] - a)
      normals[Int(t.x)] += n
      normals[Int(t.y)] += n
      normals[Int(t.z)] += n
    }
    return normals.map(\.normalized)
  }
}
