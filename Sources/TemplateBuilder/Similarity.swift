import FaceRig
import Geometry

/// The similarity (turn, scale, shift) that brings one shape closest to another.
enum Similarity {
  /// `shape` turned, scaled and shifted so that its `anchors` lie closest to those of `target`
  /// (Horn, Closed-form solution of absolute orientation using unit quaternions, 1987).
  static func align(_ shape: [Vector3], to target: [Vector3], anchors: [Int]) -> [Vector3] {
    var from = SIMD3<Double>.zero
    var to = SIMD3<Double>.zero
    for i in anchors {
      from += SIMD3<Double>(shape[i])
      to += SIMD3<Double>(target[i])
    }
    from /= Double(anchors.count)
    to /= Double(anchors.count)
    // S[i][j] = Σ from_i to_j
    var s = [[Double]](repeating: [0, 0, 0], count: 3)
    var spread = 0.0
    for i in anchors {
      let a = SIMD3<Double>(shape[i]) - from
      let b = SIMD3<Double>(target[i]) - to
      spread += (a * a).sum()
      for r in 0..<3 { for c in 0..<3 { s[r][c] += a[r] * b[c] } }
    }
    let (xx, xy, xz) = (s[0][0], s[0][1], s[0][2])
    let (yx, yy, yz) = (s[1][0], s[1][1], s[1][2])
    let (zx, zy, zz) = (s[2][0], s[2][1], s[2][2])
    let n = [
      xx + yy + zz, yz - zy, zx - xz, xy - yx,
      yz - zy, xx - yy - zz, xy + yx, zx + xz,
      zx - xz, xy + yx, yy - xx - zz, yz + zy,
      xy - yx, zx + xz, yz + zy, zz - xx - yy,
    ]
    let q = SymmetricEigen.solve(n, count: 4).vectors
    let rotation = Quaternion(w: Float(q[0]), x: Float(q[1]), y: Float(q[2]), z: Float(q[3]))
      .normalized.matrix
    var agreement = 0.0
    for i in anchors {
      let a = rotation * (shape[i] - Vector3(from))
      agreement += Double(a.dot(target[i] - Vector3(to)))
    }
    let turn = rotation * Float(agreement / spread)
    return shape.map { turn * ($0 - Vector3(from)) + Vector3(to) }
  }
}
