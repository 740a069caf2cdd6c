import FaceRig
import Geometry
import Testing

@Suite(.enabled(if: TestTemplate.template != nil, "skipped: no template in the asset cache"))
struct RigTests {
  let template: Template
  let rig: Rig

  init() throws {
    template = try #require(TestTemplate.template)
    rig = Rig(template: template)
  }

  private func posed(
    _ channels: [ExpressionChannel: Float], left: Gaze = Gaze(), right: Gaze = Gaze()
  ) -> [Vector3] {
    var expression = Expression()
    for (channel, weight) in channels { expression[channel] = weight }
    var vertices: [Vector3] = []
    rig.pose(expression: expression, leftGaze: left, rightGaze: right, into: &vertices)
    return vertices
  }

  @Test func `a neutral expression gives the neutral face`() {
    #expect(posed([:]) == rig.neutral)
    #expect(rig.neutral == template.vertices)
  }

  @Test func `sparse evaluation equals the dense sum`() {
    let weights: [ExpressionChannel: Float] = [
      .jawOpen: 0.7, .mouthSmileLeft: 0.4, .browInnerUp: 1,
    ]
    var dense = template.vertices
    for channel in ExpressionChannel.allCases {
      for (i, delta) in template.expressionDelta(channel).enumerated() {
        dense[i] += delta * (weights[channel] ?? 0)
      }
    }
    #expect(zip(dense, posed(weights)).allSatisfy { ($0 - $1).length < 1e-5 })
  }

  @Test func `irises follow the gaze`() {
    let turned = posed([:], left: Gaze(yaw: 0.4), right: Gaze(yaw: 0, pitch: 0.3))
    let left = turned[template.leftEye.pupil] - rig.leftEyeCenter
    let right = turned[template.rightEye.pupil] - rig.rightEyeCenter
    #expect(left.x > 0.3 && left.y.magnitude < 1e-4)
    #expect(right.y > 0.3 && right.x.magnitude < 1e-4)
    #expect((ElementaryFunctions.atan2(left.x, left.z) - 0.4).magnitude < 1e-4)
    #expect((ElementaryFunctions.asin(right.normalized.y) - 0.3).magnitude < 1e-4)
  }

  @Test func `expressions leave the eyeballs alone`() {
    for channel in ExpressionChannel.allCases {
      let deltas = template.expressionDelta(channel)
      for i in Array(template.leftEye.vertices) + Array(template.rightEye.vertices) {
        #expect(deltas[deltas.startIndex + i] == .zero)
      }
    }
  }

  @Test func `the neutral eye's centre is the template's`() {
    #expect((rig.leftEyeCenter - template.leftEye.center).length < 1e-4)
    #expect((rig.rightEyeRadius - template.rightEye.radius).magnitude < 1e-4)
    #expect(rig.leftEyeCenter.x > 2 && rig.rightEyeCenter.x < -2)
  }

  /// The largest distance between rims, corners left out.
  private func opening(_ contacts: [Template.Contact], on mesh: [Vector3]) -> Float {
    contacts.map { $0.gap(on: mesh.span).length }.max() ?? .infinity
  }

  @Test func `a blink closes the lids and does not overshoot`() {
    let blinking = posed([.eyeBlinkLeft: 1, .eyeBlinkRight: 1])
    for contacts in [template.leftLidContacts, template.rightLidContacts] {
      #expect(opening(contacts, on: rig.neutral) > 0.7)
      #expect(opening(contacts, on: blinking) < 0.03)
    }
  }

  @Test func `a blink on top of a downward look still ends where lids meet`() {
    let blinking = posed([.eyeBlinkLeft: 1, .eyeLookDownLeft: 1, .eyeSquintLeft: 1])
    for contact in template.leftLidContacts {
      let open = contact.gap(on: rig.neutral.span)
      if open.length < 0.05 { continue }
      #expect(contact.gap(on: blinking.span).dot(open.normalized) > -0.01)
    }
  }

  @Test(arguments: [0, 0.3, 0.6, 1] as [Float])
  func `mouthClose meets the lips over an open jaw`(_ amount: Float) {
    let mesh = posed([.jawOpen: amount, .mouthClose: amount])
    for (upper, lower) in [(13, 14), (82, 87), (312, 317), (81, 178), (311, 402)] {
      let gap =
        template.landmarks[upper].point(on: mesh) - template.landmarks[lower].point(on: mesh)
      #expect(gap.y.magnitude < 0.04)
    }
    #expect(amount < 1 || opening(template.lipContacts, on: posed([.jawOpen: 1])) > 2)
  }

  @Test func `left and right are mirror images`() {
    let left = posed(
      [.eyeBlinkLeft: 0.8, .mouthSmileLeft: 1, .jawLeft: 0.4, .browDownLeft: 1],
      left: Gaze(yaw: 0.2, pitch: 0.1))
    let right = posed(
      [.eyeBlinkRight: 0.8, .mouthSmileRight: 1, .jawRight: 0.4, .browDownRight: 1],
      right: Gaze(yaw: -0.2, pitch: 0.1))
    // Landmarks that the detector's own mirror symmetry pairs.
    for (a, b) in [(33, 263), (159, 386), (145, 374), (61, 291), (105, 334), (50, 280), (13, 13)] {
      let p = Int(template.landmarks[a].vertices.x)
      let target = right[p] * Vector3(-1, 1, 1)
      let closest = left.map { ($0 - target).length }.min() ?? .infinity
      #expect(closest < 0.02, "landmarks \(a), \(b)")
    }
  }

  @Test func `identity moves eyeballs as wholes`() {
    var coefficients = [Float](repeating: 0, count: template.identityModeCount)
    for i in coefficients.indices { coefficients[i] = i % 3 == 0 ? 1.5 : -0.7 }
    let person = Rig(template: template, identity: coefficients)
    #expect(person.leftEyeCenter != rig.leftEyeCenter)
    for i in template.leftEye.irisRing {
      let distance = (person.neutral[i] - person.leftEyeCenter).length
      #expect((distance - person.leftEyeRadius).magnitude < 0.02)
    }
  }

  @Test func `normals point out of the face`() {
    var normals: [Vector3] = []
    VertexNormals.compute(
      vertices: rig.neutral, triangles: template.triangles, into: &normals)
    #expect(normals[template.leftEye.pupil].z > 0.99)
    let noseTip = template.landmarks[4].vertices.x
    #expect(normals[Int(noseTip)].z > 0.7)
  }
}
