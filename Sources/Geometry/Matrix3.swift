/// A 3 × 3 matrix, stored by rows.
@frozen
public struct Matrix3: Sendable, Equatable {
  /// The rows.
  public var x, y, z: Vector3

  /// Makes a matrix from its rows.
  @inlinable
  public init(_ x: Vector3, _ y: Vector3, _ z: Vector3) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The identity.
  @inlinable
  public static var identity: Matrix3 { Matrix3([1, 0, 0], [0, 1, 0], [0, 0, 1]) }

  /// The matrix with rows and columns exchanged; the inverse of a rotation.
  @inlinable
  public var transpose: Matrix3 {
    Matrix3([x.x, y.x, z.x], [x.y, y.y, z.y], [x.z, y.z, z.z])
  }

  /// The determinant.
  @inlinable
  public var determinant: Float { x.dot(y.cross(z)) }

  /// The matrix applied to a vector.
  @inlinable @inline(__always)
  public static func * (m: Matrix3, v: Vector3) -> Vector3 {
    Vector3(m.x.dot(v), m.y.dot(v), m.z.dot(v))
  }

  /// The matrix product.
  @inlinable
  public static func * (a: Matrix3, b: Matrix3) -> Matrix3 {
    let t = b.transpose
    return Matrix3(t * a.x, t * a.y, t * a.z)
  }

  /// Every entry multiplied by a number.
  @inlinable
  public static func * (m: Matrix3, s: Float) -> Matrix3 { Matrix3(m.x * s, m.y * s, m.z * s) }

  /// The sum, entry by entry.
  @inlinable
  public static func + (a: Matrix3, b: Matrix3) -> Matrix3 {
    Matrix3(a.x + b.x, a.y + b.y, a.z + b.z)
  }
}

extension Matrix3 {
  /// The rotation about `w` by the angle `w.length` radians (Rodrigues' formula).
  public init(rotationVector w: Vector3) {
    let angle = w.length
    if angle < 1e-6 {
      self = Matrix3([1, -w.z, w.y], [w.z, 1, -w.x], [-w.y, w.x, 1]).orthonormalized
      return
    }
    let n = w / angle
    let (s, c) = ElementaryFunctions.sinCos(angle)
    let q = 1 - c
    self.init(
      [c + n.x * n.x * q, n.x * n.y * q - n.z * s, n.x * n.z * q + n.y * s],
      [n.y * n.x * q + n.z * s, c + n.y * n.y * q, n.y * n.z * q - n.x * s],
      [n.z * n.x * q - n.y * s, n.z * n.y * q + n.x * s, c + n.z * n.z * q])
  }

  /// The inverse of ``init(rotationVector:)``: axis times angle, angle in 0…π.
  public var rotationVector: Vector3 {
    let q = Quaternion(self)
    let v = Vector3(q.x, q.y, q.z)
    let sine = v.length
    if sine < 1e-7 { return v * 2 }
    return v * (2 * ElementaryFunctions.atan2(sine, q.w) / sine)
  }

  /// A rotation near this matrix: rows made orthogonal and of length one, in order.
  public var orthonormalized: Matrix3 {
    let a = x.normalized
    let b = (y - a * a.dot(y)).normalized
    return Matrix3(a, b, a.cross(b))
  }
}
