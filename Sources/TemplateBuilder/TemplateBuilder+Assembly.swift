import FaceRig
import Geometry

extension TemplateBuilder {
  /// Lays out vertices and triangles, replaces the eyeballs, and takes modes and expressions over.
  mutating func assemble(
    _ mean: [Vector3], _ modes: [[Vector3]], _ folder: String
  ) throws(TemplateBuildError) {
    let isEye = head.vertexGroups.map { $0 == 1 || $0 == 2 }
    let kept = mean.indices.filter { !isEye[$0] }
    draftIndex = Array(repeating: -1, count: mean.count)
    for (i, vertex) in kept.enumerated() { draftIndex[vertex] = i }
    draft.vertices = kept.map { mean[$0] }
    let parts: [Template.Part] = [
      .skin, .leftEye, .rightEye, .upperTeeth, .lowerTeeth, .tongue, .lashes, .lashes, .lashes,
      .lashes,
    ]
    for triangle in head.triangles where triangle.group != 1 && triangle.group != 2 {
      let v = triangle.vertices
      draft.triangles.append(
        TemplateDraft.Triangle(
          vertices: SIMD3(
            Int32(draftIndex[Int(v.x)]), Int32(draftIndex[Int(v.y)]), Int32(draftIndex[Int(v.z)])),
          part: parts[triangle.group], textureCoordinates: triangle.textureCoordinates))
    }
    draft.principalModes = modes.map { mode in kept.map { mode[$0] } }
    for channel in ExpressionChannel.allCases {
      let target = try ShapeTarget(
        path: folder + "/faceunits01/targets/faceunits/\(channel).target",
        headIndex: head.headIndex)
      var deltas = [Vector3](repeating: .zero, count: mean.count)
      target.add(to: &deltas, weight: 10)
      draft.expressions.append(kept.map { deltas[$0] })
    }
    for group in [1, 2] { addEyeball(group: group, mean, modes) }
  }

  private mutating func addEyeball(group: Int, _ mean: [Vector3], _ modes: [[Vector3]]) {
    let old = mean.indices.filter { head.vertexGroups[$0] == group }
    let whole = Eyeball.sphere(through: old.map { mean[$0] })
    // The back half is free of the bulge of the cornea.
    let back = old.filter { mean[$0].z < whole.center.z }
    let (middle, radius) = Eyeball.sphere(through: back.map { mean[$0] })
    let ball = Eyeball(radius: radius)
    let center = middle - Vector3(0, Self.eyeLowering, 0)
    let start = draft.vertices.count
    draft.eyes.append(TemplateDraft.Eye(center: center, ball: ball, start: start))
    draft.vertices += ball.positions.map { $0 + center }
    let corner = SIMD2<Float>(group == 1 ? 0.760 : 0.788, 0.9316)
    for t in ball.triangles {
      draft.triangles.append(
        TemplateDraft.Triangle(
          vertices: t &+ Int32(start), part: group == 1 ? .leftEye : .rightEye,
          textureCoordinates: (0..<3).map {
            corner + ball.textureCoordinates[Int(t[$0])] * 0.025
          }))
    }
    let normals = back.map { (mean[$0] - middle) / radius }
    for m in modes.indices {
      let (shift, growth) = Eyeball.motion(of: back.map { modes[m][$0] }, normals: normals)
      draft.principalModes[m] += ball.positions.map { shift + $0 * (growth / radius) }
    }
    for c in draft.expressions.indices {
      draft.expressions[c] += [Vector3](repeating: .zero, count: ball.positions.count)
    }
  }

  /// Finds the rims of lids and lips.
  mutating func addRings() throws(TemplateBuildError) {
    func ring(_ baseVertex: Int) throws(TemplateBuildError) -> [Int] {
      let vertex = head.headIndex.indices.contains(baseVertex) ? head.headIndex[baseVertex] : -1
      guard vertex >= 0, let loop = head.loop(through: vertex) else {
        throw .unexpectedMesh("no ring through vertex \(baseVertex)")
      }
      return loop
    }
    let lid = try ring(0)
    let other = lid.map { head.mirror[$0] }
    let isLeft = head.positions[lid[0]].x > 0
    leftLidRing(isLeft ? lid : other)
    draft.rightLidRing = oriented(isLeft ? other : lid) { $0.x.magnitude }
    draft.innerLipRing = oriented(try ring(474)) { $0.x }
    draft.outerLipRing = oriented(try ring(455)) { $0.x }
  }

  private mutating func leftLidRing(_ loop: [Int]) {
    draft.leftLidRing = oriented(loop) { $0.x.magnitude }
  }

  /// A loop in draft indices from the vertex where `key` is least, over its upper half.
  private func oriented(_ loop: [Int], from key: (Vector3) -> Float) -> [Int] {
    var ring = loop.map { draftIndex[$0] }
    var first = 0
    for i in ring.indices where key(draft.vertices[ring[i]]) < key(draft.vertices[ring[first]]) {
      first = i
    }
    ring = Array(ring[first...] + ring[..<first])
    let half = ring.count / 2
    let height = { (part: ArraySlice<Int>) in part.reduce(Float(0)) { $0 + draft.vertices[$1].y } }
    if height(ring[1..<half]) < height(ring[(half + 1)...]) {
      ring = [ring[0]] + ring[1...].reversed()
    }
    return ring
  }

  /// Labels what lies behind the lid and lip rings.
  mutating func labelCavities() {
    var walls: Set<SIMD2<Int32>> = []
    for ring in [draft.leftLidRing, draft.rightLidRing, draft.innerLipRing] {
      for k in ring.indices {
        let a = Int32(ring[k])
        let b = Int32(ring[(k + 1) % ring.count])
        walls.insert(SIMD2(min(a, b), max(a, b)))
      }
    }
    let skin = draft.triangles.indices.filter { draft.triangles[$0].part == .skin }
    var beside: [SIMD2<Int32>: [Int]] = [:]
    for t in skin {
      for edge in Self.edges(draft.triangles[t].vertices) where !walls.contains(edge) {
        beside[edge, default: []].append(t)
      }
    }
    var component = [Int](repeating: -1, count: draft.triangles.count)
    var sizes: [Int] = []
    for seed in skin where component[seed] < 0 {
      component[seed] = sizes.count
      var queue = [seed]
      var size = 0
      while let t = queue.popLast() {
        size += 1
        for edge in Self.edges(draft.triangles[t].vertices) {
          for other in beside[edge] ?? [] where component[other] < 0 {
            component[other] = sizes.count
            queue.append(other)
          }
        }
      }
      sizes.append(size)
    }
    guard let outside = sizes.indices.max(by: { sizes[$0] < sizes[$1] }) else { return }
    let mouth = draft.vertices[draft.innerLipRing[0]].y
    let brow = draft.eyes[0].center.y
    for t in skin where component[t] != outside {
      let y = draft.vertices[Int(draft.triangles[t].vertices.x)].y
      draft.triangles[t].part = y < (mouth + brow) / 2 ? .mouthInterior : .eyeSocket
    }
  }

  static func edges(_ t: SIMD3<Int32>) -> [SIMD2<Int32>] {
    (0..<3).map { SIMD2(min(t[$0], t[($0 + 1) % 3]), max(t[$0], t[($0 + 1) % 3])) }
  }

  /// Adds the smooth modes along x, y and z; eyeballs, teeth and tongue move as wholes.
  mutating func addSmoothModes() {
    let skin = draft.triangles.filter {
      $0.part == .skin || $0.part == .mouthInterior || $0.part == .eyeSocket
    }
    let shapes = SmoothModes(
      positions: draft.vertices, triangles: skin.map(\.vertices),
      isFace: skin.map { $0.part == .skin }, count: Self.smoothShapeCount)
    let skinVertices = Set(skin.flatMap { t in (0..<3).map { Int(t.vertices[$0]) } }).sorted()
    let rings = follower(skinVertices)
    for (shape, eigenvalue) in zip(shapes.modes, shapes.eigenvalues) {
      let shrink = min(1, shapes.eigenvalues[5] / max(eigenvalue, 1e-6))
      let spread = Self.smoothSpread * Float(shrink)
      let values = rings.map { followed -> Float in
        var sum = 0.0
        for i in followed { sum += shape[i] }
        return Float(sum) / Float(followed.count) * spread
      }
      for axis in 0..<3 {
        draft.smoothModes.append(
          values.map { value in
            var v = Vector3.zero
            v[axis] = value
            return v
          })
      }
    }
  }

  /// For each vertex, the skin vertices whose mean it follows.
  private func follower(_ skin: [Int]) -> [[Int]] {
    var followed = draft.vertices.indices.map { [$0] }
    for t in draft.triangles {
      let group: [Int]
      switch t.part {
      case .leftEye: group = draft.leftLidRing
      case .rightEye: group = draft.rightLidRing
      case .upperTeeth, .lowerTeeth, .tongue: group = draft.innerLipRing
      case .lashes: group = []
      case .skin, .mouthInterior, .eyeSocket: continue
      }
      for k in 0..<3 {
        let vertex = Int(t.vertices[k])
        followed[vertex] = group.isEmpty ? [nearest(to: vertex, among: skin)] : group
      }
    }
    return followed
  }

  func nearest(to vertex: Int, among candidates: [Int]) -> Int {
    var best = candidates[0]
    for c in candidates
    where (draft.vertices[c] - draft.vertices[vertex]).length
      < (draft.vertices[best] - draft.vertices[vertex]).length
    { best = c }
    return best
  }

  /// Takes the landmark table over.
  mutating func addLandmarks() throws(TemplateBuildError) {
    let kinds: [Substring: Template.LandmarkAnchor.Kind] = [
      "lid": .lid, "lip": .lip, "oval": .oval, "nose": .nose, "surface": .surface,
    ]
    for line in landmarkTable.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 12, let kind = kinds[words[0]] else {
        throw .unexpectedMesh("a landmark has no anchor")
      }
      let numbers = words.dropFirst().compactMap { Float($0) }
      let vertices = numbers.prefix(3).map { v -> Int in
        let i = Int(v)
        guard head.headIndex.indices.contains(i), head.headIndex[i] >= 0 else { return -1 }
        return draftIndex[head.headIndex[i]]
      }
      guard numbers.count == 11, vertices.allSatisfy({ $0 >= 0 }) else {
        throw .unexpectedMesh("a landmark has no anchor")
      }
      draft.landmarks.append(
        Template.LandmarkAnchor(
          vertices: SIMD3(Int32(vertices[0]), Int32(vertices[1]), Int32(vertices[2])),
          barycentric: Vector3(numbers[3], numbers[4], numbers[5]), kind: kind,
          confidence: numbers[6], offset: Vector3(numbers[7], numbers[8], numbers[9]),
          biasSpread: numbers[10]))
    }
    guard draft.landmarks.count == 468 else {
      throw .unexpectedMesh("\(draft.landmarks.count) landmarks")
    }
  }
}
