import AvatarExchange
import Foundation
import GaussianSplats
import Geometry
import MediaIO
import NativeWorkers

/// A picture of a scene that another program made.
enum SceneStill {
  /// Whether a file's name says that it holds a scene.
  static func isScene(_ path: String) -> Bool {
    ["ply", "spz", "glb"].contains((path as NSString).pathExtension.lowercased())
  }

  /// Reads a scene.
  static func read(_ path: String) throws(FileFailure) -> SplatScene {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .notFound(path: path)
    }
    do throws(ExchangeError) {
      return try SplatScene(bytes: [UInt8](data))
    } catch { throw .damaged(path: path, error) }
  }

  /// Draws a scene from the front, filling the picture.
  ///
  /// - Parameters:
  ///   - yaw: degrees that the camera turns about the scene, to the picture's right.
  ///   - pitch: degrees upwards.
  static func draw(_ scene: SplatScene, size: Int, yaw: Double, pitch: Double) -> ImagePlanes {
    let bounds = scene.bounds ?? (.zero, .zero)
    let middle = (bounds.lower + bounds.upper) * 50
    let radius = max((bounds.upper - bounds.lower).length * 50, 1)
    let degree = Float.pi / 180
    let turn =
      Matrix3(rotationVector: [Float(pitch) * degree, 0, 0])
      * Matrix3(rotationVector: [0, -Float(yaw) * degree, 0])
    let rotation = Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]) * turn
    let distance = radius * 2.6
    let cameraFromScene = RigidTransform(
      rotation: rotation, translation: Vector3(0, 0, distance) - rotation * middle)
    let camera = PinholeCamera(width: size, height: size, focalLength: Float(size) * 1.2)
    let rasterizer = Rasterizer(
      capacity: scene.splats.count, maxWidth: size, maxHeight: size, workers: .native())
    rasterizer.forward(scene.buffer(cameraFromScene: cameraFromScene), camera: camera)
    return rasterizer.image
  }
}
