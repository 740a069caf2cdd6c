/// An ideal camera: x to the right, y down, z forward; pixel centres at half-integers.
///
///     u = focalLength.x · x / z + center.x
///     v = focalLength.y · y / z + center.y
@frozen
public struct PinholeCamera: Sendable, Equatable {
  /// The picture's size in pixels.
  public var width, height: Int
  /// Focal lengths in pixels.
  public var focalLength: SIMD2<Float>
  /// Where the optical axis meets the picture, in pixels.
  public var center: SIMD2<Float>

  /// Makes a camera from its parts.
  @inlinable
  public init(width: Int, height: Int, focalLength: SIMD2<Float>, center: SIMD2<Float>) {
    self.width = width
    self.height = height
    self.focalLength = focalLength
    self.center = center
  }

  /// A camera with square pixels whose axis meets the picture's middle.
  @inlinable
  public init(width: Int, height: Int, focalLength: Float) {
    self.init(
      width: width, height: height, focalLength: [focalLength, focalLength],
      center: [Float(width) / 2, Float(height) / 2])
  }

  /// The pixel position of a point in camera coordinates; z must be positive.
  @inlinable @inline(__always)
  public func project(_ p: Vector3) -> SIMD2<Float> {
    SIMD2(p.x, p.y) / p.z * focalLength + center
  }

  /// The same view drawn `factor` times as large.
  @inlinable
  public func scaled(by factor: Float) -> PinholeCamera {
    PinholeCamera(
      width: Int((Float(width) * factor).rounded()),
      height: Int((Float(height) * factor).rounded()),
      focalLength: focalLength * factor, center: center * factor)
  }

  /// The same view, cut to a rectangle whose upper left corner is at (`left`, `top`).
  @inlinable
  public func cropped(left: Int, top: Int, width: Int, height: Int) -> PinholeCamera {
    PinholeCamera(
      width: width, height: height, focalLength: focalLength,
      center: center - SIMD2(Float(left), Float(top)))
  }
}
