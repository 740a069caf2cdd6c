import FaceRig
import Geometry

/// One place where an upper and a lower rim meet.
struct Contact {
  var upper: Int
  /// On the lower rim: a mixture of two neighbours.
  var lower: Int
  var lowerNext: Int
  var fraction: Float
  /// How vertices follow when the upper rim is moved here by 1.
  var upperSpread: [(vertex: Int, weight: Float)] = []
  /// How vertices follow when the lower rim is moved here by 1; empty when it stays.
  var lowerSpread: [(vertex: Int, weight: Float)] = []

  func upperPoint(_ mesh: [Vector3]) -> Vector3 { mesh[upper] }

  func lowerPoint(_ mesh: [Vector3]) -> Vector3 {
    mesh[lower] + (mesh[lowerNext] - mesh[lower]) * fraction
  }

  /// From the lower to the upper rim.
  func gap(_ mesh: [Vector3]) -> Vector3 { upperPoint(mesh) - lowerPoint(mesh) }
}

/// The contacts of one opening, from corner to corner.
struct Opening {
  /// The two rims without the corners, both from the first corner to the second.
  var upperRim: [Int]
  var lowerRim: [Int]
  var contacts: [Contact] = []

  /// Pairs the points of a ring that share a fraction of their rim's length.
  ///
  /// - Parameters:
  ///   - ring: From one corner over the upper rim.
  ///   - far: The index of the other corner in `ring`.
  ///   - mesh: Where the vertices are.
  init(ring: [Int], far: Int, mesh: [Vector3]) {
    upperRim = Array(ring[1..<far])
    lowerRim = ring[(far + 1)...].reversed()
    let upper = [ring[0]] + upperRim + [ring[far]]
    let lower = [ring[0]] + lowerRim + [ring[far]]
    let upperLength = Self.fractions(upper, mesh)
    let lowerLength = Self.fractions(lower, mesh)
    for k in 1..<upper.count - 1 {
      var j = 0
      while j < lower.count - 2, lowerLength[j + 1] < upperLength[k] { j += 1 }
      let span = lowerLength[j + 1] - lowerLength[j]
      let fraction = span > 0 ? (upperLength[k] - lowerLength[j]) / span : 0
      contacts.append(
        Contact(
          upper: upper[k], lower: lower[j], lowerNext: lower[j + 1],
          fraction: min(max(fraction, 0), 1)))
    }
  }

  /// A contact's share of its place on the lower rim, where several may meet one vertex.
  func share(of contact: Contact) -> Float {
    func weight(of vertex: Int) -> Float {
      var sum: Float = 0
      for other in contacts {
        if other.lower == vertex { sum += 1 - other.fraction }
        if other.lowerNext == vertex { sum += other.fraction }
      }
      return sum
    }
    let sum =
      weight(of: contact.lower) * (1 - contact.fraction)
      + weight(of: contact.lowerNext) * contact.fraction
    return sum > 1 ? 1 / sum : 1
  }

  private static func fractions(_ chain: [Int], _ mesh: [Vector3]) -> [Float] {
    var lengths: [Float] = [0]
    for k in 1..<chain.count {
      lengths.append(lengths[k - 1] + (mesh[chain[k]] - mesh[chain[k - 1]]).length)
    }
    let total = lengths[chain.count - 1]
    return lengths.map { $0 / total }
  }
}

extension TemplateBuilder {
  /// Finds where lids and lips meet, and how the skin around follows.
  mutating func addContacts() {
    var system = SparseSystem(count: draft.vertices.count)
    var edges: Set<SIMD2<Int32>> = []
    for t in draft.triangles where t.part.isSkin {
      for edge in Self.edges(t.vertices) { edges.insert(edge) }
    }
    for e in edges.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) {
      system.join(Int(e.x), Int(e.y), by: 1)
    }
    // Influence falls to 1/e within two edges.
    for i in draft.vertices.indices { system.diagonal[i] += 0.3 }
    system.finish()
    let lashes = Set(
      draft.triangles.filter { $0.part == .lashes }.flatMap { t in
        (0..<3).map { Int(t.vertices[$0]) }
      }
    ).sorted()
    draft.openings = [draft.leftLidRing, draft.rightLidRing, draft.innerLipRing].enumerated().map {
      k, ring in
      let x = ring.map { k < 2 ? draft.vertices[$0].x.magnitude : draft.vertices[$0].x }
      let far = ring.indices.max { x[$0] < x[$1] } ?? ring.count / 2
      var opening = Opening(ring: ring, far: far, mesh: draft.vertices)
      var pinned = system
      for i in ring { pinned.diagonal[i] += 1e6 }
      let rim = k < 2 ? lashes.map { ($0, nearest(to: $0, among: ring)) } : []
      for c in opening.contacts.indices {
        var contact = opening.contacts[c]
        contact.upperSpread = spread(pinned, from: [(contact.upper, 1)], followers: rim)
        if k == 2 {
          let share = opening.share(of: contact)
          contact.lowerSpread = spread(
            pinned,
            from: [
              (contact.lower, share * (1 - contact.fraction)),
              (contact.lowerNext, share * contact.fraction),
            ].filter { opening.lowerRim.contains($0.0) }, followers: [])
        }
        opening.contacts[c] = contact
      }
      return opening
    }
  }

  private func spread(
    _ system: SparseSystem, from sources: [(Int, Float)], followers: [(Int, Int)]
  ) -> [(vertex: Int, weight: Float)] {
    var right = [Double](repeating: 0, count: draft.vertices.count)
    for (vertex, weight) in sources { right[vertex] += 1e6 * Double(weight) }
    var response = system.solve(right, start: right.map { $0 / 1e6 }, tolerance: 1e-6)
    for (vertex, leader) in followers
    where (draft.vertices[vertex] - draft.vertices[leader]).length < 0.6 {
      response[vertex] = response[leader]
    }
    return response.indices.filter { response[$0] > 0.03 }.map { ($0, Float(response[$0])) }
  }
}

extension Template.Part {
  /// Whether the part belongs to the skin's connected surface.
  var isSkin: Bool { self == .skin || self == .mouthInterior || self == .eyeSocket }
}
