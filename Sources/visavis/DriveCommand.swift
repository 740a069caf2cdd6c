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

/// `visavis drive`: a video of a person becomes the stream that drives their avatar.
struct DriveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drive",
    abstract: "Follow a person in a video and write what their avatar shall do.",
    discussion: """
      Every frame is treated as a live camera's: nothing waits for what comes later. While the \
      face is hidden the avatar holds still.

      Example: visavis drive talk.mp4 --avatar me.avatar -o talk.vvs
      """)

  @Argument(help: "The video of the person.", completion: .file())
  var video: String

  @Option(
    help: ArgumentHelp("The person's avatar.", valueName: "file"),
    completion: .file(extensions: ["avatar"]))
  var avatar: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The stream to write. (default: the video's name, ending in .vvs)", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("Use the video from here.", valueName: "seconds"))
  var from: Double?

  @Option(help: ArgumentHelp("Use the video up to here.", valueName: "seconds"))
  var to: Double?

  @Flag(help: "Do not compare the avatar with the pictures: quicker, and less alike.")
  var landmarksOnly = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws { try validateSpan(from: from, to: to) }

  func run() throws {
    let report = try drive()
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
  }

  /// Drives and writes the stream.
  func drive() throws -> DriveReport {
    let path = output ?? (video as NSString).deletingPathExtension + ".vvs"
    // An unwritable place is found out now, not after minutes of work.
    try AtomicFile(path: path).discard()
    let avatar = try VisavisFile.avatar(avatar)
    let whole = try VideoReader(path: video, from: from, to: to).description
    let reader = PrefetchingVideoReader(
      try VideoReader(path: video, from: from, to: to, maximumDimension: 1280))
    var options = AvatarDriver.Options()
    options.isPhotometric = !landmarksOnly
    let driver = try AvatarDriver(
      avatar: avatar, width: whole.width, height: whole.height, options: options,
      cache: AssetCache(), workers: .native())
    var recording = Recording()
    let progress = ProgressReporter(
      "Driving", total: expectedFrames(of: whole, from: from, to: to), quiet: outputOptions.quiet)
    while let frame = try reader.next() {
      try Interruption.check()
      recording.add(try driver.drive(frame.image, time: frame.time), at: frame.time)
      progress.advance()
    }
    progress.finish()
    guard !recording.times.isEmpty else { throw DriveError.noFrames(path: video) }
    guard let states = recording.states else {
      throw DriveError.noFace(path: video, frames: recording.times.count)
    }
    let stream = AvatarStream(
      camera: driver.camera,
      codeLength: states.allSatisfy(\.correction.isEmpty) ? 0 : avatar.splats.codeLength,
      states: states)
    let bytes = stream.encoded()
    try AtomicFile.write(bytes, to: path)
    return DriveReport(
      path: path, stream: stream, bytes: bytes.count, recording: recording, times: driver.times)
  }
}

/// What the driver answered, frame by frame.
struct Recording {
  private(set) var times: [Double] = []
  private(set) var lostFrames = 0
  /// Seconds at which the picture jumped, and at which several faces were seen.
  private(set) var cuts: [Double] = [], crowds: [Double] = []
  private(set) var heights: [Float] = []
  private var answers: [AvatarState] = []

  /// Adds a frame; nil before the first face.
  mutating func add(_ answer: AvatarDriver.Answer?, at time: Double) {
    times.append(time)
    guard let answer else {
      lostFrames += 1
      return
    }
    if !answer.isTracked { lostFrames += 1 }
    if answer.isCut { cuts.append(time) }
    if answer.faceCount > 1 { crowds.append(time) }
    if let height = answer.faceHeight { heights.append(height) }
    answers.append(answer.state)
  }

  /// One state a frame, those before the first face taking its state; nil without any face.
  var states: [AvatarState]? {
    guard let first = answers.first else { return nil }
    let early = times.prefix(times.count - answers.count).map { time in
      var state = first
      state.face.time = time
      return state
    }
    return early + answers
  }
}

/// Why nothing can be driven.
enum DriveError: Error, Equatable, UserFacingError {
  /// No face in any frame.
  case noFace(path: String, frames: Int)
  /// No frame in the span asked for.
  case noFrames(path: String)

  var sentence: String {
    switch self {
    case .noFace(let path, let frames):
      "No face can be seen in the \(frames) frames of \(path). "
        + "Choose a video in which the person looks at the camera."
    case .noFrames(let path):
      "\(path) has no frames in the span asked for. Choose --from and --to within its length."
    }
  }

  var exitCode: FailureCode { .badData }
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
