import AvatarModel
import Foundation
import Geometry
import MotionSamples
import PlainJSON
import Testing

@testable import AvatarExchange

/// Scenes as pages take them.
struct PackedSceneTests {
  /// A file of meshes: two triangles, shown by as many nodes.
  private static func meshes(nodes: Int, material: String = "", primitives: Int = 1) -> [UInt8] {
    var builder = GLTFBuilder()
    let position = builder.add(
      [Vector3(0, 0, 0), Vector3(2, 0, 0), Vector3(0, 0, -2), Vector3(2, 0, -2)], hasBounds: true)
    var bytes: [UInt8] = []
    for k: UInt16 in [0, 1, 2, 2, 1, 3] { bytes.add(k) }
    let index = builder.add(
      bytes, count: 6, type: "SCALAR", component: .unsignedShort, target: 34963)
    let material = material.isEmpty ? "" : #","material":0"#
    let primitive = #"{"attributes":{"POSITION":\#(position)},"indices":\#(index)\#(material)}"#
    return builder.encoded(extensions: []) { out in
      if !material.isEmpty {
        out.add(
          "materials", raw: #"[{"pbrMetallicRoughness":{"baseColorFactor":[0.5,0.25,1,1]}}]"#)
      }
      let all = [String](repeating: primitive, count: primitives).joined(separator: ",")
      out.add("meshes", raw: "[{\"primitives\":[\(all)]}]")
      let node = #"{"mesh":0,"translation":[0,1,0]}"#
      out.add(
        "nodes", raw: "[" + [String](repeating: node, count: nodes).joined(separator: ",") + "]")
    }
  }

  private static func words(_ bytes: [UInt8], _ at: Int, _ count: Int) -> [UInt32] {
    (0..<count).map { k in
      (0..<4).reduce(0) { $0 | UInt32(bytes[at + 4 * k + $1]) << UInt32(8 * $1) }
    }
  }

  private static func error(_ bytes: [UInt8], most: Int = 100) -> ExchangeError? {
    exchangeError { () throws(ExchangeError) in
      _ = try PackedScene.bytes(of: bytes, most: most)
    }
  }

  @Test(arguments: SceneFormat.allCases)
  func `splats of any format come out in the pages' order`(_ format: SceneFormat) throws {
    let scene = ball(50)
    let packed = try PackedScene.bytes(of: format.encoded(scene))
    #expect(packed.count == 16 + 50 * 40)
    #expect(packed.starts(with: PackedScene.magic) && Self.words(packed, 4, 3) == [1, 50, 0])
    for (k, splat) in scene.splats.enumerated() {
      let numbers = Self.words(packed, 16 + 12 * k, 3).map { Float(bitPattern: $0) }
      #expect((Vector3(numbers[0], numbers[1], numbers[2]) - splat.position).length < 1e-3)
      let covariance = Self.words(packed, 16 + 50 * 12 + 24 * k, 6).map { Float(bitPattern: $0) }
      // The trace is what turns leave alone.
      let trace = covariance[0] + covariance[3] + covariance[5]
      let sum = splat.scale.dot(splat.scale)
      #expect(abs(trace - sum) < 0.1 * sum)
      let opacity = Float(packed[16 + 50 * 36 + 4 * k + 3]) / 255
      #expect(abs(opacity - splat.opacity) < 0.01)
    }
    #expect(try PackedScene.bytes(of: packed) == packed)
  }

  @Test func `a mesh comes out where its node is, with normals and its material's colour`() throws {
    let packed = try PackedScene.bytes(of: Self.meshes(nodes: 1, material: "half"))
    #expect(Self.words(packed, 4, 3) == [1, 0, 1] && Self.words(packed, 16, 2) == [4, 6])
    let heights = (0..<4).map { Float(bitPattern: Self.words(packed, 24 + 12 * $0 + 4, 1)[0]) }
    #expect(heights == [1, 1, 1, 1])
    let normal = Self.words(packed, 24 + 48, 3).map { Float(bitPattern: $0) }
    #expect(normal == [0, 1, 0])
    // 0.5, 0.25 and 1 of the light, as sRGB codes them.
    #expect(Array(packed[24 + 96..<24 + 100]) == [188, 137, 255, 255])
    #expect(Self.words(packed, 24 + 112, 6) == [0, 1, 2, 2, 1, 3])
    #expect(try PackedScene.bytes(of: packed) == packed)
  }

  @Test func `there is an end to what is read`() throws {
    for format in SceneFormat.allCases {
      #expect(Self.error(format.encoded(ball(101))) == .tooMany(found: 101, most: 100))
      #expect(Self.error(format.encoded(ball(100))) == nil)
    }
    #expect(Self.error(try PackedScene.bytes(of: PLYWriter.encoded(ball(101)))) != nil)
    // A few bytes that show one mesh again and again.
    #expect(Self.error(Self.meshes(nodes: 25)) == nil)
    #expect(Self.error(Self.meshes(nodes: 26)) == .tooMany(found: 104, most: 100))
    let many = Self.meshes(nodes: 300, primitives: 300)
    #expect(Self.error(many, most: .max) == .tooMany(found: 65_700, most: 65_536))
  }

  @Test func `what is packed wrongly is refused with its place`() throws {
    var mixed = try PackedScene.bytes(of: Self.meshes(nodes: 2))
    let splats = try PackedScene.bytes(of: PLYWriter.encoded(ball(3)))
    for whole in [mixed, splats] {
      for count in PackedScene.magic.count..<whole.count {
        #expect(Self.error(Array(whole[..<count])) != nil)
      }
      #expect(
        Self.error(whole + [0])
          == .unexpected(offset: whole.count, expected: "the end of the scene"))
    }
    // A corner that no vertex is.
    mixed[24 + 112] = 4
    #expect(
      Self.error(mixed) == .valueOutOfRange(offset: 24 + 112, expected: "a vertex's number"))
    var spoilt = splats
    spoilt.replaceSubrange(16 + 36..<16 + 40, with: [0, 0, 0xC0, 0x7F])
    #expect(Self.error(spoilt) == .valueOutOfRange(offset: 52, expected: "a finite number"))
    var mutator = PacketMutator(seed: 5)
    var kept = 0
    for _ in 0..<4000 {
      let bytes = mutator.spoil(mixed, with: splats)
      if let packed = try? PackedScene.bytes(of: bytes, most: 1000) {
        kept += packed.isEmpty ? 0 : 1
      }
    }
    #expect(kept < 4000)
  }
}
