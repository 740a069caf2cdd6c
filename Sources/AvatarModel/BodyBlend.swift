public import Geometry

/// How the template's vertices are shared between the head and the torso, and where both go.
///
/// The neck bends: a vertex at head-frame point p with share w appears at `w H p + (1 − w) T p`,
/// where H and T are the head's and the torso's poses. Behind the vertices stand six virtual ones:
/// the axes of the head's frame, then of the torso's, that rigid splats are bound to.
public enum BodyBlend {
  /// Virtual vertices appended to the mesh: origin, x and y of the head, then of the torso.
  public static let virtualVertexCount = 6

  /// The virtual triangle of the head or the torso, for a mesh of `vertexCount` vertices.
  public static func virtualTriangle(
    of kind: SplatGroup.Kind, vertexCount: Int
  ) -> SIMD3<Int32> {
    let first = Int32(vertexCount) + (kind == .torso ? 3 : 0)
    return SIMD3(first, first + 1, first + 2)
  }

  /// Camera coordinates of posed head-frame vertices and the virtual ones.
  ///
  /// - Parameters:
  ///   - vertices: the posed mesh, head frame.
  ///   - headShare: one share a vertex.
  ///   - result: receives `vertices.count + 6` points.
  public static func place(
    _ vertices: [Vector3], headShare: [Float], cameraFromHead h: RigidTransform,
    cameraFromTorso t: RigidTransform, into result: inout [Vector3]
  ) {
    let n = vertices.count
    if result.count != n + virtualVertexCount {
      result = [Vector3](repeating: .zero, count: n + virtualVertexCount)
    }
    for i in 0..<n {
      let w = headShare[i]
      if w >= 1 {
        result[i] = h * vertices[i]
      } else {
        result[i] = (h * vertices[i]) * w + (t * vertices[i]) * (1 - w)
      }
    }
    for (offset, frame) in [(0, h), (3, t)] {
      result[n + offset] = frame.translation
      result[n + offset + 1] = frame * Vector3(1, 0, 0)
      result[n + offset + 2] = frame * Vector3(0, 1, 0)
    }
  }
}
