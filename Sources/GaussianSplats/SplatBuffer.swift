public import Geometry

/// The 16 numbers of a splat, in the order of a ``SplatBuffer``'s planes.
public enum SplatPlane: Int, Sendable, CaseIterable {
  /// The centre in camera coordinates, centimetres.
  case meanX, meanY, meanZ
  /// M by rows; the covariance is M Mᵀ: M = rotation · diagonal(scale), centimetres.
  case m00, m01, m02, m10, m11, m12, m20, m21, m22
  /// Opacity at the centre, 0…0.99.
  case opacity
  /// Colour, sRGB-encoded, nominally 0…1.
  case red, green, blue
}

/// Splats in camera coordinates as 16 planes of numbers, or the gradients of a loss by them.
///
///     plane(0)  meanX  s₀ s₁ s₂ … padding to a multiple of 16
///     plane(1)  meanY  s₀ s₁ s₂ …
///      ⋮
///     plane(15) blue
///
/// Values may be any bits: splats that are not finite are not drawn. Not safe for use by two
/// threads at once, unless they touch different splats.
public final class SplatBuffer {
  /// The number of splats.
  public let count: Int
  /// The distance between planes, a multiple of 16.
  public let planeStride: Int
  /// The first plane; 64-byte aligned; 16 × `planeStride` numbers, owned by this object.
  public let pointer: UnsafeMutablePointer<Float>

  /// Makes a buffer of zeros (splats that are not drawn).
  public init(count: Int) {
    self.count = count
    planeStride = max(16, (count + 15) & ~15)
    pointer = Storage<Float>(capacity: 16 * planeStride).pointer
  }

  deinit { pointer.deallocate() }

  /// The values of one plane, `planeStride` of them.
  public func plane(_ plane: SplatPlane) -> UnsafeMutablePointer<Float> {
    pointer + plane.rawValue * planeStride
  }

  /// One number of one splat.
  public subscript(plane: SplatPlane, splat: Int) -> Float {
    get {
      precondition(splat >= 0 && splat < count)
      return pointer[plane.rawValue * planeStride + splat]
    }
    set {
      precondition(splat >= 0 && splat < count)
      pointer[plane.rawValue * planeStride + splat] = newValue
    }
  }

  /// Sets all of one splat.
  public func set(_ splat: Int, mean: Vector3, m: Matrix3, opacity: Float, color: Vector3) {
    precondition(splat >= 0 && splat < count)
    var p = pointer + splat
    for v in [mean, m.x, m.y, m.z] {
      for i in 0..<3 { p[i * planeStride] = v[i] }
      p += 3 * planeStride
    }
    p[0] = opacity
    for i in 0..<3 { p[(i + 1) * planeStride] = color[i] }
  }

  /// Sets everything to zero.
  public func clear() { pointer.update(repeating: 0, count: 16 * planeStride) }
}
