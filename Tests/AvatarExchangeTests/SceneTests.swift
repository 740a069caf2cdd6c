import AvatarModel
import FaceRig
import Geometry
import MotionSamples
import PlainJSON
import Testing

@testable import AvatarExchange

/// The formats of scenes.
enum SceneFormat: CaseIterable {
  case ply, glb, spz3, spz4

  func encoded(_ scene: SplatScene) -> [UInt8] {
    switch self {
    case .ply: PLYWriter.encoded(scene)
    case .glb: GLBWriter.encoded(scene)
    case .spz3: SPZWriter.encoded(scene)
    case .spz4: SPZWriter.encoded(scene, version: .zstandard)
    }
  }

  /// Decibels that a picture keeps at least.
  var likeness: Double { self == .ply || self == .glb ? 45 : 38 }
}

struct SceneTests {
  @Test(arguments: SceneFormat.allCases)
  func `scenes read back, and look the same`(_ format: SceneFormat) throws {
    let scene = ball()
    let back = try SplatScene(bytes: format.encoded(scene))
    #expect(back.splats.count == scene.splats.count)
    let isExact = format.likeness == 45
    for (a, b) in zip(scene.splats, back.splats) {
      #expect((a.position - b.position).length < 2e-6)
      #expect(abs(a.opacity - b.opacity) < (isExact ? 1e-5 : 0.0021))
      #expect((a.color - b.color).length < (isExact ? 1e-5 : 0.0066))
      let turn = (a.rotation.matrix * b.rotation.matrix.transpose).rotationVector.length
      #expect(turn < (isExact ? 2e-3 : 6e-3))
      for k in 0..<3 { #expect(abs(a.scale[k] / b.scale[k] - 1) < (isExact ? 1e-4 : 0.033)) }
    }
    #expect(decibels(picture(scene), picture(back)) >= format.likeness)
  }

  @Test func `an avatar's splats look the same in every format`() throws {
    for (name, avatar) in avatars() {
      let state = avatar.restingState
      let camera = PinholeCamera(
        width: 512, height: 512,
        focalLength: avatar.reference.translation.z * 512 / 34)
      let original = picture(SplatScene.posed(avatar, state), camera: camera)
      let scene = SplatScene(avatar: avatar)
      for format in SceneFormat.allCases {
        let bytes = format.encoded(scene)
        let back = try SplatScene(bytes: bytes)
        // The scene has the reference's axes.
        let view = RigidTransform(
          rotation: avatar.reference.rotation, translation: avatar.reference.translation)
        let likeness = decibels(
          original, picture(back.buffer(cameraFromScene: view), camera: camera))
        print("\(name): \(format) \(bytes.count / 1000) kB, \(likeness) dB")
        #expect(likeness >= format.likeness)
      }
    }
  }

  @Test func `older versions of SPZ are read`() throws {
    // One splat by hand: at (1, −0.5, 2), half opaque, turned by the quaternion's x.
    for version in [1, 2] as [UInt32] {
      var plain: [UInt8] = []
      plain.add(SPZFormat.magic)
      plain.add(version)
      plain.add(UInt32(1))
      plain += [0, 12, 0, 0]
      for v in [1, -0.5, 2] as [Float] {
        if version == 1 {
          plain.add(Float16(v).bitPattern)
        } else {
          let fixed = Int32(v * 4096)
          for shift in [0, 8, 16] as [Int32] {
            plain.append(UInt8(truncatingIfNeeded: fixed >> shift))
          }
        }
      }
      plain += [128, 128, 128, 128, 160, 160, 160, 255, 128, 128]
      let scene = try SplatScene(bytes: Compression.gzipped(plain))
      let splat = try #require(scene.splats.first)
      #expect((splat.position - Vector3(1, -0.5, 2)).length < 1e-3)
      #expect(abs(splat.opacity - 0.502) < 1e-3 && abs(splat.scale.x - 1) < 1e-5)
      #expect(abs(splat.rotation.x) > 0.999 && abs(splat.color.x - 0.504) < 0.01)
    }
  }

  @Test func `a node's pose and scale are heeded`() throws {
    let scene = ball(4)
    var builder = GLTFBuilder()
    let primitive = GLTFSplats.primitive(scene, in: &builder)
    let bytes = builder.encoded(extensions: [GLTFSplats.name]) { out in
      out.add("meshes", raw: "[{\"primitives\":[\(primitive)]}]")
      out.add(
        "nodes",
        raw: """
          [{"children":[1],"scale":[2,2,2]},\
          {"mesh":0,"translation":[1,0,0],"rotation":[0,0.70710678,0,0.70710678]}]
          """)
    }
    let back = try SplatScene(bytes: bytes)
    for (a, b) in zip(scene.splats, back.splats) {
      let p = a.position
      #expect((b.position - Vector3(p.z + 1, p.y, -p.x) * 2).length < 1e-5)
      #expect((b.scale - a.scale * 2).length < 1e-6)
    }
  }

  @Test func `damage is named with its place`() {
    func error(_ bytes: [UInt8]) -> ExchangeError? {
      exchangeError { () throws(ExchangeError) in _ = try SplatScene(bytes: bytes) }
    }
    let scene = ball(3)
    #expect(error([]) == .unknownFormat && error([1, 2, 3, 4]) == .unknownFormat)
    let ply = PLYWriter.encoded(scene)
    let header = ply.count - 3 * 68
    #expect(error(Array(ply.dropLast())) == .badCount(offset: header, found: 3))
    #expect(
      error(Array("ply\nformat ascii 1.0\n".utf8))
        == .unexpected(offset: 4, expected: "format binary_little_endian 1.0"))
    #expect(
      error(Array("ply\nend_header".utf8))
        == .unexpected(offset: 4, expected: "a line of a PLY header"))
    let bare =
      "ply\nformat binary_little_endian 1.0\nelement vertex 1\nproperty float x\nend_header\n"
    #expect(error(Array(bare.utf8) + [0, 0, 0, 0]) == .missingProperty("y"))
    let glb = GLBWriter.encoded(scene)
    #expect(
      error(Array(glb.dropLast()))
        == .truncated(offset: 12, needed: glb.count, available: glb.count - 1))
    var spz = SPZWriter.encoded(scene, version: .zstandard)
    spz[4] = 9
    #expect(error(spz) == .unsupportedVersion(offset: 4, found: 9, expected: "4 to 4"))
    spz[4] = 4
    spz[8] = 200
    #expect(error(spz) == .badCount(offset: 40, found: 27))
    let gzip = SPZWriter.encoded(scene)
    #expect(error(Array(gzip.dropLast(12))) != nil)
  }

  @Test(arguments: SceneFormat.allCases)
  func `altered files never trap`(_ format: SceneFormat) {
    let whole = format.encoded(ball(20)), other = format.encoded(ball(3, seed: 9))
    var mutator = PacketMutator(seed: 3)
    var refused = 0, read = 0
    for _ in 0..<4000 {
      let bytes = mutator.spoil(whole, with: other)
      do throws(ExchangeError) {
        let scene = try SplatScene(bytes: bytes)
        read += scene.splats.count > 0 ? 1 : 0
      } catch { refused += 1 }
    }
    #expect(refused > 100 && refused + read == 4000)
  }
}
