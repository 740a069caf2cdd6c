import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import GaussianSplats
import Geometry
import MotionSamples
import Testing

@testable import AvatarExchange

struct HeadTests {
  private let sample = SyntheticHead()

  /// The avatar, as it comes back from its file.
  private func avatar(_ bytes: [UInt8]) throws -> Avatar {
    let avatar = try Avatar(head: GaussianHead(bytes: bytes), created: 5, software: "test")
    return try Avatar(bytes: avatar.encoded())
  }

  /// Where the avatar shows the sample's splats, in the head's frame, centimetres.
  private func places(
    _ avatar: Avatar, _ change: (inout AvatarState) -> Void = { _ in }
  ) -> [(position: Vector3, turn: Matrix3)] {
    var state = avatar.restingState
    change(&state)
    let buffer = SplatScene.posed(avatar, state)
    let headFromCamera = avatar.reference.inverse
    return (0..<buffer.count).map { i in
      func v(_ a: SplatPlane, _ b: SplatPlane, _ c: SplatPlane) -> Vector3 {
        [buffer[a, i], buffer[b, i], buffer[c, i]]
      }
      let m = Matrix3(v(.m00, .m01, .m02), v(.m10, .m11, .m12), v(.m20, .m21, .m22))
      return (headFromCamera * v(.meanX, .meanY, .meanZ), headFromCamera.rotation * m)
    }
  }

  /// Where a point of the sample lies in the avatar.
  private func expected(_ p: Vector3) -> Vector3 { (p - [0, 1.69, 0.065]) * 90 + [0, 2.1, 1.95] }

  @Test(arguments: [false, true])
  func `splats stand where they stood, nine tenths as large, with their colours`(
    _ isHarmonic: Bool
  ) throws {
    let avatar = try avatar(sample.archive(isHarmonic: isHarmonic))
    #expect(avatar.splats.isFixed && avatar.splats.count == sample.vertices.count)
    let places = places(avatar)
    let buffer = SplatScene.posed(avatar, avatar.restingState)
    for (i, place) in places.enumerated() {
      let p = expected(sample.vertices[i] + sample.offsets[i])
      #expect((place.position - p).length < 0.01)
      let turn = sample.rotations[i].matrix
      let scale = Vector3(
        ElementaryFunctions.exp(-6), ElementaryFunctions.exp(-6.5), ElementaryFunctions.exp(-7))
      let axes = Matrix3(turn.x * scale, turn.y * scale, turn.z * scale) * 90
      let wrong = (place.turn * place.turn.transpose) + (axes * axes.transpose) * -1
      #expect(max(wrong.x.length, wrong.y.length, wrong.z.length) < 0.002 * axes.x.length)
      let color = Vector3(buffer[.red, i], buffer[.green, i], buffer[.blue, i])
      #expect((color - sample.colors[i]).length < 1e-3)
      #expect(abs(buffer[.opacity, i] - Curves.sigmoid(1)) < 1e-3)
    }
  }

  @Test func `coefficients move the splats as the targets do, and turn them`() throws {
    let avatar = try avatar(sample.archive())
    let rest = places(avatar)
    let open = places(avatar) { $0.face.expression[.jawOpen] = 1 }
    let delta = sample.delta(.jawOpen)
    var turned = 0
    for i in rest.indices {
      #expect((open[i].position - rest[i].position - delta[i] * 90).length < 0.01)
      guard sample.vertices[i].y < 1.6, i < sample.eyes[0].lowerBound else { continue }
      // Well inside the jaw all neighbours move as one body.
      let expected = Matrix3(rotationVector: [sample.jawTurn, 0, 0]) * rest[i].turn
      let wrong = (open[i].turn + expected * -1)
      let size = max(rest[i].turn.x.length, rest[i].turn.y.length, rest[i].turn.z.length)
      #expect(max(wrong.x.length, wrong.y.length, wrong.z.length) < 0.05 * size)
      turned += 1
    }
    #expect(turned > 100)
  }

  @Test func `eyeballs turn with the gaze, and not by targets as well`() throws {
    let avatar = try avatar(sample.archive())
    let rest = places(avatar)
    let gaze = Gaze(yaw: 0.3, pitch: -0.1)
    let looking = places(avatar) {
      $0.face.leftGaze = gaze
      $0.face.rightGaze = gaze
      $0.face.expression[.eyeLookOutLeft] = 0.7
    }
    for i in rest.indices {
      let p = rest[i].position
      var place = p
      if let eye = sample.eyes.firstIndex(where: { $0.contains(i) }) {
        let center = expected(sample.eyeCenters[eye])
        place = gaze.headFromEye * (p - center) + center
      }
      #expect((looking[i].position - place).length < 0.02)
    }
  }

  @Test func `eyes of another face never look apart, nor one higher`() throws {
    let avatar = try avatar(sample.archive())
    let paired = places(avatar) {
      $0.face.leftGaze = Gaze(yaw: 0.2, pitch: 0.1)
      $0.face.rightGaze = Gaze(yaw: 0.1, pitch: 0.3)
    }
    let both = places(avatar) {
      $0.face.leftGaze = Gaze(yaw: 0.15, pitch: 0.2)
      $0.face.rightGaze = Gaze(yaw: 0.15, pitch: 0.2)
    }
    let crossed = places(avatar) {
      $0.face.leftGaze = Gaze(yaw: -0.1, pitch: 0.2)
      $0.face.rightGaze = Gaze(yaw: 0.3, pitch: 0.2)
    }
    let center = expected(sample.eyeCenters[0])
    let turn = Gaze(yaw: -0.1, pitch: 0.2).headFromEye
    let rest = places(avatar)
    for i in rest.indices { #expect((paired[i].position - both[i].position).length < 1e-3) }
    for i in sample.eyes[0] {
      let place = turn * (rest[i].position - center) + center
      #expect((crossed[i].position - place).length < 0.02)
    }
  }

  @Test func `the neck is between the head and the torso`() throws {
    let avatar = try avatar(sample.archive())
    let rest = places(avatar)
    let turn = Matrix3(rotationVector: [0, 0.4, 0])
    let turned = places(avatar) {
      let pose = $0.face.cameraFromHead
      $0.face.cameraFromHead = RigidTransform(
        rotation: pose.rotation * turn, translation: pose.translation)
    }
    for i in rest.indices {
      let w = sample.weights(i)
      let share = w.z + w.y / 2
      let p = rest[i].position
      // Shares are 255ths.
      #expect((turned[i].position - (turn * p * share + p * (1 - share))).length < 0.03)
    }
  }

  @Test func `what is wrong is said, with the file and the place`() throws {
    func error(_ files: [(String, [UInt8])]) -> ExchangeError? {
      exchangeError { () throws(ExchangeError) in
        let bytes = ZipSample.archive(files, isDeflated: true)
        _ = try Avatar(head: GaussianHead(bytes: bytes), created: 0, software: "test")
      }
    }
    let mesh = ("skin.glb", sample.mesh()), splats = ("offset.ply", sample.splats())
    #expect(error([mesh]) == .missingEntry("offset.ply"))
    #expect(error([splats]) == .missingEntry("skin.glb"))
    #expect(
      error([("skin.glb", [1, 2, 3, 4]), splats])
        == .inEntry("skin.glb", .unexpected(offset: 0, expected: "glTF")))
    let few = sample.splats(count: 10)
    #expect(
      error([mesh, ("offset.ply", few)])
        == .inEntry(
          "offset.ply",
          .unexpected(
            offset: few.count - 680,
            expected: "one splat for each of the mesh's \(sample.vertices.count) vertices")))
    var blind = sample
    blind.triangles.removeAll { $0.x >= blind.eyes[0].lowerBound }
    #expect(
      error([("skin.glb", blind.mesh()), splats])
        == .inEntry(
          "skin.glb",
          .unexpected(offset: 0, expected: "a mesh with two eyeballs that its targets turn")))
  }

  @Test func `altered heads never trap`() throws {
    let mesh = sample.mesh(), splats = sample.splats()
    var mutator = PacketMutator(seed: 4)
    var refused = 0, read = 0
    for k in 0..<400 {
      // Packed anew, so that the archive's checksums hold and the files are looked into.
      let files = [
        ("skin.glb", k % 2 == 0 ? mutator.spoil(mesh, with: splats) : mesh),
        ("offset.ply", k % 2 == 0 ? splats : mutator.spoil(splats, with: mesh)),
      ]
      do throws(ExchangeError) {
        let head = try GaussianHead(bytes: ZipSample.archive(files, isDeflated: false))
        let avatar = try Avatar(head: head, created: 0, software: "test")
        read += avatar.encoded().isEmpty ? 0 : 1
      } catch { refused += 1 }
    }
    #expect(refused > 50 && refused + read == 400)
  }

  @Test func `a peer's heads come in`() throws {
    let environment = ProcessInfo.processInfo.environment
    let shared =
      environment["VISAVIS_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared")
    for name in ["LAM_james", "LAM_p2-1"] {
      let path = shared.appendingPathComponent("gaussian-heads/\(name).zip").standardizedFileURL
        .path
      guard let data = FileManager.default.contents(atPath: path) else {
        print("skipped: no captures")
        return
      }
      let head = try GaussianHead(bytes: [UInt8](data))
      #expect(head.splats.count == 20_018 && head.deltas.count == 51)
      let avatar = try Avatar(head: head, created: 0, software: "test")
      let bytes = avatar.encoded()
      #expect(bytes.count < 2_500_000)
      let again = try Avatar(bytes: bytes)
      // Nearly all have neighbours that tell how they turn.
      let rigid = again.template.vertices.count
      let bound = stride(from: 0, to: again.splats.corners.count, by: 3)
        .count { Int(again.splats.corners[$0]) < rigid }
      #expect(bound > 19_900)
      let places = places(again)
      for (i, place) in places.enumerated() {
        let corner = Int(avatar.splats.corners[3 * i])
        guard corner < rigid else { continue }
        #expect((place.position - avatar.template.vertices[corner]).length < 0.02)
      }
    }
  }
}
