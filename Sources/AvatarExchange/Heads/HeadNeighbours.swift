import FaceRig
import Geometry

/// For each splat of a head two others nearby, that tell how it turns when the face moves.
struct HeadNeighbours {
  /// Edges of the mesh to the farthest neighbour that is looked at.
  private static let rings = 3
  /// How far neighbours are at best, metres: enough that differences of movements count, and still near.
  private static let distance: Float = 0.006
  /// What tears away from a splat in some expression by more than this share of its distance is none.
  private static let largestStrain: Float = 0.8

  /// The neighbours of each vertex; nil where it has too few.
  let pairs: [(Int, Int)?]

  init(_ head: GaussianHead) {
    let n = head.surface.count
    var starts = [Int](repeating: 0, count: n + 1)
    for t in head.triangles { for k in 0..<3 { starts[Int(t[k]) + 1] += 2 } }
    for i in 0..<n { starts[i + 1] += starts[i] }
    var adjacent = [Int](repeating: 0, count: starts[n])
    var next = starts
    for t in head.triangles {
      for k in 0..<3 {
        let vertex = Int(t[k])
        adjacent[next[vertex]] = Int(t[(k + 1) % 3])
        adjacent[next[vertex] + 1] = Int(t[(k + 2) % 3])
        next[vertex] += 2
      }
    }
    let movements = head.deltas.keys.sorted { $0.rawValue < $1.rawValue }.compactMap {
      head.deltas[$0]
    }
    var seen = [Int](repeating: -1, count: n)
    pairs = (0..<n).map { i in
      var around = [i]
      seen[i] = i
      var from = 0
      for _ in 0..<Self.rings where around.count < 64 {
        let to = around.count
        for k in from..<to {
          for j in adjacent[starts[around[k]]..<starts[around[k] + 1]] where seen[j] != i {
            seen[j] = i
            around.append(j)
          }
        }
        from = to
      }
      let candidates = around.dropFirst().filter { j in
        let reach = Self.largestStrain * (head.splats[j].position - head.splats[i].position).length
        return movements.allSatisfy { ($0[j] - $0[i]).length <= reach }
      }
      return Self.pair(i, candidates, head)
    }
  }

  /// The first as far as neighbours best are, the second across from it.
  private static func pair(_ i: Int, _ candidates: [Int], _ head: GaussianHead) -> (Int, Int)? {
    func place(_ k: Int) -> Vector3 { head.splats[k].position - head.splats[i].position }
    func miss(_ k: Int) -> Float { (place(k).length - distance).magnitude }
    guard let first = candidates.min(by: { miss($0) < miss($1) }) else { return nil }
    let axis = place(first)
    guard axis.length > 1e-5 else { return nil }
    func height(_ k: Int) -> Float {
      let height = axis.cross(place(k)).length / axis.length
      return min(height, distance) - 0.2 * place(k).length
    }
    guard let second = candidates.max(by: { height($0) < height($1) }), second != first,
      axis.cross(place(second)).length > 0.1 * axis.length * place(second).length
    else { return nil }
    return (first, second)
  }
}
