import ArgumentParser
import AvatarExchange
import AvatarModel
import Enrollment
import ExpressionStream
import FaceRig
import Foundation
import GaussianSplats
import Geometry
import MediaIO
import NativeWorkers

/// `visavis render`: a stream and an avatar become pictures.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Draw an avatar as a stream drives it: a video, or pictures with transparency.",
    discussion: """
      Without a view the framing, size and frame times are exactly the driving video's. With \
      --yaw, --pitch, --orbit or --size the picture is square, shows head and shoulders, and the \
      camera stands still. A scene of splats from another program (.ply, .spz, .glb) becomes a still \
      picture.

      Example: visavis render talk.vvs --avatar me.avatar -o talk.mp4 --yaw 20

      More: visavis render scene.ply -o scene.png --size 1024
      """)

  @Argument(
    help: "The stream, or a scene.", completion: .file(extensions: ["vvs", "ply", "spz", "glb"]))
  var stream: String

  @Option(
    help: ArgumentHelp("The avatar to draw.", valueName: "file"),
    completion: .file(extensions: ["avatar"]))
  var avatar: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The video to write. (default: the stream's name, ending in .mp4)", valueName: "video"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write numbered PNG pictures with straight alpha into this new or empty folder.",
      valueName: "folder"),
    completion: .directory)
  var frames: String?

  @Option(
    help: ArgumentHelp(
      "As the driving camera saw it, or from the front.", valueName: "view"))
  var view: ViewArgument?

  // Unconditionally, so that negative numbers are not taken for options.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Turn the camera about the head, towards the person's left.", valueName: "degrees"))
  var yaw: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Turn the camera about the head, upwards.", valueName: "degrees"))
  var pitch: Double?

  @Flag(help: "Sweep the camera 35° to either side over the clip.")
  var orbit = false

  @Option(help: ArgumentHelp("Width and height of a square picture.", valueName: "pixels"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "What is behind: grey, black, white, r,g,b, #rrggbb, or a picture.",
      valueName: "colour|picture"),
    completion: .file())
  var background: RenderBackground = .colour(.grey)

  @Option(
    help: ArgumentHelp(
      "Add the sound of this video, from which the stream was made.", valueName: "video"),
    completion: .file())
  var audio: String?

  @OptionGroup var outputOptions: OutputOptions

  /// Whether anything calls for a camera of its own.
  private var isTurned: Bool {
    view == .front || yaw != nil || pitch != nil || orbit || size != nil
  }

  func validate() throws {
    if avatar == nil && !SceneStill.isScene(stream) {
      throw ValidationError("Give the avatar to draw with --avatar.")
    }
    if view == .source && isTurned {
      throw ValidationError(
        "--view source is the driving camera's picture; leave out --yaw, --pitch, --orbit and --size."
      )
    }
    if let size, !(16...4096).contains(size) {
      throw ValidationError("--size must lie between 16 and 4096.")
    }
    if let yaw, !(-180...180).contains(yaw) {
      throw ValidationError("--yaw must lie between -180 and 180.")
    }
    if let pitch, !(-85...85).contains(pitch) {
      throw ValidationError("--pitch must lie between -85 and 85.")
    }
    if orbit && yaw != nil { throw ValidationError("Give either --orbit or --yaw, not both.") }
    if audio != nil && output == nil && frames != nil {
      throw ValidationError("--audio needs a video to go into: add -o.")
    }
  }

  func run() throws {
    if SceneStill.isScene(stream) { return try renderScene() }
    let report = try render()
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
  }

  /// Draws a scene into one picture.
  private func renderScene() throws {
    let path = output ?? (stream as NSString).deletingPathExtension + ".png"
    let scene = try SceneStill.read(stream)
    let planes = SceneStill.draw(scene, size: size ?? 512, yaw: yaw ?? 0, pitch: pitch ?? 0)
    let backdrop = try background.picture(width: planes.width, height: planes.height)
    try PictureFile.writePNG(backdrop.behind(planes), to: path)
    if !outputOptions.json { print("\(path): \(scene.splats.count) splats") }
  }

  /// Draws and writes everything.
  func render() throws -> RenderReport {
    guard let avatarPath = self.avatar else { throw DriveError.noAvatar }
    let avatar = try VisavisFile.avatar(avatarPath)
    let states = try VisavisFile.stream(stream)
    guard !states.states.isEmpty else { throw FileFailure.emptyStream(path: stream) }
    // Corrections are of one avatar's bases; where there are none, anybody's face will do.
    if states.codeLength != 0 && states.codeLength != avatar.splats.codeLength
      && !avatar.splats.isFixed
    {
      throw FileFailure.otherAvatar(stream: stream, avatar: avatarPath)
    }
    let workers = Workers.native()
    let turn = RenderView.Turn(
      yaw: yaw ?? 0, pitch: pitch ?? 0, isOrbiting: orbit, size: size ?? 512)
    let view =
      isTurned
      ? RenderView(
        stream: states, turn: turn, framing: PortraitFraming(avatar, workers: workers))
      : RenderView(stream: states, turn: nil)
    let backdrop = try background.picture(width: view.camera.width, height: view.camera.height)
    let path =
      output ?? (frames == nil ? (stream as NSString).deletingPathExtension + ".mp4" : nil)
    let writer = try path.map {
      try VideoWriter(
        path: $0, width: view.camera.width, height: view.camera.height,
        frameRate: 1 / states.frameInterval, sound: audio)
    }
    let folder = try frames.map { try FrameFolder(path: $0) }
    let renderer = AvatarRenderer(
      avatar: avatar, maxWidth: view.camera.width, maxHeight: view.camera.height,
      workers: workers)
    let progress = ProgressReporter(
      "Drawing", total: states.states.count, quiet: outputOptions.quiet)
    let clock = ContinuousClock()
    let start = clock.now
    var drawing = Duration.zero
    for (k, state) in states.states.enumerated() {
      try Interruption.check()
      let began = clock.now
      let planes = renderer.draw(
        state, camera: view.camera, viewFromCamera: view.viewFromCamera(at: k))
      drawing += clock.now - began
      try folder?.add(planes.rgba())
      try writer?.append(backdrop.behind(planes), at: state.face.time)
      progress.advance()
    }
    try folder?.finish()
    try writer?.finish()
    folder?.keep()
    progress.finish()
    return RenderReport(
      path: path, folder: frames, frames: states.states.count, camera: view.camera,
      drawingSeconds: drawing / .seconds(1), seconds: (clock.now - start) / .seconds(1))
  }
}

/// Whose framing a rendering has.
enum ViewArgument: String, ExpressibleByArgument, CaseIterable {
  /// The driving camera's.
  case source
  /// A square one's, before the person.
  case front
}

/// What `visavis render` did.
struct RenderReport: Codable, Equatable {
  /// The video and the folder of pictures, where written.
  var path, folder: String?
  var frames: Int
  /// Size of the pictures.
  var width, height: Int
  /// Frames a second of posing and rasterising alone, and with everything written.
  var renderFramesPerSecond, framesPerSecond: Double
  /// Seconds in all.
  var seconds: Double

  init(
    path: String?, folder: String?, frames: Int, camera: PinholeCamera, drawingSeconds: Double,
    seconds: Double
  ) {
    self.path = path
    self.folder = folder
    self.frames = frames
    (width, height) = (camera.width, camera.height)
    renderFramesPerSecond = Double(frames) / max(drawingSeconds, 1e-6)
    framesPerSecond = Double(frames) / max(seconds, 1e-6)
    self.seconds = seconds
  }

  /// The report for people.
  var text: String {
    "\([path, folder].compactMap(\.self).joined(separator: ", ")): \(frames) frames of "
      + "\(width) × \(height)"
      + String(
        format: ", drawn at %.0f a second (%.0f with everything written)", renderFramesPerSecond,
        framesPerSecond)
  }
}
