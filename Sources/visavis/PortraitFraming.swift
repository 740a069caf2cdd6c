import AvatarModel
import FaceRig
import GaussianSplats
import Geometry

/// What a square portrait of an avatar shows: from above the hair to where the torso is still
/// whole, so that the edge of what the capture saw stays outside.
struct PortraitFraming: Equatable {
  /// Centimetres at the head's origin: the square's side, and its share above the origin.
  var span: Float = 42
  var above: Float = 18

  /// The usual framing, when nothing can be measured.
  init() {}

  /// Measures an avatar in its reference pose.
  ///
  /// - Complexity: one rendering of 160 × 160 pixels.
  init(_ avatar: Avatar, workers: Workers) {
    let pixels = 160
    let reach: Float = 64
    let distance = max(avatar.reference.translation.length, 20)
    let pose = RigidTransform(
      rotation: avatar.reference.rotation, translation: [0, 0, distance])
    let renderer = AvatarRenderer(
      avatar: avatar, maxWidth: pixels, maxHeight: pixels, workers: workers)
    let planes = renderer.draw(
      AvatarState(face: FaceState(cameraFromHead: pose), cameraFromTorso: pose),
      camera: PinholeCamera(
        width: pixels, height: pixels, focalLength: Float(pixels) * distance / reach))
    let middle = pixels * 3 / 7...pixels * 4 / 7
    func covered(_ columns: ClosedRange<Int>, _ y: Int) -> Float {
      Float(columns.count { planes[3, $0, y] < 0.5 }) / Float(columns.count)
    }
    func centimetres(_ y: Int) -> Float { (Float(y) + 0.5) / Float(pixels) * reach - reach / 2 }
    guard let top = (0..<pixels).first(where: { covered(0...pixels - 1, $0) > 0.02 }),
      let bottom = (0..<pixels).last(where: { covered(middle, $0) > 0.9 }), bottom > top
    else { return }
    let height = centimetres(bottom) - 0.8 - centimetres(top)
    span = min(max(height / 0.94, 24), 46)
    above = -centimetres(top) + 0.06 * span
  }
}
