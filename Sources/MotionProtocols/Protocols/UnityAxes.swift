import Geometry

/// Between our axes and those of Unity and VMC, whose people look along z with x to their right.
///
/// Ours have x to the person's left, so x is mirrored: a left-handed frame becomes a right-handed one.
/// VMC counts in metres.
enum UnityAxes {
  /// A rotation of ours from Unity's quaternion; nil where it is none.
  static func rotation(x: Float, y: Float, z: Float, w: Float) -> Matrix3? {
    let length = (x * x + y * y + z * z + w * w).squareRoot()
    guard length > 0.5, length < 2 else { return nil }
    return Quaternion(w: w, x: x, y: -y, z: -z).normalized.matrix
  }

  /// Unity's quaternion of a rotation of ours: x, y, z, w.
  static func quaternion(_ rotation: Matrix3) -> [Float] {
    let q = Quaternion(rotation).normalized
    return [q.x, -q.y, -q.z, q.w]
  }

  /// Centimetres of ours from Unity's metres, and the other way round.
  static func position(_ p: Vector3) -> Vector3 { [-p.x * 100, p.y * 100, p.z * 100] }
  static func metres(_ p: Vector3) -> [Float] { [-p.x / 100, p.y / 100, p.z / 100] }
}
