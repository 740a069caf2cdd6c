import ArgumentParser
import AvatarModel
import Enrollment
import ExpressionStream
import FaceRig
import Foundation
import GaussianSplats
import Geometry
import MediaIO
import NativeWorkers
import StreamSigning

/// `visavis drive`: a video of a person, or a program that follows their face, becomes the stream that drives
/// their avatar; and a stream drives other programs.
struct DriveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drive",
    abstract:
      "Follow a person in a video, or a program's face, and say what their avatar shall do.",
    discussion: """
      Every frame is treated as a live camera's: nothing waits for what comes later, but for \
      --lookahead while the stream is coded. While the face is hidden the avatar holds still. \
      Control-C ends the stream early.

      Instead of a video, programs may drive: --from livelink, ifacialmocap, vmc, openseeface or \
      vrcft, each with a port and the regions it shall drive, as in livelink:11111@mouth+brows. \
      Regions are eyes, brows, cheeks, mouth and head. --to sends states on: to our own at udp://, to \
      others at vmc://, livelink://, ifacialmocap:// or vrcft://.

      Example: visavis drive talk.mp4 --avatar me.avatar -o talk.vvs

      More:
        visavis drive --from livelink@mouth --from vmc --avatar me.avatar --to talk.vvs
        visavis drive take.csv --avatar me.avatar -o take.vvs
        visavis drive talk.vvs --to vmc://192.168.1.5
      """)

  @Argument(
    help: "The video of the person, a recording of another program, or a stream to send on.",
    completion: .file())
  var video: String?

  @Option(
    help: ArgumentHelp("The person's avatar.", valueName: "file"),
    completion: .file(extensions: ["avatar"]))
  var avatar: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The stream to write. (default: the video's name, ending in .vvs)", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Use the video from here; or listen to a program, again for each.",
      valueName: "seconds|protocol"))
  var from: [DriveInput] = []

  @Option(
    help: ArgumentHelp(
      "Use the video up to here; or write or send the stream there.", valueName: "seconds|file|url")
  )
  var to: DriveTarget?

  @Option(help: ArgumentHelp("Ask iFacialMocap on this phone to send.", valueName: "address"))
  var phone: String?

  @Flag(help: "Take each program's first pose for facing straight ahead.")
  var centre = false

  @Option(help: ArgumentHelp("States a second while programs drive.", valueName: "states"))
  var rate = 30.0

  @Option(help: ArgumentHelp("End after this time while programs drive.", valueName: "seconds"))
  var duration: Double?

  @Flag(help: "Do not compare the avatar with the pictures: quicker, and less alike.")
  var landmarksOnly = false

  @Option(
    help: ArgumentHelp(
      "How alike the coded stream shall look: low, medium, high, or decibels, 20 to 60.",
      valueName: "quality"))
  var quality: StreamQuality = .medium

  @Option(
    help: ArgumentHelp(
      "How many frames the coding looks ahead, 0 to 2: fewer bits for more delay.",
      valueName: "frames"))
  var lookahead = 2

  @Option(
    help: ArgumentHelp(
      "Sign the stream with this key; make one with visavis key new.", valueName: "file"),
    completion: .file())
  var key: String?

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if video == nil && programs.isEmpty {
      throw ValidationError("Give a video or a recording, or a program with --from.")
    }
    if video != nil && !programs.isEmpty {
      throw ValidationError("Give either a file or programs with --from, not both.")
    }
    if avatar == nil, video.map({ !$0.hasSuffix(".vvs") }) ?? true {
      throw ValidationError("Give the avatar to drive with --avatar.")
    }
    if from.count > 1 && programs.count != from.count {
      throw ValidationError("--from takes one number of seconds, or programs.")
    }
    if case .seconds = to, !programs.isEmpty {
      throw ValidationError("--to must name a file or an address while programs drive.")
    }
    if !(rate >= 1 && rate <= 120) { throw ValidationError("--rate must lie between 1 and 120.") }
    if let duration, !(duration > 0) { throw ValidationError("--duration must be above 0.") }
    if programs.isEmpty { try validateSpan(from: from.first?.seconds, to: to?.seconds) }
    if !(0...2).contains(lookahead) {
      throw ValidationError("--lookahead must lie between 0 and 2.")
    }
  }

  func run() throws {
    guard let video else { return show(try driveLive()) }
    if try VisavisFile.kind(of: video) == .stream { return show(try sendStream(video)) }
    if Self.isMotion(video) { return show(try driveMotion(video)) }
    let report = try drive()
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
  }

  private func show(_ report: LiveReport) {
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
  }

  /// Whether a file's name says that another program recorded a face in it.
  private static func isMotion(_ path: String) -> Bool {
    ["csv", "json", "gesichter"].contains((path as NSString).pathExtension.lowercased())
  }

  /// Drives by a video and writes the stream.
  func drive() throws -> DriveReport {
    guard let video else { throw DriveError.noFrames(path: "") }
    guard let avatarPath = avatar else { throw DriveError.noAvatar }
    let (from, to) = (from.first?.seconds, to?.seconds)
    var path = output ?? (video as NSString).deletingPathExtension + ".vvs"
    switch self.to {
    case .file(let file): path = file
    case .wire: throw DriveError.videoNeedsFile
    default: break
    }
    // An unwritable place is found out now, not after minutes of work.
    try AtomicFile(path: path).discard()
    let key = try key.map { try KeyFile.signingKey($0) }
    let avatar = try VisavisFile.avatar(avatarPath)
    if avatar.template.landmarks.isEmpty { throw DriveError.noLandmarks(path: avatarPath) }
    let whole = try VideoReader(path: video, from: from, to: to).description
    let reader = PrefetchingVideoReader(
      try VideoReader(path: video, from: from, to: to, maximumDimension: 1280))
    var options = AvatarDriver.Options()
    options.isPhotometric = !landmarksOnly
    let driver = try AvatarDriver(
      avatar: avatar, width: whole.width, height: whole.height, options: options,
      cache: AssetCache(), workers: .native())
    let configuration = StreamConfiguration(
      transform: avatar.streamTransform
        ?? .generic(correction: avatar.splats.codeLength, reference: avatar.reference),
      quality: quality.decibels,
      interval: UInt32(min(max(90_000 / max(whole.frameRate, 1e-3), 1), 9e7).rounded()),
      camera: driver.camera)
    let output = StreamOutput(configuration: configuration, lookahead: lookahead, key: key)
    var recording = Recording()
    let progress = ProgressReporter(
      "Driving", total: expectedFrames(of: whole, from: from, to: to), quiet: outputOptions.quiet)
    while !Interruption.isRequested, let frame = try reader.next() {
      for state in recording.add(try driver.drive(frame.image, time: frame.time), at: frame.time) {
        output.add(state)
      }
      progress.advance()
    }
    progress.finish()
    // Without any state an interruption leaves nothing behind.
    if recording.states == 0 { try Interruption.check() }
    guard recording.frames > 0 else { throw DriveError.noFrames(path: video) }
    guard recording.states > 0 else {
      throw DriveError.noFace(path: video, frames: recording.frames)
    }
    output.finish()
    try AtomicFile.write(output.bytes, to: path)
    if Interruption.isRequested {
      throw DriveInterruption(path: path, states: recording.states)
    }
    return DriveReport(
      path: path, configuration: configuration, bytes: output.bytes.count, recording: recording,
      times: driver.times, key: key?.publicKey)
  }
}

/// How alike a coded stream shall look.
enum StreamQuality: ExpressibleByArgument, Equatable {
  /// 36, 40 and 46 dB.
  case low, medium, high
  /// Nominal decibels of the rendering.
  case custom(Int)

  init?(argument: String) {
    switch argument {
    case "low": self = .low
    case "medium": self = .medium
    case "high": self = .high
    default:
      guard let number = Int(argument), (20...60).contains(number) else { return nil }
      self = .custom(number)
    }
  }

  var decibels: Int {
    switch self {
    case .low: 36
    case .medium: 40
    case .high: 46
    case .custom(let decibels): decibels
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .low: "low"
    case .medium: "medium"
    case .high: "high"
    case .custom(let decibels): "\(decibels)"
    }
  }
}

/// Control-C, while there was something to keep.
struct DriveInterruption: Error, Equatable, UserFacingError {
  let path: String
  let states: Int

  var sentence: String { "Interrupted; the \(states) states so far are in \(path)." }
  var exitCode: FailureCode { .interrupted }
}

/// What the driver answered, frame by frame.
struct Recording {
  /// Frames, those without a usable face, and states handed out.
  private(set) var frames = 0, lostFrames = 0, states = 0
  /// Seconds at which the picture jumped, and at which several faces were seen.
  private(set) var cuts: [Double] = [], crowds: [Double] = []
  private(set) var heights: [Float] = []
  /// Seconds of the first and last state.
  private(set) var start = 0.0, end = 0.0
  private var early: [Double] = []

  /// Adds a frame; nil before the first face.
  ///
  /// - Returns: the states that are known now: one a frame, those before the first face taking its
  ///   state once it is there.
  mutating func add(_ answer: AvatarDriver.Answer?, at time: Double) -> [AvatarState] {
    frames += 1
    guard let answer else {
      lostFrames += 1
      early.append(time)
      return []
    }
    if !answer.isTracked { lostFrames += 1 }
    if answer.isCut { cuts.append(time) }
    if answer.faceCount > 1 { crowds.append(time) }
    if let height = answer.faceHeight { heights.append(height) }
    let result = (early + [time]).map { time in
      var state = answer.state
      state.face.time = time
      return state
    }
    if states == 0 { start = result[0].face.time }
    early = []
    states += result.count
    end = time
    return result
  }
}

/// Why nothing can be driven.
enum DriveError: Error, Equatable, UserFacingError {
  /// No face in any frame.
  case noFace(path: String, frames: Int)
  /// No frame in the span asked for.
  case noFrames(path: String)
  /// Nobody to drive.
  case noAvatar
  /// A head of another program does not say where its landmarks lie.
  case noLandmarks(path: String)
  /// A video's stream can only be written, as yet.
  case videoNeedsFile
  /// A stream can only be sent on.
  case streamNeedsAddress(path: String)

  var sentence: String {
    switch self {
    case .noFace(let path, let frames):
      "No face can be seen in the \(frames) frames of \(path). "
        + "Choose a video in which the person looks at the camera."
    case .noFrames(let path):
      "\(path) has no frames in the span asked for. Choose --from and --to within its length."
    case .noAvatar: "There is nobody to drive. Give the person's avatar with --avatar."
    case .noLandmarks(let path):
      "\(path) comes from another program and cannot follow a video by itself. "
        + "Drive an avatar of who is filmed, then render the stream with this one."
    case .videoNeedsFile:
      "A video's stream is written to a file first. Give one with -o, then send it with visavis drive."
    case .streamNeedsAddress(let path):
      "\(path) is a stream already. Say where to send it, such as --to vmc://127.0.0.1."
    }
  }

  var exitCode: FailureCode {
    switch self {
    case .noFace, .noFrames, .noLandmarks: .badData
    default: .usage
    }
  }
}

/// How many frames a part of a video has, about; 0 where unknown.
func expectedFrames(of video: VideoDescription, from: Double?, to: Double?) -> Int {
  guard from != nil || to != nil else { return video.frameCountEstimate }
  let seconds = min(to ?? .infinity, video.duration) - (from ?? 0)
  return seconds.isFinite ? max(0, Int((seconds * video.frameRate).rounded())) : 0
}

/// Refuses spans that hold nothing.
func validateSpan(from: Double?, to: Double?) throws {
  if let from, !(from >= 0 && from.isFinite) {
    throw ValidationError("--from must be a number of seconds.")
  }
  if let to, !(to > from ?? 0) { throw ValidationError("--to must be later than --from.") }
}
