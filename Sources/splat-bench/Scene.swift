import GaussianSplats
import Geometry

/// A head-sized ellipsoid covered with flat discs, 60 cm away; the same for the same count.
///
/// - Parameter opaque: Discs overlap and hide the far side, as those of a fitted head do.
func makeHead(_ count: Int, opaque: Bool) -> SplatBuffer {
  var state: UInt64 = 7
  func random() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / 16_777_216
  }
  let splats = SplatBuffer(count: count)
  let spacing = (1150 / Float(count)).squareRoot() * (opaque ? 0.9 : 0.6)
  for i in 0..<count {
    var n = Vector3.zero
    repeat {
      n = Vector3(random() * 2 - 1, random() * 2 - 1, random() * 2 - 1)
    } while n.dot(n) > 1 || n.dot(n) < 0.01
    n = n.normalized
    let flat = Vector3(n.y, -n.x, 0)
    let t = flat.length > 1e-3 ? flat.normalized : Vector3(1, 0, 0)
    let b = n.cross(t)
    let scale = Vector3(0.6 + 0.8 * random(), 0.6 + 0.8 * random(), 0.2) * spacing
    splats.set(
      i, mean: Vector3(n.x * 8, n.y * 11, 60 + n.z * 10),
      m: Matrix3(t * scale.x, b * scale.y, n * scale.z).transpose,
      opacity: opaque ? 0.9 + 0.09 * random() : 0.3 + 0.69 * random(),
      color: Vector3(random(), random(), random()))
  }
  return splats
}
