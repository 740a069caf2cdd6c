import Geometry

/// Depth and triangle of the nearest surface of a mesh at each pixel, by scan conversion.
struct DepthBuffer {
  let width, height: Int
  /// Depth in centimetres; infinity where nothing is.
  private(set) var depth: [Float]
  /// The triangle seen, or −1.
  private(set) var triangle: [Int32]

  /// Draws a mesh given in camera coordinates; triangles reaching behind the camera are left out.
  init(camera: PinholeCamera, vertices: [Vector3], triangles: [SIMD3<Int32>]) {
    width = camera.width
    height = camera.height
    depth = [Float](repeating: .infinity, count: width * height)
    triangle = [Int32](repeating: -1, count: width * height)
    for (index, t) in triangles.enumerated() {
      let a = vertices[Int(t.x)], b = vertices[Int(t.y)], c = vertices[Int(t.z)]
      if min(a.z, min(b.z, c.z)) < 0.1 { continue }
      draw(Int32(index), camera, a, b, c)
    }
  }

  private mutating func draw(
    _ index: Int32, _ camera: PinholeCamera, _ a: Vector3, _ b: Vector3, _ c: Vector3
  ) {
    let pa = camera.project(a), pb = camera.project(b), pc = camera.project(c)
    let area = (pb.x - pa.x) * (pc.y - pa.y) - (pb.y - pa.y) * (pc.x - pa.x)
    if abs(area) < 1e-9 { return }
    let left = max(0, Int(min(pa.x, min(pb.x, pc.x)).rounded(.down)))
    let right = min(width - 1, Int(max(pa.x, max(pb.x, pc.x)).rounded(.up)))
    let top = max(0, Int(min(pa.y, min(pb.y, pc.y)).rounded(.down)))
    let bottom = min(height - 1, Int(max(pa.y, max(pb.y, pc.y)).rounded(.up)))
    if left > right || top > bottom { return }
    for y in top...bottom {
      for x in left...right {
        let px = Float(x) + 0.5, py = Float(y) + 0.5
        let wa = ((pb.x - px) * (pc.y - py) - (pb.y - py) * (pc.x - px)) / area
        let wb = ((pc.x - px) * (pa.y - py) - (pc.y - py) * (pa.x - px)) / area
        let wc = 1 - wa - wb
        if wa < 0 || wb < 0 || wc < 0 { continue }
        let z = 1 / (wa / a.z + wb / b.z + wc / c.z)
        let i = y * width + x
        if z < depth[i] {
          depth[i] = z
          triangle[i] = index
        }
      }
    }
  }

  /// The distance in pixels to the nearest covered pixel and that pixel's depth, everywhere
  /// (two-pass chamfer propagation, weights 3 and 4).
  func nearestSurface() -> (distance: [Float], depth: [Float]) {
    var distance = depth.map { $0.isFinite ? Float(0) : Float.infinity }
    var nearest = depth
    func relax(_ i: Int, _ j: Int, _ step: Float) {
      if distance[j] + step < distance[i] {
        distance[i] = distance[j] + step
        nearest[i] = nearest[j]
      }
    }
    for y in 0..<height {
      for x in 0..<width {
        let i = y * width + x
        if x > 0 { relax(i, i - 1, 1) }
        if y > 0 {
          relax(i, i - width, 1)
          if x > 0 { relax(i, i - width - 1, 1.333) }
          if x + 1 < width { relax(i, i - width + 1, 1.333) }
        }
      }
    }
    for y in stride(from: height - 1, through: 0, by: -1) {
      for x in stride(from: width - 1, through: 0, by: -1) {
        let i = y * width + x
        if x + 1 < width { relax(i, i + 1, 1) }
        if y + 1 < height {
          relax(i, i + width, 1)
          if x + 1 < width { relax(i, i + width + 1, 1.333) }
          if x > 0 { relax(i, i + width - 1, 1.333) }
        }
      }
    }
    return (distance, nearest)
  }
}
