/// A rotation as a quaternion w + xi + yj + zk.
@frozen
public struct Quaternion: Sendable, Equatable {
  /// The four components; a rotation when their squares sum to one.
  public var w, x, y, z: Float

  /// Makes a quaternion from its components.
  @inlinable
  public init(w: Float, x: Float, y: Float, z: Float) {
    self.w = w
    self.x = x
    self.y = y
    self.z = z
  }

  /// No rotation.
  @inlinable
  public static var identity: Quaternion { Quaternion(w: 1, x: 0, y: 0, z: 0) }

  /// The quaternion of length one in the same direction.
  @inlinable
  public var normalized: Quaternion {
    let l = 1 / (w * w + x * x + y * y + z * z).squareRoot()
    return Quaternion(w: w * l, x: x * l, y: y * l, z: z * l)
  }

  /// The quaternion of a rotation matrix, with w ≥ 0 (Shepperd's method).
  public init(_ m: Matrix3) {
    let trace = m.x.x + m.y.y + m.z.z
    var q: Quaternion
    if trace > max(m.x.x, max(m.y.y, m.z.z)) {
      let s = (1 + trace).squareRoot() * 2
      q = Quaternion(
        w: s / 4, x: (m.z.y - m.y.z) / s, y: (m.x.z - m.z.x) / s, z: (m.y.x - m.x.y) / s)
    } else if m.x.x > m.y.y && m.x.x > m.z.z {
      let s = (1 + m.x.x - m.y.y - m.z.z).squareRoot() * 2
      q = Quaternion(
        w: (m.z.y - m.y.z) / s, x: s / 4, y: (m.x.y + m.y.x) / s, z: (m.x.z + m.z.x) / s)
    } else if m.y.y > m.z.z {
      let s = (1 + m.y.y - m.x.x - m.z.z).squareRoot() * 2
      q = Quaternion(
        w: (m.x.z - m.z.x) / s, x: (m.x.y + m.y.x) / s, y: s / 4, z: (m.y.z + m.z.y) / s)
    } else {
      let s = (1 + m.z.z - m.x.x - m.y.y).squareRoot() * 2
      q = Quaternion(
        w: (m.y.x - m.x.y) / s, x: (m.x.z + m.z.x) / s, y: (m.y.z + m.z.y) / s, z: s / 4)
    }
    if q.w < 0 { q = Quaternion(w: -q.w, x: -q.x, y: -q.y, z: -q.z) }
    self = q.normalized
  }

  /// The rotation matrix of a quaternion of length one.
  @inlinable
  public var matrix: Matrix3 {
    Matrix3(
      [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])
  }
}
