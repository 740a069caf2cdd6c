internal import GaussianSplats
public import Geometry

extension SplatFrame {
  /// Where the bust ends as posed last: a capture shows head and shoulders, and below them splats
  /// thin out into specks. Centimetres along the torso's y axis; all but a fiftieth of the splats
  /// lie above.
  ///
  /// - Complexity: O(n log n) for n splats.
  public func bustEnd(cameraFromTorso: RigidTransform) -> Float {
    let up = cameraFromTorso.rotation.transpose.y
    let shift = up.dot(cameraFromTorso.translation)
    let x = planes.plane(.meanX), y = planes.plane(.meanY), z = planes.plane(.meanZ)
    var heights: [Float] = []
    heights.reserveCapacity(count)
    for i in 0..<count {
      let height = up.dot(Vector3(x[i], y[i], z[i])) - shift
      if height.magnitude < .infinity { heights.append(height) }
    }
    heights.sort()
    return heights.isEmpty ? -.greatestFiniteMagnitude : heights[(heights.count - 1) / 50]
  }
}

extension SplatPicture.View {
  /// The ``fade`` with which a bust that ends at `end` fades out over its lowest centimetres.
  public static func bustFade(
    end: Float, height: Float, cameraFromTorso: RigidTransform
  ) -> SIMD4<Float> {
    guard end > -.greatestFiniteMagnitude, height > 0 else { return [0, 0, 0, 1] }
    let up = cameraFromTorso.rotation.transpose.y / height
    return [up.x, up.y, up.z, -up.dot(cameraFromTorso.translation) - end / height]
  }
}
