import FaceRig
import GaussianSplats
import Geometry

/// Part of an avatar's mesh as one camera sees it: a rendering of its splats, and which triangle is in
/// front.
struct TextureView {
  /// Where the vertices are before the camera, centimetres.
  let vertices: [Vector3]
  private let camera: PinholeCamera
  private let image: ImagePlanes
  private let tolerance: Float
  /// The distance of the nearest triangle at each pixel.
  private var depths: [Float]

  /// - Parameters:
  ///   - vertices: of the template, before the camera.
  ///   - hiding: what may hide a point, and how far behind that it may lie to be seen, centimetres.
  ///   - image: its splats, drawn with the same camera.
  init(
    vertices: [Vector3], hiding triangles: [SIMD3<Int32>], tolerance: Float, image: ImagePlanes,
    camera: PinholeCamera
  ) {
    self.tolerance = tolerance
    self.vertices = vertices
    self.camera = camera
    self.image = image
    depths = [Float](repeating: .infinity, count: camera.width * camera.height)
    for t in triangles {
      let corners = [vertices[Int(t.x)], vertices[Int(t.y)], vertices[Int(t.z)]]
      guard corners.allSatisfy({ $0.z > 1 }) else { continue }
      let triangle = FlatTriangle(corners.map { camera.project($0) })
      triangle.forEachPixel(width: camera.width, height: camera.height) { x, y, share in
        let z = corners[0].z * share.x + corners[1].z * share.y + corners[2].z * share.z
        let k = y * camera.width + x
        depths[k] = min(depths[k], z)
      }
    }
  }

  /// The colour seen at a point of the surface and how much it is to be trusted, 0…1.
  ///
  /// Nothing is seen of what lies behind something else, faces away, or has no splats before it.
  func color(at point: Vector3, normal: Vector3) -> (color: Vector3, trust: Float)? {
    let facing = -point.normalized.dot(normal)
    guard point.z > 1, facing > 0.1 else { return nil }
    let place = camera.project(point) - SIMD2<Float>(repeating: 0.5)
    let x = Int(place.x.rounded(.down)), y = Int(place.y.rounded(.down))
    guard x >= 0, y >= 0, x + 1 < camera.width, y + 1 < camera.height else { return nil }
    let nearest = depths[(y + 1) * camera.width + x + 1]
    guard point.z < min(nearest, depths[y * camera.width + x]) + tolerance else { return nil }
    let f = place - SIMD2(Float(x), Float(y))
    var sum = SIMD4<Float>.zero
    for (dx, dy, share) in [
      (0, 0, (1 - f.x) * (1 - f.y)), (1, 0, f.x * (1 - f.y)), (0, 1, (1 - f.x) * f.y),
      (1, 1, f.x * f.y),
    ] {
      sum +=
        SIMD4(
          image[0, x + dx, y + dy], image[1, x + dx, y + dy], image[2, x + dx, y + dy],
          1 - image[3, x + dx, y + dy]) * share
    }
    guard sum.w > 0.5 else { return nil }
    let cover = sum.w * sum.w
    return (Vector3(sum.x, sum.y, sum.z) / sum.w, facing * facing * cover)
  }
}

/// A triangle on a picture.
struct FlatTriangle {
  private let a, b, c: SIMD2<Float>
  private let area: Float

  /// - Parameter corners: three, in pixels.
  init(_ corners: [SIMD2<Float>]) {
    (a, b, c) = (corners[0], corners[1], corners[2])
    area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
  }

  /// Calls for each pixel whose centre lies inside, with the shares of the corners.
  func forEachPixel(
    width: Int, height: Int, _ body: (_ x: Int, _ y: Int, _ share: Vector3) -> Void
  ) {
    guard area.magnitude > 1e-9 else { return }
    let lower = pointwiseMin(pointwiseMin(a, b), c), upper = pointwiseMax(pointwiseMax(a, b), c)
    let x0 = max(Int(max(lower.x, -1) - 0.5), 0), y0 = max(Int(max(lower.y, -1) - 0.5), 0)
    let x1 = min(Int(min(upper.x, Float(width)) + 0.5), width - 1)
    let y1 = min(Int(min(upper.y, Float(height)) + 0.5), height - 1)
    guard x0 <= x1, y0 <= y1 else { return }
    for y in y0...y1 {
      for x in x0...x1 {
        let p = SIMD2(Float(x) + 0.5, Float(y) + 0.5)
        let second = ((p.x - a.x) * (c.y - a.y) - (c.x - a.x) * (p.y - a.y)) / area
        let third = ((b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y)) / area
        let first = 1 - second - third
        if first < 0 || second < 0 || third < 0 { continue }
        body(x, y, Vector3(first, second, third))
      }
    }
  }
}
