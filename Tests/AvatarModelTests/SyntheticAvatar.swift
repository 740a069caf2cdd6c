import AvatarModel
import FaceRig
import Geometry

/// A made-up person: a curved sheet for a face, two small eyeballs, splats with bases on all of it.
enum SyntheticAvatar {
  static let columns = 9
  static let rows = 11

  /// A camera that sees the whole of it.
  static let camera = PinholeCamera(width: 88, height: 104, focalLength: 260)

  /// Upright, 60 cm before the camera.
  static let pose = RigidTransform(
    rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [0, 0, 60])

  /// Makes one.
  ///
  /// - Parameters:
  ///   - surface, head, torso: splats of each group.
  ///   - size: axes of the splats in centimetres.
  ///   - basisSize: magnitude of the bases.
  static func make(
    surface: Int = 260, head: Int = 60, torso: Int = 40, codeLength: Int = 8, size: Float = 1.2,
    basisSize: Float = 0.05, seed: UInt64 = 1
  ) -> Avatar {
    var random = SeededRandom(seed: seed)
    let template = template(&random)
    let headShare = template.vertices.map { v in
      (min(max((v.y + 9) / 6, 0), 1) * 255).rounded() / 255
    }
    let splats = splats(
      template, headShare, [(.surface, surface), (.head, head), (.torso, torso)], codeLength, size,
      basisSize, &random)
    let n = CodeMap.inputCount
    let map = CodeMap(
      codeLength: codeLength, mean: [Float](repeating: 0, count: n),
      scale: [Float](repeating: 1, count: n), lower: [Float](repeating: -0.8, count: n),
      upper: [Float](repeating: 0.8, count: n),
      weights: (0..<codeLength * (n + 1)).map { _ in 0.3 * random.normal() })
    return Avatar(
      template: template, headShare: headShare, splats: splats, codeMap: map, reference: pose,
      restingLeftGaze: Gaze(yaw: 0.05, pitch: -0.02),
      restingRightGaze: Gaze(yaw: -0.04, pitch: 0.01),
      provenance: Provenance(
        created: 1.7e9, software: "tests", captureWidth: 640, captureHeight: 480,
        captureFrames: 100, fittedFrames: 80, focalLength: 700, steps: 1000, seed: seed))
  }

  private static func template(_ random: inout SeededRandom) -> Template {
    var vertices: [Vector3] = []
    for j in 0..<rows {
      for i in 0..<columns {
        let x = -8 + 16 * Float(i) / Float(columns - 1), y = -10 + 20 * Float(j) / Float(rows - 1)
        vertices.append(Vector3(x, y, 9 - 0.06 * x * x - 0.03 * y * y))
      }
    }
    var triangles: [SIMD3<Int32>] = []
    var parts: [Template.Part] = []
    for j in 0..<rows - 1 {
      for i in 0..<columns - 1 {
        let a = Int32(j * columns + i), b = a + 1, c = a + Int32(columns), d = c + 1
        triangles += [[a, b, c], [b, d, c]]
        parts += [.skin, .skin]
      }
    }
    var eyes: [Template.Eye] = []
    for (side, part) in [(Float(1), Template.Part.leftEye), (-1, .rightEye)] {
      let start = vertices.count
      let center = Vector3(3.2 * side, 3, 8.4)
      for offset in [
        [1.2, 0, 0], [0, 1.2, 0], [-1.2, 0, 0], [0, -1.2, 0], [0, 0, 1.2], [0, 0, -1.2],
      ]
        as [Vector3]
      {
        vertices.append(center + offset)
      }
      for k in 0..<4 {
        triangles.append(SIMD3(Int32(start + k), Int32(start + (k + 1) % 4), Int32(start + 4)))
        parts.append(part)
      }
      eyes.append(
        Template.Eye(
          center: center, radius: 1.2, irisDistance: 1.1, irisRadius: 0.5,
          vertices: start..<start + 6, pupil: start + 4, irisRing: start + 4..<start + 5,
          equator: start..<start + 4))
    }
    let n = vertices.count
    var deltas = [Vector3](repeating: .zero, count: ExpressionChannel.count * n)
    for channel in 0..<ExpressionChannel.count {
      for vertex in 0..<columns * rows where (vertex * 7 + channel) % 11 == 0 {
        deltas[channel * n + vertex] =
          Vector3(random.normal(), random.normal(), random.normal()) * 0.3
      }
    }
    let follower = Template.Contact.Follower(vertex: 60, weight: 0.75)
    let contact = Template.Contact(
      upper: 58, lower: 40, lowerNext: 41, fraction: 0.25, upperFollowers: [follower],
      lowerFollowers: [])
    return Template(
      vertices: vertices, triangles: triangles, triangleParts: parts,
      cornerTextureCoordinates: (0..<3 * triangles.count).map {
        SIMD2(Float($0 % 13) / 12, Float($0 % 7) / 6)
      },
      identityModes: [], principalModeCount: 0, expressionDeltas: deltas,
      landmarks: (0..<5).map {
        Template.LandmarkAnchor(
          vertices: [Int32($0), Int32($0 + 1), Int32($0 + 9)], barycentric: [0.5, 0.25, 0.25],
          kind: Template.LandmarkAnchor.Kind.allCases[$0], confidence: 0.5,
          offset: [0.01, 0, 0.02], biasSpread: 0.1)
      },
      leftEye: eyes[0], rightEye: eyes[1], leftLidRing: [1, 2, 3], rightLidRing: [4, 5],
      innerLipRing: [30, 31, 40], outerLipRing: [], leftLidContacts: [], rightLidContacts: [],
      lipContacts: [contact])
  }

  private static func splats(
    _ template: Template, _ shares: [Float], _ sizes: [(SplatGroup.Kind, Int)], _ codeLength: Int,
    _ size: Float, _ basisSize: Float, _ random: inout SeededRandom
  ) -> SplatModel {
    let n = template.vertices.count
    let points = template.vertices + [.zero, [1, 0, 0], [0, 1, 0], .zero, [1, 0, 0], [0, 1, 0]]
    let pointShares = shares + [1, 1, 1, 0, 0, 0]
    var groups: [SplatGroup] = []
    var corners: [Int32] = [], barycentric: [Float] = [], area: [Float] = [], share: [Float] = []
    var base: [Float] = [], bases: [[Float]] = []
    for (kind, count) in sizes {
      let start = area.count
      for _ in 0..<count {
        var triangle = BodyBlend.virtualTriangle(of: kind, vertexCount: n)
        var weights = Vector3(1, 0, 0)
        var position = Vector3(random.normal(), random.normal(), random.normal()) * 0.1
        if kind == .surface {
          triangle = template.triangles[random.index(template.triangles.count)]
          let a = (random.uniform() * 30000).rounded() / 65535
          let b = (random.uniform() * 30000).rounded() / 65535
          weights = Vector3(a, b, 1 - a - b)
        } else {
          let low: Float = kind == .head ? 6 : -17
          position = Vector3(
            random.uniform() * 14 - 7, low + random.uniform() * 6, random.uniform() * 3)
        }
        for c in 0..<3 {
          corners.append(triangle[c])
          barycentric.append(weights[c])
        }
        let p = (0..<3).map { points[Int(triangle[$0])] }
        area.append(1 / max((p[1] - p[0]).cross(p[2] - p[0]).length, 1e-8))
        share.append((0..<3).reduce(0) { $0 + pointShares[Int(triangle[$1])] * weights[$1] })
        base += [position.x, position.y, position.z]
        base += [1, 0.3 * random.normal(), 0.3 * random.normal(), 0.3 * random.normal()]
        for flat in [0, 0, -0.7] as [Float] {
          base.append(ElementaryFunctions.log(size) + flat + 0.1 * random.normal())
        }
        base.append(1 + 0.3 * random.normal())
        base += [random.uniform(), random.uniform(), random.uniform()]
      }
      let group = SplatGroup(kind: kind, range: start..<area.count)
      groups.append(group)
      bases.append(
        (0..<count * group.rows * codeLength).map { _ in basisSize * random.normal() })
    }
    return SplatModel(
      codeLength: codeLength, groups: groups, corners: corners, barycentric: barycentric,
      inverseRestArea: area, headShare: share, base: base, bases: bases)
  }

  /// A state that differs from rest in everything.
  static func state(_ seed: UInt64, correction: Int = 0) -> AvatarState {
    var random = SeededRandom(seed: seed)
    func small(_ s: Float) -> Vector3 {
      Vector3(random.normal(), random.normal(), random.normal()) * s
    }
    var face = FaceState(
      time: Double(seed) / 30,
      cameraFromHead: pose.adjusted(rotationVector: small(0.1), translation: small(0.7)),
      leftGaze: Gaze(yaw: 0.2 * random.normal(), pitch: 0.1 * random.normal()),
      rightGaze: Gaze(yaw: 0.2 * random.normal(), pitch: 0.1 * random.normal()))
    for channel in 0..<ExpressionChannel.count where random.uniform() < 0.4 {
      face.expression[channel] = random.uniform()
    }
    return AvatarState(
      face: face,
      cameraFromTorso: pose.adjusted(rotationVector: small(0.05), translation: small(0.4)),
      correction: (0..<correction).map { _ in random.normal() * 0.5 })
  }
}
