/// Which things hang together: sets that are joined two by two.
///
/// Nearly constant time a question (union–find, paths halved).
struct ConnectedParts {
  private var parents: [Int]

  /// Each of `count` things for itself.
  init(count: Int) { parents = Array(0..<count) }

  /// The vertices of triangles, joined by them.
  init(count: Int, joinedBy triangles: [SIMD3<Int32>]) {
    self.init(count: count)
    for t in triangles {
      join(Int(t.x), Int(t.y))
      join(Int(t.y), Int(t.z))
    }
  }

  mutating func join(_ a: Int, _ b: Int) {
    let a = root(a)
    parents[a] = root(b)
  }

  /// The thing that stands for all that hang together with this one.
  mutating func root(_ k: Int) -> Int {
    var k = k
    while parents[k] != k {
      parents[k] = parents[parents[k]]
      k = parents[k]
    }
    return k
  }
}
