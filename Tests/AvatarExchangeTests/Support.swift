import AvatarModel
import FaceRig
import Foundation
import GaussianSplats
import Geometry
import NativeWorkers
import PictureMetrics

@testable import AvatarExchange

/// A ball of splats of all colours, sizes and turns, as big as a head.
func ball(_ count: Int = 3000, seed: UInt64 = 5) -> SplatScene {
  var random = SeededRandom(seed: seed)
  return SplatScene(
    splats: (0..<count).map { _ in
      let direction = Vector3(random.normal(), random.normal(), random.normal()).normalized
      let q = Quaternion(
        w: random.normal(), x: random.normal(), y: random.normal(), z: random.normal()
      ).normalized
      let scale = Vector3(random.uniform(), random.uniform(), random.uniform()) * 0.006
      return SplatScene.Splat(
        position: direction * 0.1 + [0, 0.02, 0.01], rotation: q,
        scale: scale + Vector3(repeating: 0.001), opacity: 0.05 + 0.94 * random.uniform(),
        color: [random.uniform(), random.uniform(), 1.2 * random.uniform() - 0.1])
    })
}

/// A scene from its front, on grey.
func picture(_ scene: SplatScene, size: Int = 256) -> PixelImage {
  let view = RigidTransform(
    rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [0, 0, 60])
  return picture(
    scene.buffer(cameraFromScene: view),
    camera: PinholeCamera(width: size, height: size, focalLength: Float(size) * 2))
}

/// What the rasteriser draws, on grey.
func picture(_ buffer: SplatBuffer, camera: PinholeCamera) -> PixelImage {
  let rasterizer = Rasterizer(
    capacity: buffer.count, maxWidth: camera.width, maxHeight: camera.height, workers: .native())
  rasterizer.forward(buffer, camera: camera)
  return rasterizer.image.rgb(over: [0.5, 0.5, 0.5])
}

/// How alike two pictures are, decibels.
func decibels(_ a: PixelImage, _ b: PixelImage) -> Double {
  PictureLikeness(a, b)?.decibels ?? 0
}

/// Avatars of this computer: the sample person's, and those that `VISAVIS_AVATARS` names.
func avatars() -> [(name: String, avatar: Avatar)] {
  let environment = ProcessInfo.processInfo.environment
  let home = environment["HOME"] ?? ""
  let cache =
    environment["VISAVIS_CACHE"]
    ?? environment["XDG_CACHE_HOME"].map { $0 + "/visavis" } ?? home + "/.cache/visavis"
  let named = (environment["VISAVIS_AVATARS"] ?? "").split(separator: ":").map(String.init)
  let found = ([cache + "/tests/sample-draft-1.avatar"] + named).compactMap { path in
    FileManager.default.contents(atPath: path).flatMap { try? Avatar(bytes: [UInt8]($0)) }
      .map { (path, $0) }
  }
  if found.isEmpty { print("skipped: no avatar in the cache") }
  return found
}

/// The error that something throws.
func exchangeError(_ body: () throws(ExchangeError) -> Void) -> ExchangeError? {
  do throws(ExchangeError) {
    try body()
    return nil
  } catch { return error }
}
