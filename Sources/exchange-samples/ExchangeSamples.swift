import AvatarExchange
import AvatarModel
import FaceRig
import Foundation
import GaussianSplats
import Geometry

/// `exchange-samples FOLDER [AVATAR] [HEAD.zip …]`: writes a scene in every format, and what is in it, for independent
/// readers to check; with an avatar also its mesh, its animation and its VRM; of heads of other programs what we draw.
@main
struct ExchangeSamples {
  static func main() throws {
    let all = Array(CommandLine.arguments.dropFirst())
    let arguments = all.filter { !$0.hasSuffix(".zip") }
    guard let folder = arguments.first else {
      print("exchange-samples FOLDER [AVATAR] [HEAD.zip …]")
      exit(64)
    }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    let scene = ball()
    try write(PLYWriter.encoded(scene), "scene.ply")
    try write(GLBWriter.encoded(scene), "scene.glb")
    try write(SPZWriter.encoded(scene), "scene-3.spz")
    try write(SPZWriter.encoded(scene, version: .zstandard), "scene-4.spz")
    let truth = scene.splats.map { s in
      [
        s.position.x, s.position.y, s.position.z, s.rotation.x, s.rotation.y, s.rotation.z,
        s.rotation.w, s.scale.x, s.scale.y, s.scale.z, s.opacity, s.color.x, s.color.y, s.color.z,
      ].map { "\($0)" }.joined(separator: ",")
    }
    try write(Array((truth.joined(separator: "\n") + "\n").utf8), "scene.csv")
    for path in all where path.hasSuffix(".zip") { try drawHead(path, write) }
    guard arguments.count > 1, let data = FileManager.default.contents(atPath: arguments[1]) else {
      return
    }
    let avatar = try Avatar(bytes: [UInt8](data))
    try write(GLBWriter.encoded(avatar, contents: .mesh), "avatar.glb")
    try write(drawFace(avatar), "avatar.f32")
    try write(
      VRMWriter.encoded(avatar, meta: VRMWriter.Meta(name: "Ada", authors: ["Ada"])),
      "avatar.vrm")
    var state = avatar.restingState
    let states = (0..<10).map { k in
      state.face.time = Double(k) / 30
      state.face.expression[.jawOpen] = Float(k) / 10
      return state
    }
    try write(GLBWriter.encoded(avatar, animatedBy: states), "animation.glb")
  }

  /// Draws a head of another program: premultiplied red, green, blue, and transmittance, 512 × 512 floats each.
  static func drawHead(_ path: String, _ write: ([UInt8], String) throws -> Void) throws {
    guard let data = FileManager.default.contents(atPath: path) else { return }
    let made = try Avatar(
      head: GaussianHead(bytes: [UInt8](data)), created: 0, software: "exchange-samples")
    let avatar = try Avatar(bytes: made.encoded())
    let renderer = AvatarRenderer(avatar: avatar)
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    func draw(_ picture: String, _ change: (inout AvatarState) -> Void) throws {
      var state = avatar.restingState
      change(&state)
      let planes = renderer.draw(
        state, camera: PinholeCamera(width: 512, height: 512, focalLength: 900))
      try write(floats(planes), "\(name)-\(picture).f32")
    }
    try draw("rest") { _ in }
    try draw("turned") {
      let pose = RigidTransform(
        rotation: $0.cameraFromTorso.rotation * Matrix3(rotationVector: [0, .pi / 9, 0]),
        translation: $0.cameraFromTorso.translation)
      $0.face.cameraFromHead = pose
      $0.cameraFromTorso = pose
    }
    try draw("face") {
      $0.face.expression[.jawOpen] = 0.6
      $0.face.expression[.mouthSmileLeft] = 1
    }
  }

  /// Draws an avatar's neutral face from half a metre before it, as ``drawHead(_:_:)`` does.
  static func drawFace(_ avatar: Avatar) -> [UInt8] {
    var state = avatar.restingState
    state.face.expression = Expression()
    let view = RigidTransform(
      rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [0, 0, 50])
    let renderer = AvatarRenderer(avatar: avatar)
    return floats(
      renderer.draw(
        state, camera: PinholeCamera(width: 512, height: 512, focalLength: 900),
        viewFromCamera: view * state.face.cameraFromHead.inverse))
  }

  /// The planes as 32-bit numbers, least significant byte first.
  static func floats(_ planes: ImagePlanes) -> [UInt8] {
    var bytes: [UInt8] = []
    for plane in 0..<4 {
      for y in 0..<planes.height {
        for x in 0..<planes.width {
          withUnsafeBytes(of: planes[plane, x, y].bitPattern.littleEndian) { bytes += $0 }
        }
      }
    }
    return bytes
  }

  /// A ball of splats of all colours, sizes and turns.
  static func ball() -> SplatScene {
    var random = SeededRandom(seed: 1)
    return SplatScene(
      splats: (0..<500).map { _ in
        let direction = Vector3(random.normal(), random.normal(), random.normal()).normalized
        let q = Quaternion(
          w: random.normal(), x: random.normal(), y: random.normal(), z: random.normal())
        let scale = Vector3(random.uniform(), random.uniform(), random.uniform()) * 0.006
        return SplatScene.Splat(
          position: direction * 0.1, rotation: q.normalized,
          scale: scale + Vector3(repeating: 0.001), opacity: 0.05 + 0.94 * random.uniform(),
          color: [random.uniform(), random.uniform(), random.uniform()])
      })
  }
}
