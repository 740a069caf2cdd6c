public import Geometry

/// Normals of vertices: the mean of the adjacent triangles' normals, weighted by area.
public enum VertexNormals {
  /// Writes one unit normal a vertex into `normals`, resized as needed; zero where no triangle is.
  ///
  /// Triangles are counter-clockwise from outside; indices must lie within `vertices`.
  /// Complexity: O(vertices + triangles).
  public static func compute(
    vertices: [Vector3], triangles: [SIMD3<Int32>], into normals: inout [Vector3]
  ) {
    if normals.count != vertices.count {
      normals = [Vector3](repeating: .zero, count: vertices.count)
    }
    var sums = normals.mutableSpan
    for i in 0..<sums.count { sums[i] = .zero }
    let points = vertices.span
    for t in triangles.span.indices {
      let triangle = triangles[t]
      let a = Int(triangle.x)
      let b = Int(triangle.y)
      let c = Int(triangle.z)
      let normal = (points[b] - points[a]).cross(points[c] - points[a])
      sums[a] += normal
      sums[b] += normal
      sums[c] += normal
    }
    for i in 0..<sums.count { sums[i] = sums[i].normalized }
  }
}
