public import AvatarModel
public import FaceRig
public import FaceTracking
public import Geometry

/// Landmarks to face state for a person whose avatar is known.
public struct LiveSolver {
  private var solver: FaceStateSolver

  /// Prepares for pictures of a camera.
  public init(
    avatar: Avatar, camera: PinholeCamera
  ) throws(FaceSolvingError) {
    let model = LandmarkModel(avatar.template)
    solver = try FaceStateSolver(
      model: model,
      identity: SolvedIdentity(
        coefficients: [], restingLeftGaze: avatar.restingLeftGaze,
        restingRightGaze: avatar.restingRightGaze, focalLength: camera.focalLength.x),
      width: camera.width, height: camera.height)
  }

  /// The face of the next frame; nil until one was seen.
  public mutating func solve(
    _ observation: FaceObservation?, time: Double
  ) throws(FaceSolvingError) -> SolvedFace? {
    try solver.solve(observation, time: time)
  }

  /// Forgets the face, as at a cut.
  public mutating func reset() { solver.reset() }
}
