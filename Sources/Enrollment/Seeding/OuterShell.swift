import AvatarModel
import FaceRig
import Geometry

/// Points of the person that the template's mesh does not cover: hair, ears, glasses, hats (moving
/// with the head) and neck, shoulders, clothes (moving with the torso).
///
/// A pixel inside the matte and outside the mesh's picture becomes a point at the depth of the
/// nearest covered pixel. Below the chin it belongs to the torso; far to the sides there it may be
/// long hair, so it is offered to both and the fit decides by opacity.
struct OuterShell {
  struct Point {
    let position: Vector3
    let color: Vector3
  }

  private(set) var head: [Point] = []
  private(set) var torso: [Point] = []

  init(mesh: SeedMesh, frames: [SeedFrame], camera: PinholeCamera, random: inout SeededRandom) {
    let perFrame = max(200, 40_000 / max(frames.count, 1))
    var posed = mesh.rig.neutral
    var placed: [Vector3] = []
    for frame in frames {
      let state = frame.state
      mesh.rig.pose(
        expression: state.face.expression, leftGaze: state.face.leftGaze,
        rightGaze: state.face.rightGaze, into: &posed)
      BodyBlend.place(
        posed, headShare: mesh.headShare, cameraFromHead: state.face.cameraFromHead,
        cameraFromTorso: state.cameraFromTorso, into: &placed)
      let buffer = DepthBuffer(camera: camera, vertices: placed, triangles: mesh.template.triangles)
      let (distance, depth) = buffer.nearestSurface()
      let outside = OuterShell.uncovered(frame.matte, distance)
      if outside.isEmpty { continue }

      let chin = camera.project(placed[OuterShell.chinVertex(mesh)])
      let centre = camera.project(state.face.cameraFromHead.translation)
      let faceWidth = camera.focalLength.x * 15 / state.face.cameraFromHead.translation.z
      let fromCamera = state.face.cameraFromHead.inverse
      let torsoFromCamera = state.cameraFromTorso.inverse
      for _ in 0..<min(perFrame, outside.count) {
        let i = outside[random.index(outside.count)]
        let x = i % camera.width, y = i / camera.width
        let z = depth[i] + random.normal() * 0.4
        let p = Vector3(
          (Float(x) + 0.5 - camera.center.x) / camera.focalLength.x * z,
          (Float(y) + 0.5 - camera.center.y) / camera.focalLength.y * z, z)
        let color =
          Vector3(
            Float(frame.image[x, y, 0]), Float(frame.image[x, y, 1]), Float(frame.image[x, y, 2]))
          / 255
        let below = Float(y) > chin.y + 0.06 * faceWidth
        let beside = abs(Float(x) - centre.x) > 0.5 * faceWidth
        if !below || (beside && Float(y) < chin.y + 0.9 * faceWidth) {
          head.append(Point(position: fromCamera * p, color: color))
        }
        if below { torso.append(Point(position: torsoFromCamera * p, color: color)) }
      }
    }
  }

  private static func uncovered(_ matte: PixelImage, _ distance: [Float]) -> [Int] {
    (0..<matte.samples.count).filter { matte.samples[$0] > 100 && distance[$0] > 0 }
  }

  /// The vertex of the landmark at the chin's tip (MediaPipe's 152).
  private static func chinVertex(_ mesh: SeedMesh) -> Int {
    Int(mesh.template.landmarks[152].vertices.x)
  }
}
