import FaceRig
import Geometry

/// The eyeballs of a head that another program made: parts of its mesh, apart from the face.
struct HeadEyes {
  /// One eyeball.
  struct Ball {
    /// Metres.
    var center: Vector3
    var radius: Float
    /// Which of the head's vertices it has, ascending.
    var vertices: [Int]
  }

  /// Points that an avatar has for an eye beside its vertices: four on a great circle, and the pupil.
  static let helperCount = 5

  /// The person's left and right.
  let left, right: Ball

  /// Finds them: round, and moved by the targets for looking.
  ///
  /// - Throws: ``ExchangeError/inEntry(_:_:)`` where there are none.
  init(_ head: GaussianHead) throws(ExchangeError) {
    let parts = Self.parts(head)
    func ball(_ looks: [ExpressionChannel]) -> Ball? {
      let moved = head.surface.indices.map { i in
        looks.contains { (head.deltas[$0]?[i].length ?? 0) > 1e-4 }
      }
      return parts.filter { part in 2 * part.count(where: { moved[$0] }) > part.count }
        .compactMap { Self.ball($0, head) }.max { $0.vertices.count < $1.vertices.count }
    }
    guard let left = ball([.eyeLookInLeft, .eyeLookOutLeft, .eyeLookUpLeft, .eyeLookDownLeft]),
      let right = ball([.eyeLookInRight, .eyeLookOutRight, .eyeLookUpRight, .eyeLookDownRight]),
      left.vertices.first != right.vertices.first
    else {
      throw .inEntry(
        "skin.glb",
        .unexpected(offset: 0, expected: "a mesh with two eyeballs that its targets turn"))
    }
    self.left = left
    self.right = right
  }

  /// Whether each vertex is an eyeball's.
  func marks(count: Int) -> [Bool] {
    var marks = [Bool](repeating: false, count: count)
    for i in left.vertices + right.vertices { marks[i] = true }
    return marks
  }

  /// The parts of the mesh that hang together, of at least 16 vertices, in the mesh's order.
  private static func parts(_ head: GaussianHead) -> [[Int]] {
    var connected = ConnectedParts(count: head.surface.count, joinedBy: head.triangles)
    var parts: [Int: [Int]] = [:]
    for k in head.surface.indices { parts[connected.root(k), default: []].append(k) }
    return parts.values.filter { $0.count >= 16 }.sorted { $0[0] < $1[0] }
  }

  /// A part as a ball; nil where it is longer one way than another.
  private static func ball(_ part: [Int], _ head: GaussianHead) -> Ball? {
    var low = head.surface[part[0]], high = low
    for i in part {
      low = pointwiseMin(low, head.surface[i])
      high = pointwiseMax(high, head.surface[i])
    }
    let size = high - low
    guard size.min() > 0.7 * size.max(), size.max() > 1e-3 else { return nil }
    // The cornea stands out in front; width and height are the ball's.
    return Ball(
      center: (low + high) * 0.5, radius: (size.x + size.y) / 4, vertices: part)
  }
}
