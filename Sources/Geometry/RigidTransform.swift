/// A rotation followed by a translation: `p ↦ R p + t`.
///
/// Values are named destination from source: `cameraFromHead` takes head coordinates to camera
/// coordinates.
@frozen
public struct RigidTransform: Sendable, Equatable {
  /// R.
  public var rotation: Matrix3
  /// t, in centimetres.
  public var translation: Vector3

  /// Makes a transform from its two parts.
  @inlinable
  public init(rotation: Matrix3, translation: Vector3) {
    self.rotation = rotation
    self.translation = translation
  }

  /// The transform that changes nothing.
  @inlinable
  public static var identity: RigidTransform {
    RigidTransform(rotation: .identity, translation: .zero)
  }

  /// A point taken from source to destination.
  @inlinable @inline(__always)
  public static func * (a: RigidTransform, p: Vector3) -> Vector3 { a.rotation * p + a.translation }

  /// First `b`, then `a`.
  @inlinable
  public static func * (a: RigidTransform, b: RigidTransform) -> RigidTransform {
    RigidTransform(
      rotation: a.rotation * b.rotation,
      translation: a.rotation * b.translation + a.translation)
  }

  /// The transform from destination back to source.
  @inlinable
  public var inverse: RigidTransform {
    let r = rotation.transpose
    return RigidTransform(rotation: r, translation: -(r * translation))
  }

  /// The transform with a small turn `w` (radians, in the destination's axes, about the source's
  /// origin) and a shift `v` (centimetres) added: `R ← exp(w) R`, `t ← t + v`.
  public func adjusted(rotationVector w: Vector3, translation v: Vector3) -> RigidTransform {
    RigidTransform(
      rotation: (Matrix3(rotationVector: w) * rotation).orthonormalized,
      translation: translation + v)
  }
}
