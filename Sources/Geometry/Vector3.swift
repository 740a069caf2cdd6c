/// A point or direction in three dimensions; centimetres unless said otherwise.
public typealias Vector3 = SIMD3<Float>

extension SIMD3 where Scalar == Float {
  /// The inner product with `other`.
  @inlinable @inline(__always)
  public func dot(_ other: Self) -> Float {
    x * other.x + y * other.y + z * other.z
  }

  /// The right-handed vector product with `other`.
  @inlinable @inline(__always)
  public func cross(_ other: Self) -> Self {
    Self(
      y * other.z - z * other.y,
      z * other.x - x * other.z,
      x * other.y - y * other.x)
  }

  /// The Euclidean length.
  @inlinable @inline(__always)
  public var length: Float { dot(self).squareRoot() }

  /// The vector of length one in the same direction; zero stays zero.
  @inlinable @inline(__always)
  public var normalized: Self {
    let l = length
    return l > 1e-20 ? self / l : self
  }
}
