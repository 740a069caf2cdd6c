import AvatarModel
import ExpressionStream
import FaceMotion
import FaceRig
import Geometry
import MotionProtocols
import MotionSamples
import PlainJSON
import Testing

@testable import AvatarExchange

struct MeshTests {
  /// Rules of glTF 2.0 that Khronos' validator checks and our files could break.
  private func check(_ bytes: [UInt8]) throws {
    let reader = try GLBReader(bytes)
    let root = reader.root
    let accessors = try #require(root["accessors"]?.list)
    let views = try #require(root["bufferViews"]?.list)
    let length = try #require(root["buffers"]?.list?[0]["byteLength"]?.int)
    #expect(bytes.count % 4 == 0 && root["asset"]?["version"]?.text == "2.0")
    let sizes = [5121: 1, 5123: 2, 5125: 4, 5126: 4]
    let widths = ["SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16]
    for accessor in accessors {
      let view = views[accessor["bufferView"]?.int ?? -1]
      let size = try #require(sizes[accessor["componentType"]?.int ?? 0])
      let width = try #require(widths[accessor["type"]?.text ?? ""])
      let offset = try #require(view["byteOffset"]?.int)
      #expect(offset % 4 == 0)
      #expect((accessor["count"]?.int ?? -1) * size * width == view["byteLength"]?.int)
      #expect(offset + (view["byteLength"]?.int ?? 0) <= length)
    }
    var used: Set<Int> = []
    for mesh in root["meshes"]?.list ?? [] {
      for primitive in mesh["primitives"]?.list ?? [] {
        let attributes = try #require(primitive["attributes"]?.members)
        let counts = attributes.map { accessors[$0.node.int ?? -1]["count"]?.int }
        #expect(Set(counts).count == 1)
        let position = accessors[primitive["attributes"]?["POSITION"]?.int ?? -1]
        #expect(position["min"] != nil && position["max"] != nil)
        used.formUnion(attributes.compactMap { $0.node.int })
        for target in primitive["targets"]?.list ?? [] {
          let k = try #require(target["POSITION"]?.int)
          #expect(accessors[k]["count"]?.int == counts[0] && accessors[k]["min"] != nil)
          used.insert(k)
        }
      }
    }
    let names = root["extensionsUsed"]?.list?.compactMap(\.text) ?? []
    let text = String(decoding: bytes.prefix(bytes.count - length), as: UTF8.self)
    for image in root["images"]?.list ?? [] {
      let view = views[image["bufferView"]?.int ?? -1]
      let start = bytes.count - length + (view["byteOffset"]?.int ?? 0)
      #expect(image["mimeType"]?.text == "image/png")
      #expect(bytes[start...].starts(with: [0x89, 0x50, 0x4E, 0x47]))
      #expect((view["byteLength"]?.int ?? .max) < 2_000_000)
    }
    for name in ["KHR_gaussian_splatting", "KHR_materials_unlit", "VRMC_vrm"] {
      #expect(text.contains("\"\(name)\":{") == names.contains(name))
    }
  }

  @Test func `an avatar's mesh has its 52 targets, and moves as the rig does`() throws {
    for (_, avatar) in avatars() {
      let bytes = try GLBWriter.encoded(avatar, contents: .both)
      try check(bytes)
      try check(GLBWriter.encoded(avatar, contents: .mesh))
      try check(GLBWriter.encoded(avatar, contents: .splats))
      let mesh = try #require(try GLBReader(bytes).meshes().first)
      let template = avatar.template
      // Vertices on the texture's seams are there twice.
      let sources = TextureAtlas(template).sources
      #expect(mesh.positions.count == sources.count && sources.count < 6_500)
      #expect(
        mesh.triangles.map { t in
          SIMD3(Int32(sources[Int(t.x)]), Int32(sources[Int(t.y)]), Int32(sources[Int(t.z)]))
        } == template.triangles)
      #expect(mesh.targets.map(\.name) == ExpressionChannel.allCases.map { "\($0)" })
      let jaw = mesh.targets[ExpressionChannel.jawOpen.rawValue].deltas
      let deltas = Array(template.expressionDelta(.jawOpen))
      for (k, source) in sources.enumerated() {
        #expect((jaw[k] * 100 - deltas[source]).length < 1e-5)
        #expect((mesh.positions[k] * 100 - template.vertices[source]).length < 1e-4)
      }
    }
  }

  @Test func `targets that share bytes do not fill the memory`() {
    var file = MeshSample()
    let n = 3000
    let points = file.add(
      [UInt8](repeating: 0, count: 12 * n), count: n, type: "VEC3", component: 5126)
    let targets = [String](repeating: "{\"POSITION\":\(points)}", count: 20_000)
    let bytes = file.encoded(
      """
      "meshes":[{"primitives":[{"attributes":{"POSITION":\(points)},\
      "targets":[\(targets.joined(separator: ","))]}]}],"nodes":[{"mesh":0}]
      """)
    let error = exchangeError { () throws(ExchangeError) in _ = try GLBReader(bytes).meshes() }
    guard case .badCount(_, found: 20_000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `JSON that would fill the memory is not read`() {
    let zeros = String(repeating: "0,", count: GLBReader.largestJSON / 2)
    let bytes = MeshSample().encoded("\"zeros\":[\(zeros)0]")
    let error = exchangeError { () throws(ExchangeError) in _ = try GLBReader(bytes) }
    #expect(error == .valueOutOfRange(offset: 12, expected: "JSON of at most 8388608 bytes"))
  }

  @Test func `a VRM has what VRM 1.0 asks for`() throws {
    for (_, avatar) in avatars() {
      var meta = VRMWriter.Meta(name: "Ada", authors: ["Ada", "Bo"])
      meta.avatarPermission = "everyone"
      let bytes = try VRMWriter.encoded(avatar, meta: meta)
      try check(bytes)
      let root = try GLBReader(bytes).root
      let vrm = try #require(root["extensions"]?["VRMC_vrm"])
      #expect(vrm["specVersion"]?.text == "1.0")
      #expect(vrm["meta"]?["avatarPermission"]?.text == "everyone")
      #expect(vrm["meta"]?["allowRedistribution"]?.value == .bool(false))
      #expect(vrm["meta"]?["authors"]?.list?.count == 2)
      let bones = try #require(vrm["humanoid"]?["humanBones"])
      let nodes = try #require(root["nodes"]?.list)
      for name in [
        "hips", "spine", "head", "leftUpperLeg", "leftLowerLeg", "leftFoot", "rightUpperLeg",
        "rightLowerLeg", "rightFoot", "leftUpperArm", "leftLowerArm", "leftHand", "rightUpperArm",
        "rightLowerArm", "rightHand",
      ] {
        let k = try #require(bones[name]?["node"]?.int, "\(name)")
        #expect(nodes.indices.contains(k))
      }
      let presets = try #require(vrm["expressions"]?["preset"]?.members)
      #expect(
        Set(presets.map(\.name)).isSuperset(of: ["aa", "ih", "ou", "ee", "oh", "blink", "happy"]))
      #expect(vrm["expressions"]?["custom"]?.members?.count == 52)
      // The person's left is at +x, as they look along +z.
      let left = try #require(nodes[bones["leftUpperArm"]?["node"]?.int ?? 0]["translation"]?.list)
      #expect((left[0].number ?? 0) > 0)
    }
  }

  @Test func `streams leave as tables, JSON and animations`() throws {
    for (_, avatar) in avatars().prefix(1) {
      var placement = MotionPlacement(reference: avatar.reference)
      let states = (0..<30).map { k in
        placement.state(PacketSamples.frame(Double(k) / 30), time: Double(k) / 30)
      }
      let table = StreamTables.csv(states, reference: avatar.reference)
      let motion = try FaceMotion(bytes: Array(table.utf8))
      let json = try FaceMotion(bytes: Array(try StreamTables.json(states).utf8))
      #expect(motion.samples.count == 30 && json.samples.count == 30)
      for (k, state) in states.enumerated() {
        for i in 0..<52 {
          #expect(abs(motion.samples[k].expression[i] - state.face.expression[i]) < 1e-6)
          #expect(abs(json.samples[k].expression[i] - state.face.expression[i]) < 1e-6)
        }
        #expect(abs(motion.samples[k].leftGaze.yaw - state.face.leftGaze.yaw) < 1e-5)
        #expect(abs(motion.samples[k].time - Double(k) / 30) < 1e-4)
        let turn =
          json.samples[k].head.cameraFromHead * state.face.cameraFromHead.rotation.transpose
        #expect(turn.rotationVector.length < 1e-3)
      }
      let glb = try GLBWriter.encoded(avatar, animatedBy: states)
      try check(glb)
      let animation = try #require(try GLBReader(glb).root["animations"]?.list?[0])
      #expect(animation["channels"]?.list?.count == 3)
    }
  }
}
