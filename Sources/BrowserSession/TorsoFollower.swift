internal import Geometry

/// A torso that landmarks do not see: turned as in the capture, slowly following the head.
struct TorsoFollower {
  private let rotation: Matrix3
  private var translation: Vector3?

  /// A torso that is turned as given, camera from torso.
  init(rotation: Matrix3) { self.rotation = rotation }

  /// The torso's pose for the head's.
  mutating func follow(_ head: RigidTransform) -> RigidTransform {
    let next = translation.map { $0 * 0.9 + head.translation * 0.1 } ?? head.translation
    translation = next
    return RigidTransform(rotation: rotation, translation: next)
  }

  /// Starts anew at the next head.
  mutating func reset() { translation = nil }
}
