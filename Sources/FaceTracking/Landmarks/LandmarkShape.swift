internal import Geometry

/// Whether 468 points look like a face at all.
///
/// A landmark network answers every picture with a face; when it looks at a hand or a wall the
/// answer is folded, tiny, huge or beside the region. The bounds hold, with room, for faces turned
/// 60° to either side, 40° up and down, with any expression.
enum LandmarkShape {
  /// Why points are no face.
  enum Flaw: Equatable {
    /// A coordinate is not a number.
    case notFinite
    /// The points fill too little or too much of the region.
    case badSize(shareOfRegion: Float)
    /// The points lie beside the region's middle, by this share of its side.
    case offCenter(Float)
    /// Forehead, eyes, mouth and chin are not below each other.
    case badOrder
    /// The eyes are impossibly near or far apart, or on each other's side.
    case folded
    /// The face lies on its side or stands on its head: rolled more than 66°.
    case overturned
  }

  /// The first flaw, or nil for a plausible face.
  static func flaw(in face: FaceLandmarks) -> Flaw? {
    let points = face.points
    for p in points where !(p.x.isFinite && p.y.isFinite && p.z.isFinite) { return .notFinite }
    let (low, high) = face.bounds
    let side = face.region.extent.x
    let size = max(high.x - low.x, high.y - low.y) / side
    if !(size > 0.3 && size < 1.15) { return .badSize(shareOfRegion: size) }
    let offset = ((low + high) * 0.5 - face.region.center).length / side
    if !(offset < 0.35) { return .offCenter(offset) }

    // The face's own axes: from the chin to the hairline, and a right angle from it.
    let chin = points[FaceMesh.chin].planar
    let spine = points[FaceMesh.foreheadTop].planar - chin
    let height = spine.length
    let up = spine / max(height, 1e-6)
    func level(_ p: Vector3) -> Float { (p.planar - chin).dot(up) / max(height, 1e-6) }
    let rightEye = level(points[FaceMesh.rightEyeOuter])
    let leftEye = level(points[FaceMesh.leftEyeOuter])
    let mouth = level(points[FaceMesh.upperLip])
    let lower = level(points[FaceMesh.lowerLip])
    let eyes = (rightEye + leftEye) * 0.5
    if !(eyes > mouth + 0.1 && eyes < 0.97 && mouth > 0.08 && mouth >= lower - 0.05
      && (rightEye - leftEye).magnitude < 0.35)
    {
      return .badOrder
    }
    // Eyes on their own side: the mesh is never mirrored.
    let across = points[FaceMesh.leftEyeOuter].planar - points[FaceMesh.rightEyeOuter].planar
    let ratio = (across.x * -up.y + across.y * up.x) / max(height, 1e-6)
    if !(ratio > 0.12 && ratio < 1.1) { return .folded }
    if !(across.x > 0.4 * across.length) { return .overturned }
    return nil
  }

  /// How much the points moved against each other: the root mean square distance, in units of the
  /// outer eye corners' distance, after the best shift, turn and scale.
  static func distortion(of face: FaceLandmarks, from previous: FaceLandmarks) -> Float {
    let count = Float(face.points.count)
    var a = SIMD2<Float>.zero, b = SIMD2<Float>.zero
    for k in face.points.indices {
      a += previous.points[k].planar
      b += face.points[k].planar
    }
    a /= count
    b /= count
    // b ≈ (c, s; −s, c)·a: least squares of a similarity.
    var c: Float = 0, s: Float = 0, aa: Float = 1e-6, bb: Float = 0
    for k in face.points.indices {
      let p = previous.points[k].planar - a, q = face.points[k].planar - b
      c += p.dot(q)
      s += p.x * q.y - p.y * q.x
      aa += p.dot(p)
      bb += q.dot(q)
    }
    let residual = max(0, bb - (c * c + s * s) / aa) / count
    let eyes = face.points[FaceMesh.leftEyeOuter] - face.points[FaceMesh.rightEyeOuter]
    return residual.squareRoot() / max(eyes.planar.length, 1e-3)
  }
}
