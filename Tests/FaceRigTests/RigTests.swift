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

  @Test func `normals point out of the face`() {
    var normals: [Vector3] = []
    VertexNormals.compute(
      vertices: rig.neutral, triangles: template.triangles, into: &normals)
    #expect(normals[template.leftEye.pupil].z > 0.99)
    let noseTip = template.landmarks[4].vertices.x
    #expect(normals[Int(noseTip)].z > 0.7)
  }
}
