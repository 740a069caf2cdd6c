import AvatarModel
import FaceRig
import FaceTracking
import GaussianSplats
import Geometry
import SplatFitting

/// Drives a finished avatar with the capture's own frames, as a live camera would.
final class CaptureDriver {
  /// What became of a frame.
  struct Answer {
    /// As landmarks alone have it.
    let face: SolvedFace
    /// As the comparison with the picture has it.
    let state: AvatarState
    /// What landmarks and comparison took.
    let solving, refining: Duration
  }

  private let solved: SolvedCapture
  private let driver: PhotometricDriver
  private var solver: LiveSolver
  private let picture = DrivingPicture()

  init(
    avatar: Avatar, solved: SolvedCapture, workers: Workers, level: InstructionLevel
  ) throws {
    self.solved = solved
    driver = PhotometricDriver(avatar: avatar, workers: workers, level: level)
    solver = try LiveSolver(avatar: avatar, camera: solved.fullCamera)
  }

  /// Forgets the last frame, as at a cut.
  func restart() {
    driver.reset()
    solver.reset()
  }

  /// Drives with a frame whose picture was kept; nil without picture or face.
  func drive(_ index: Int) throws -> Answer? {
    let frame = solved.tracked.frames[index]
    guard let kept = frame.kept else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    guard let face = try solver.solve(frame.observation, time: frame.time) else { return nil }
    let middle = clock.now
    picture.load(
      solved.tracked.pictures.picture(kept), matte: solved.tracked.pictures.matte(kept),
      camera: solved.camera, head: face.state.cameraFromHead,
      pixelsPerCentimetre: driver.pixelsPerCentimetre)
    let answer = driver.refine(face.state, picture: picture)
    return Answer(
      face: face, state: answer.state, solving: middle - start, refining: clock.now - middle)
  }
}
