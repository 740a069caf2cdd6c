import FaceRig
import Geometry
import Testing

@Suite(.enabled(if: TestTemplate.bytes != nil, "skipped: no template in the asset cache"))
struct TemplateLoadingTests {
  @Test func `counts belong together`() throws {
    let t = try #require(TestTemplate.template)
    #expect(t.vertexCount > 5000 && t.landmarks.count == 468)
    #expect(t.triangleParts.count == t.triangles.count)
    #expect(t.cornerTextureCoordinates.count == 3 * t.triangles.count)
    #expect(t.identityModes.count == t.identityModeCount * t.vertexCount)
    #expect(t.expressionDeltas.count == 52 * t.vertexCount)
    for part in Template.Part.allCases { #expect(t.triangleParts.contains(part)) }
  }

  @Test func `no mode moves a vertex implausibly far`() throws {
    let t = try #require(TestTemplate.template)
    for mode in 0..<t.identityModeCount {
      var largest: Float = 0
      for i in 0..<t.vertexCount {
        largest = max(largest, t.identityModes[mode * t.vertexCount + i].length)
      }
      #expect(largest > 0.01 && largest < (mode < t.principalModeCount ? 6 : 0.6))
    }
  }

  @Test func `truncated files give errors`() throws {
    let bytes = try #require(TestTemplate.bytes)
    for length in [0, 3, 4, 11, 12, 40, 187, 188, 1000, bytes.count / 2, bytes.count - 1] {
      // Only the last section may be cut: the loader does not read it.
      if length == bytes.count - 1 { continue }
      #expect(throws: TemplateError.self) { try Template(bytes: Array(bytes[..<length])) }
    }
  }

  @Test func `flipped bytes give errors or a template, never a trap`() throws {
    let bytes = try #require(TestTemplate.bytes)
    var state: UInt32 = 9
    for trial in 0..<60 {
      var damaged = bytes
      state = state &* 1_664_525 &+ 1_013_904_223
      let at = trial < 40 ? Int(state >> 8) % 200 : Int(state >> 8) % damaged.count
      damaged[at] ^= UInt8(1 << (state >> 4 & 7))
      _ = try? Template(bytes: damaged)
    }
  }
}
