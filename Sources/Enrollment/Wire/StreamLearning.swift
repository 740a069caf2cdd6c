import AvatarModel
import GaussianSplats
import Geometry

/// Learns how streams of a person are coded: drives their avatar through a few stretches of the
/// capture, and measures how much each coordinate shows.
struct StreamLearning {
  let avatar: Avatar
  let solved: SolvedCapture
  let material: CaptureMaterial
  let workers: Workers
  let level: InstructionLevel

  /// States in which the picture's sensitivity is measured.
  private static let measuredStates = 12

  /// The transform; nil where the avatar cannot be driven by pictures.
  func transform(progress: (_ done: Int, _ total: Int) throws -> Void) throws -> StreamTransform? {
    if avatar.driving == nil { return nil }
    let runs = try drivenRuns()
    let states = runs.flatMap { $0 }
    guard states.count > 20 else { return nil }
    let few = Self.measuredStates
    var sensitivity = PictureSensitivity(
      avatar: avatar, camera: solved.camera, workers: workers, level: level)
    let matrix = try sensitivity.matrix(
      of: (0..<few).map { states[$0 * (states.count - 1) / (few - 1)] }, progress: progress)
    return StreamTransform.learn(
      sensitivity: matrix,
      runs: runs.map { $0.map { PictureSensitivity.coordinates(of: $0, avatar: avatar) } },
      reference: avatar.reference)
  }

  /// The live driver's answers to stretches of neighbouring frames.
  private func drivenRuns() throws -> [[AvatarState]] {
    let driver = try CaptureDriver(avatar: avatar, solved: solved, workers: workers, level: level)
    return try CaptureMaterial.streamRuns(material.fitted.count).map { items in
      driver.restart()
      // The first answers still look for the torso.
      return Array(
        try items.compactMap { try driver.drive(material.fitted[$0])?.state }.dropFirst(3))
    }
  }
}
