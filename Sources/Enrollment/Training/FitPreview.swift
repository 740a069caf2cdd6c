import AvatarModel
import Dispatch
import FaceRig
import GaussianSplats
import Geometry

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
  /// How far the head turns to either side, in radians, and in how many pictures there and back.
  private static let swing: Float = 0.3, period = 12

  /// - Parameter show: given each picture, RGBA with straight alpha.
  init(show: @escaping (PixelImage) throws -> Void) { self.show = show }

  /// Draws, if enough time has passed.
  func drawIfDue(
    _ fit: CaptureFit, camera: PinholeCamera, workers: Workers, level: InstructionLevel
  ) throws {
    let now = DispatchTime.now().uptimeNanoseconds
    guard now - drawnAt >= Self.interval * 1_000_000_000 else { return }
    drawnAt = now
    try draw(fit, camera: camera, workers: workers, level: level)
  }

  /// Draws: from the front first and last, turned a little this way and that between.
  func draw(
    _ fit: CaptureFit, camera: PinholeCamera, workers: Workers, level: InstructionLevel,
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
      avatar: avatar, maxWidth: camera.width, maxHeight: camera.height, workers: workers,
      level: level)
    let planes = renderer.draw(
      state, camera: camera,
      viewFromCamera: RigidTransform(rotation: turn, translation: axis - turn * axis))
    count += 1
    try show(planes.rgba(level: level))
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
