import Geometry

extension Template {
  /// Reads a template file (`docs/template-format.md`).
  ///
  /// Any bytes are safe: the answer is a template or a ``TemplateError``. Memory stays within a small
  /// multiple of `bytes.count` plus 832 bytes a vertex for the dense expression deltas.
  public init(bytes: [UInt8]) throws(TemplateError) {
    let directory = try SectionDirectory(bytes: bytes)

    var counts = try directory.reader(.counts)
    try counts.expect(16)
    let vertexCount = Int(clamping: try counts.word())
    let triangleCount = Int(clamping: try counts.word())
    let principalModeCount = Int(clamping: try counts.word())
    let smoothModeCount = Int(clamping: try counts.word())
    for (count, limit) in [
      (vertexCount, 65_536), (triangleCount, 131_072), (principalModeCount, 1024),
      (smoothModeCount, 1024),
    ] where count > limit { throw .countOutOfRange(.counts, count) }
    let modeCount = principalModeCount + smoothModeCount

    var reader = try directory.reader(.vertices)
    try reader.expect(12 * vertexCount)
    var vertices: [Vector3] = []
    vertices.reserveCapacity(vertexCount)
    for _ in 0..<vertexCount { vertices.append(try reader.vector()) }

    reader = try directory.reader(.triangles)
    try reader.expect(7 * triangleCount)
    var triangles: [SIMD3<Int32>] = []
    var parts: [Part] = []
    triangles.reserveCapacity(triangleCount)
    parts.reserveCapacity(triangleCount)
    for _ in 0..<triangleCount {
      triangles.append(try reader.triple(below: vertexCount))
      let part = Int(try reader.byte())
      guard let part = Part(rawValue: UInt8(part)) else {
        throw .indexOutOfRange(.triangles, index: part, count: Part.allCases.count)
      }
      parts.append(part)
    }

    reader = try directory.reader(.textureCoordinates)
    try reader.expect(12 * triangleCount)
    var corners: [SIMD2<Float>] = []
    var ofVertex = [SIMD2<Float>](repeating: .zero, count: vertexCount)
    var known = [Bool](repeating: false, count: vertexCount)
    corners.reserveCapacity(3 * triangleCount)
    for triangle in triangles {
      for k in 0..<3 {
        let u = Float(try reader.short()) / 65_535
        let v = Float(try reader.short()) / 65_535
        corners.append(SIMD2(u, v))
        let vertex = Int(triangle[k])
        if !known[vertex] {
          known[vertex] = true
          ofVertex[vertex] = SIMD2(u, v)
        }
      }
    }

    reader = try directory.reader(.identity)
    try reader.expect(modeCount * (4 + 6 * vertexCount))
    var modes: [Vector3] = []
    modes.reserveCapacity(modeCount * vertexCount)
    for _ in 0..<modeCount {
      let step = try reader.float()
      for _ in 0..<vertexCount { modes.append(try reader.quantizedVector(step: step)) }
    }

    reader = try directory.reader(.expressions)
    let channels = ExpressionChannel.count
    guard reader.remaining >= 8 * channels else {
      throw .wrongLength(.expressions, expected: 8 * channels, found: reader.remaining)
    }
    var deltas = [Vector3](repeating: .zero, count: channels * vertexCount)
    for channel in 0..<channels {
      let step = try reader.float()
      let count = Int(clamping: try reader.word())
      guard count <= vertexCount else { throw .countOutOfRange(.expressions, count) }
      for _ in 0..<count {
        let vertex = try reader.index(below: vertexCount)
        deltas[channel * vertexCount + vertex] = try reader.quantizedVector(step: step)
      }
    }
    try reader.expect(0)

    self.vertices = vertices
    self.triangles = triangles
    self.triangleParts = parts
    self.textureCoordinates = ofVertex
    self.cornerTextureCoordinates = corners
    self.identityModeCount = modeCount
    self.principalModeCount = principalModeCount
    self.identityModes = modes
    self.expressionDeltas = deltas
    self.landmarks = try Self.landmarks(directory, vertexCount: vertexCount)

    reader = try directory.reader(.eyes)
    try reader.expect(80)
    self.leftEye = try Self.eye(&reader, vertexCount: vertexCount)
    self.rightEye = try Self.eye(&reader, vertexCount: vertexCount)

    reader = try directory.reader(.rings)
    self.leftLidRing = try Self.ring(&reader, vertexCount: vertexCount)
    self.rightLidRing = try Self.ring(&reader, vertexCount: vertexCount)
    self.innerLipRing = try Self.ring(&reader, vertexCount: vertexCount)
    self.outerLipRing = try Self.ring(&reader, vertexCount: vertexCount)
    try reader.expect(0)

    reader = try directory.reader(.contacts)
    self.leftLidContacts = try Self.contacts(&reader, vertexCount: vertexCount)
    self.rightLidContacts = try Self.contacts(&reader, vertexCount: vertexCount)
    self.lipContacts = try Self.contacts(&reader, vertexCount: vertexCount)
    try reader.expect(0)
  }

  private static func contacts(
    _ reader: inout SectionReader, vertexCount: Int
  ) throws(TemplateError) -> [Contact] {
    let count = Int(try reader.short())
    var contacts: [Contact] = []
    for _ in 0..<count {
      let upper = try reader.index(below: vertexCount)
      let lower = try reader.index(below: vertexCount)
      let lowerNext = try reader.index(below: vertexCount)
      let fraction = Float(try reader.short()) / 65_535
      let upperFollowers = try followers(&reader, vertexCount: vertexCount)
      let lowerFollowers = try followers(&reader, vertexCount: vertexCount)
      contacts.append(
        Contact(
          upper: upper, lower: lower, lowerNext: lowerNext, fraction: fraction,
          upperFollowers: upperFollowers, lowerFollowers: lowerFollowers))
    }
    return contacts
  }

  private static func followers(
    _ reader: inout SectionReader, vertexCount: Int
  ) throws(TemplateError) -> [Contact.Follower] {
    let count = Int(try reader.short())
    guard 4 * count <= reader.remaining else {
      throw .countOutOfRange(reader.section, count)
    }
    var followers: [Contact.Follower] = []
    followers.reserveCapacity(count)
    for _ in 0..<count {
      let vertex = try reader.index(below: vertexCount)
      followers.append(
        Contact.Follower(vertex: vertex, weight: Float(try reader.short()) / 65_535))
    }
    return followers
  }

  private static func landmarks(
    _ directory: SectionDirectory, vertexCount: Int
  ) throws(TemplateError) -> [LandmarkAnchor] {
    var reader = try directory.reader(.landmarks)
    let count = 468
    try reader.expect(39 * count)
    var anchors: [LandmarkAnchor] = []
    anchors.reserveCapacity(count)
    for _ in 0..<count {
      let vertices = try reader.triple(below: vertexCount)
      let barycentric = try reader.vector()
      let kind = Int(try reader.byte())
      guard let kind = LandmarkAnchor.Kind(rawValue: UInt8(kind)) else {
        throw .indexOutOfRange(
          .landmarks, index: kind, count: LandmarkAnchor.Kind.allCases.count)
      }
      let confidence = try reader.float()
      let offset = try reader.vector()
      anchors.append(
        LandmarkAnchor(
          vertices: vertices, barycentric: barycentric, kind: kind, confidence: confidence,
          offset: offset, biasSpread: try reader.float()))
    }
    return anchors
  }

  private static func eye(
    _ reader: inout SectionReader, vertexCount: Int
  ) throws(TemplateError) -> Eye {
    let center = try reader.vector()
    let radius = try reader.float()
    let irisDistance = try reader.float()
    let irisRadius = try reader.float()
    let vertices = try reader.range(below: vertexCount)
    let pupil = try reader.index(below: vertexCount)
    _ = try reader.short()
    let irisRing = try reader.range(below: vertexCount)
    let equator = try reader.range(below: vertexCount)
    return Eye(
      center: center, radius: radius, irisDistance: irisDistance, irisRadius: irisRadius,
      vertices: vertices, pupil: pupil, irisRing: irisRing, equator: equator)
  }

  private static func ring(
    _ reader: inout SectionReader, vertexCount: Int
  ) throws(TemplateError) -> [Int] {
    let count = Int(try reader.short())
    guard 2 * count <= reader.remaining else {
      throw .countOutOfRange(reader.section, count)
    }
    var ring: [Int] = []
    ring.reserveCapacity(count)
    for _ in 0..<count { ring.append(try reader.index(below: vertexCount)) }
    return ring
  }
}

extension SectionReader {
  /// Three vertex indices.
  fileprivate mutating func triple(below count: Int) throws(TemplateError) -> SIMD3<Int32> {
    let a = try index(below: count)
    let b = try index(below: count)
    let c = try index(below: count)
    return SIMD3(Int32(a), Int32(b), Int32(c))
  }

  /// A start and a length, not empty, that stay within `count`.
  fileprivate mutating func range(below count: Int) throws(TemplateError) -> Range<Int> {
    let start = try index(below: count)
    let length = Int(try short())
    guard length > 0, start + length <= count else {
      throw .indexOutOfRange(section, index: start + length, count: count)
    }
    return start..<start + length
  }
}
