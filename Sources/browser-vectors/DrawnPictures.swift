import AvatarModel
import BrowserSession
import FaceRig
import Foundation
import GaussianSplats
import Geometry

/// Pictures of the made-up avatar by the native renderer, each from a place of its own.
enum DrawnPictures {
  static let width = 72
  static let height = 60

  /// Writes `views.f32` (each focal lengths, center, and three rows of view from camera) and
  /// `pictures.bin` (red, green, blue, straight alpha) for the states of ``PosedFrames``.
  static func write(to folder: URL) throws {
    // As files round it.
    let avatar = try Avatar(
      bytes: SyntheticAvatar.make(surface: 420, head: 96, torso: 60).encoded())
    let numbers = try Data(contentsOf: folder.appendingPathComponent("states.f32"))
      .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let block = StateBlock(correctionCount: avatar.splats.codeLength)
    defer { block.deallocate() }
    let length = 4 + block.count
    let renderer = AvatarRenderer(avatar: avatar)
    var views = Data(), pictures = Data()
    for i in 1..<numbers.count / length {
      for k in 0..<block.count { block.pointer[k] = numbers[i * length + 4 + k] }
      let state = try block.read()
      let place = Float(i)
      let view = RigidTransform(
        rotation: Matrix3(rotationVector: [0.05 * place, 0.12 * place - 0.2, 0.03 * place]),
        translation: [place - 2, 1.5 - place, 6 * place])
      let camera = PinholeCamera(
        width: width, height: height, focalLength: [170, 165], center: [34 + place, 32])
      let image = renderer.draw(state, camera: camera, viewFromCamera: view).rgba()
      let r = view.rotation, t = view.translation
      let asked: [Float] = [
        camera.focalLength.x, camera.focalLength.y, camera.center.x, camera.center.y,
        r.x.x, r.x.y, r.x.z, t.x, r.y.x, r.y.y, r.y.z, t.y, r.z.x, r.z.y, r.z.z, t.z,
      ]
      views.append(floats: asked)
      pictures.append(contentsOf: image.samples)
    }
    try views.write(to: folder.appendingPathComponent("views.f32"))
    try pictures.write(to: folder.appendingPathComponent("pictures.bin"))
  }
}
