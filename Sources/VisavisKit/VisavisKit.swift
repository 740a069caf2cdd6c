@_exported public import AvatarExchange
@_exported public import AvatarModel
@_exported public import Enrollment
@_exported public import ExpressionStream
@_exported public import FaceRig
@_exported public import GaussianSplats
@_exported public import Geometry
@_exported public import MediaIO
@_exported public import MotionProtocols
@_exported public import NativeWorkers

/// The whole of visavis for programs: a video becomes an avatar, another drives it, and it is drawn.
///
/// These are the usual ways; what they are made of is imported with this module. Models and the
/// template are taken from the cache that `make assets` fills.
public enum VisavisKit {
  /// Makes an avatar from a video of a person.
  ///
  /// - Parameter progress: told what is done; throwing from it ends the enrolment.
  public static func enroll(
    video: String, options: EnrollmentOptions = EnrollmentOptions(),
    progress: (EnrollmentProgress) throws -> Void = { _ in }
  ) throws -> Avatar {
    try Enrollment(path: video, options: options, cache: AssetCache(), workers: .native())
      .run(progress: progress).avatar
  }

  /// Follows a person in a video with their avatar; frames before the first face are left out.
  public static func drive(_ avatar: Avatar, video: String) throws -> AvatarStream {
    let size = try VideoReader(path: video).description
    let reader = try VideoReader(path: video, maximumDimension: 1280)
    let driver = try AvatarDriver(
      avatar: avatar, width: size.width, height: size.height, cache: AssetCache(),
      workers: .native())
    var states: [AvatarState] = []
    while let frame = try reader.next() {
      if let answer = try driver.drive(frame.image, time: frame.time) {
        var state = answer.state
        state.face.time = frame.time
        states.append(state)
      }
    }
    return AvatarStream(
      camera: driver.camera, codeLength: avatar.splats.codeLength, states: states)
  }

  /// Draws every state of a stream into a video, on grey.
  public static func render(_ avatar: Avatar, _ stream: AvatarStream, to path: String) throws {
    let camera = stream.camera
    let writer = try VideoWriter(
      path: path, width: camera.width, height: camera.height, frameRate: 1 / stream.frameInterval)
    let renderer = AvatarRenderer(
      avatar: avatar, maxWidth: camera.width, maxHeight: camera.height, workers: .native())
    for state in stream.states {
      let picture = renderer.draw(state, camera: camera).rgb(over: [0.5, 0.5, 0.5])
      try writer.append(picture, at: state.face.time)
    }
    try writer.finish()
  }
}
