import AvatarModel
import Dispatch
import FaceRig
import GaussianSplats
import Geometry
import SplatFitting

/// Draws the avatar while it is being fitted, so that its person can watch it grow.
///
/// A picture costs one copy of the splats and one rendering: some hundredths of a second every four.
final class FitPreview {
  private let show: (PixelImage) throws -> Void
  private var drawnAt: UInt64 = 0
  private var count = 0
  private var item: Int?

  /// Seconds between pictures.
  private static let interval: UInt64 = 4
  /// The picture's side in pixels, what it spans at the head in centimetres, and how much of that
  /// lies above the head's origin.
  private static let side = 480, span: Float = 40, above: Float = 18
  /// How far the head turns to either side, in radians, and in how many pictures there and back.
  private static let swing: Float = 0.3, period = 12

  /// - Parameter show: given each picture, RGBA with straight alpha.
  init(show: @escaping (PixelImage) throws -> Void) { self.show = show }

  /// Draws, if enough time has passed.
  func drawIfDue(
    _ fit: CaptureFit, workers: Workers, level: InstructionLevel
  ) throws {
    let now = DispatchTime.now().uptimeNanoseconds
    guard now - drawnAt >= Self.interval * 1_000_000_000 else { return }
    drawnAt = now
    try draw(fit, workers: workers, level: level)
  }

  /// Draws: from the front first and last, turned a little this way and that between.
  func draw(
    _ fit: CaptureFit, workers: Workers, level: InstructionLevel,
    isLast: Bool = false
  ) throws {
    let avatar = fit.avatarToLookAt(framesRead: 0)
    let item = self.item ?? Self.mostFrontal(fit)
    self.item = item
    let state = fit.trainer.adjusted(item)
    let phase = Float(count % Self.period) / Float(Self.period)
    // A triangle wave: 0, to one side, back through 0, to the other.
    let wave = phase < 0.25 ? phase * 4 : phase < 0.75 ? 2 - phase * 4 : phase * 4 - 4
    let axis = state.face.cameraFromHead.translation
    let turn = Matrix3(rotationVector: Vector3(0, isLast ? 0 : wave * Self.swing, 0))
    let renderer = AvatarRenderer(
      avatar: avatar, maxWidth: Self.side, maxHeight: Self.side, workers: workers, level: level)
    let planes = renderer.draw(
      state, camera: Self.camera(facing: axis),
      viewFromCamera: RigidTransform(rotation: turn, translation: axis - turn * axis))
    count += 1
    try show(planes.rgba(level: level))
  }

  /// A camera at the capture's place that shows a head at some place, as a portrait does.
  private static func camera(facing head: Vector3) -> PinholeCamera {
    let scale = Float(side) / span
    let distance = max(head.z, 10)
    return PinholeCamera(
      width: side, height: side, focalLength: [scale * distance, scale * distance],
      center: [Float(side) / 2 - scale * head.x, above * scale - scale * head.y])
  }

  /// The frame whose head looks most straight ahead with open eyes.
  private static func mostFrontal(_ fit: CaptureFit) -> Int {
    func distance(_ item: Int) -> Float {
      let face = fit.trainer.adjusted(item).face
      let turn = face.cameraFromHead.rotation * fit.reference.rotation.transpose
      return turn.rotationVector.length + 0.3 * face.expression[.jawOpen]
        + 0.5 * (face.expression[.eyeBlinkLeft] + face.expression[.eyeBlinkRight])
    }
    let count = fit.trainer.frameCount
    return (0..<count).min { distance($0) < distance($1) } ?? 0
  }
}
