import FaceRig
import Geometry

/// The sections that make up a person's template, as they are read.
struct MeshSections {
  private(set) var vertices: [Vector3] = []
  private(set) var headShare: [Float] = []
  private var triangles: [SIMD3<Int32>] = []
  private var parts: [Template.Part] = []
  private var textureCoordinates: [SIMD2<Float>] = []
  private var expressionDeltas: [Vector3] = []
  private var landmarks: [Template.LandmarkAnchor] = []
  private var eyes: [Template.Eye] = []
  private var rings: [[Int]] = []
  private var contacts: [[Template.Contact]] = []

  mutating func readMesh(_ reader: ByteReader) throws(AvatarError) {
    var r = reader
    let vertexCount = try r.count(atMost: 65_000)
    let triangleCount = try r.count(atMost: 200_000)
    try r.require(vertexCount * 13 + triangleCount * 19)
    for _ in 0..<vertexCount { vertices.append(try r.vector()) }
    for _ in 0..<vertexCount { headShare.append(Float(try r.byte()) / 255) }
    for _ in 0..<triangleCount {
      let a = try r.index(below: vertexCount), b = try r.index(below: vertexCount)
      triangles.append(SIMD3(Int32(a), Int32(b), Int32(try r.index(below: vertexCount))))
    }
    for _ in 0..<triangleCount {
      guard let part = Template.Part(rawValue: try r.byte()) else {
        throw .valueOutOfRange(.mesh, offset: r.offset)
      }
      parts.append(part)
    }
    for _ in 0..<3 * triangleCount {
      let u = Float(try r.short()) / 65535
      textureCoordinates.append(SIMD2(u, Float(try r.short()) / 65535))
    }
    try r.finish()
  }

  mutating func readExpressions(_ reader: ByteReader) throws(AvatarError) {
    var r = reader
    let n = vertices.count
    // 52 dense fields: bounded by the vertices, which the file's size bounds.
    expressionDeltas = [Vector3](repeating: .zero, count: ExpressionChannel.count * n)
    for channel in 0..<ExpressionChannel.count {
      let moved = try r.count(atMost: n)
      let largest = try r.float()
      try r.require(8 * moved)
      for _ in 0..<moved {
        let i = try r.index(below: n)
        let x = try r.signedUnit(), y = try r.signedUnit()
        expressionDeltas[channel * n + i] = Vector3(x, y, try r.signedUnit()) * largest
      }
    }
    try r.finish()
  }

  mutating func readLandmarks(_ reader: ByteReader) throws(AvatarError) {
    var r = reader
    let count = try r.count(atMost: 4096)
    for _ in 0..<count {
      let a = try r.index(below: vertices.count), b = try r.index(below: vertices.count)
      let c = try r.index(below: vertices.count)
      let barycentric = try r.vector(), offset = try r.vector()
      guard let kind = Template.LandmarkAnchor.Kind(rawValue: try r.byte()) else {
        throw .valueOutOfRange(.landmarks, offset: r.offset)
      }
      let confidence = try r.float()
      landmarks.append(
        Template.LandmarkAnchor(
          vertices: SIMD3(Int32(a), Int32(b), Int32(c)), barycentric: barycentric, kind: kind,
          confidence: confidence, offset: offset, biasSpread: try r.float()))
    }
    try r.finish()
  }

  mutating func readFeatures(_ reader: ByteReader) throws(AvatarError) {
    var r = reader
    for _ in 0..<2 {
      let center = try r.vector()
      let sizes = try r.floats(3)
      var ranges: [Range<Int>] = []
      for _ in 0..<3 {
        let low = Int(try r.short()), high = Int(try r.short())
        try r.check(low < high && high <= vertices.count)
        ranges.append(low..<high)
      }
      let pupil = try r.index(below: vertices.count)
      eyes.append(
        Template.Eye(
          center: center, radius: sizes[0], irisDistance: sizes[1], irisRadius: sizes[2],
          vertices: ranges[0], pupil: pupil, irisRing: ranges[1], equator: ranges[2]))
    }
    for _ in 0..<4 {
      let count = Int(try r.short())
      var ring: [Int] = []
      for _ in 0..<count { ring.append(try r.index(below: vertices.count)) }
      rings.append(ring)
    }
    for _ in 0..<3 {
      let count = Int(try r.short())
      var list: [Template.Contact] = []
      for _ in 0..<count { list.append(try contact(&r)) }
      contacts.append(list)
    }
    try r.finish()
  }

  private func contact(_ r: inout ByteReader) throws(AvatarError) -> Template.Contact {
    let n = vertices.count
    let upper = try r.index(below: n), lower = try r.index(below: n)
    let lowerNext = try r.index(below: n)
    let fraction = try r.float()
    var followers: [[Template.Contact.Follower]] = [[], []]
    for side in 0..<2 {
      let count = Int(try r.short())
      for _ in 0..<count {
        let vertex = try r.index(below: n)
        followers[side].append(Template.Contact.Follower(vertex: vertex, weight: try r.float()))
      }
    }
    return Template.Contact(
      upper: upper, lower: lower, lowerNext: lowerNext, fraction: fraction,
      upperFollowers: followers[0], lowerFollowers: followers[1])
  }

  /// What the splats' bindings are at rest: one over twice the triangle's area, and the head's
  /// share.
  func rest(corners: [Int32], barycentric: [Float]) -> (area: [Float], share: [Float]) {
    let n = vertices.count
    let points =
      vertices + [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 0], [0, 1, 0]]
    let shares = headShare + [1, 1, 1, 0, 0, 0]
    precondition(points.count == n + BodyBlend.virtualVertexCount)
    var area: [Float] = [], share: [Float] = []
    for i in 0..<corners.count / 3 {
      let a = Int(corners[3 * i]), b = Int(corners[3 * i + 1]), c = Int(corners[3 * i + 2])
      let twice = (points[b] - points[a]).cross(points[c] - points[a]).length
      area.append(1 / max(twice, 1e-8))
      share.append(
        shares[a] * barycentric[3 * i] + shares[b] * barycentric[3 * i + 1] + shares[c]
          * barycentric[3 * i + 2])
    }
    return (area, share)
  }

  /// The template, without identity modes.
  func template() -> Template {
    Template(
      vertices: vertices, triangles: triangles, triangleParts: parts,
      cornerTextureCoordinates: textureCoordinates, identityModes: [], principalModeCount: 0,
      expressionDeltas: expressionDeltas, landmarks: landmarks, leftEye: eyes[0],
      rightEye: eyes[1], leftLidRing: rings[0], rightLidRing: rings[1], innerLipRing: rings[2],
      outerLipRing: rings[3], leftLidContacts: contacts[0], rightLidContacts: contacts[1],
      lipContacts: contacts[2])
  }
}
