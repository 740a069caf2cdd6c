import FaceRig
import Geometry
import Testing

@testable import TemplateBuilder

/// A made-up template of a few vertices, for what needs no assets.
private func smallDraft() -> TemplateDraft {
  var draft = TemplateDraft()
  draft.vertices = (0..<6).map { Vector3(Float($0), Float($0 % 2), -0.25 * Float($0)) }
  for part in [Template.Part.skin, .tongue] {
    draft.triangles.append(
      TemplateDraft.Triangle(
        vertices: [0, 1, 2], part: part, textureCoordinates: [[0, 0], [1, 0], [0.5, 1]]))
  }
  for k in [0, 1] {
    let ball = Eyeball(radius: 1.5)
    let center = Vector3(k == 0 ? 3 : -3, 2, 1)
    draft.eyes.append(TemplateDraft.Eye(center: center, ball: ball, start: draft.vertices.count))
    draft.vertices += ball.positions.map { $0 + center }
  }
  let n = draft.vertices.count
  draft.principalModes = [(0..<n).map { Vector3(0.001, 0, -0.003) * Float($0) }]
  draft.smoothModes = [[Vector3](repeating: [0, 0.1, 0], count: n)]
  for channel in 0..<52 {
    var deltas = [Vector3](repeating: .zero, count: n)
    for vertex in 0..<6 where vertex == channel % 7 {
      deltas[vertex] = Vector3(0.5, -1, Float(channel) / 52)
    }
    draft.expressions.append(deltas)
  }
  draft.landmarks = (0..<468).map {
    Template.LandmarkAnchor(
      vertices: [0, 1, Int32($0 % 6)], barycentric: [0.5, 0.25, 0.25],
      kind: Template.LandmarkAnchor.Kind.allCases[$0 % 5], confidence: 0.7,
      offset: [0.01, 0, Float($0) / 1000], biasSpread: 0.02)
  }
  draft.leftLidRing = [0, 1, 2, 3, 4, 5]
  draft.rightLidRing = [1]
  draft.innerLipRing = [2, 3]
  draft.outerLipRing = []
  var opening = Opening(ring: [0, 1, 2, 3, 4, 5], far: 3, mesh: draft.vertices)
  opening.contacts[0].upperSpread = [(1, 1), (2, 0.5)]
  draft.openings = [opening, opening, opening]
  return draft
}

struct TemplateRoundTripTests {
  @Test func `a written template reads back`() throws {
    let draft = smallDraft()
    let template = try Template(bytes: draft.encoded())
    #expect(template.vertices == draft.vertices)
    #expect(template.triangles == draft.triangles.map(\.vertices))
    #expect(template.triangleParts == [.skin, .tongue])
    #expect(template.landmarks == draft.landmarks)
    #expect(template.leftLidRing == draft.leftLidRing && template.outerLipRing == [])
    #expect(template.identityModeCount == 2 && template.principalModeCount == 1)
    let n = template.vertexCount
    for (mode, values) in (draft.principalModes + draft.smoothModes).enumerated() {
      for i in 0..<n { #expect((template.identityModes[mode * n + i] - values[i]).length < 1e-4) }
    }
    for (channel, values) in draft.expressions.enumerated() {
      for i in 0..<n {
        #expect((template.expressionDeltas[channel * n + i] - values[i]).length < 1e-4)
      }
    }
    #expect(template.rightEye.center == [-3, 2, 1] && template.rightEye.radius == 1.5)
    #expect(template.leftEye.vertices == 6..<6 + draft.eyes[0].ball.positions.count)
    #expect(template.lipContacts.count == 2)
    #expect(template.lipContacts[0].upperFollowers[1].weight == Float(32_768) / 65_535)
    #expect(template.lipContacts[0].lowerFollowers.isEmpty)
  }

  @Test func `every length cut short is an error`() throws {
    let bytes = smallDraft().encoded()
    for length in 0..<min(bytes.count, 400) {
      #expect(throws: TemplateError.self) { try Template(bytes: Array(bytes[..<length])) }
    }
  }

  @Test func `lies with right checksums give errors or a template, never a trap`() throws {
    let bytes = smallDraft().encoded()
    var random = RandomSource(seed: 3)
    var refused = 0
    for _ in 0..<4000 {
      var damaged = bytes
      let entry = 12 + 16 * Int(random.next() % 11)
      let offset = Int(word(bytes, entry + 4))
      let length = Int(word(bytes, entry + 8))
      // Counts and lengths stand at the beginnings: aim there half of the time.
      if length > 0 {
        let reach = random.next() % 2 == 0 ? min(length, 24) : length
        let at = offset + Int(random.next() % UInt64(reach))
        let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(random.next() & 255)]
        damaged[at] = values[Int(random.next() % 6)]
        let checksum = TemplateFormat.checksum(damaged, in: offset..<offset + length)
        for k in 0..<4 { damaged[entry + 12 + k] = UInt8(checksum >> UInt32(8 * k) & 255) }
      }
      if random.next() % 4 == 0 {
        damaged[entry + Int(random.next() % 12)] = UInt8(random.next() & 255)
      }
      do {
        let template = try Template(bytes: damaged)
        var mesh: [Vector3] = []
        Rig(template: template, identity: [1]).pose(expression: Expression(), into: &mesh)
      } catch { refused += 1 }
    }
    #expect(refused > 500)
  }

  @Test func `other files are not templates`() {
    #expect(throws: TemplateError.notATemplate(found: 0x4648_5047)) {
      try Template(bytes: [0x47, 0x50, 0x48, 0x46, 0, 0, 0, 0, 0, 0, 0, 0])
    }
    #expect(throws: TemplateError.unsupportedVersion(9)) {
      try Template(bytes: [0x56, 0x56, 0x54, 0x50, 9, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test func `the checksum is that of ISO 3309`() {
    let digits = Array("123456789".utf8)
    #expect(TemplateFormat.checksum(digits, in: 0..<9) == 0xCBF4_3926)
  }

  private func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
  }
}
