public import ArgumentParser
import AvatarModel
public import Enrollment
import Foundation
import GaussianSplats
import MediaIO
import NativeWorkers

/// `visavis enroll`: a video of a person becomes their avatar.
struct EnrollCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enroll",
    abstract: "Make a person's avatar from a video of them.",
    discussion: """
      Film yourself for two or three minutes in even light: turn left, right, up and down, pull \
      faces, say a few sentences. Everything happens on this machine. A report page is written \
      beside the avatar. Control-C keeps what was done; --resume continues it.

      Example: visavis enroll me.mp4 -o me.avatar
      """)

  @Argument(help: "The video.")
  var video: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The avatar to write.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Use the video from here.", valueName: "seconds"))
  var from: Double?

  @Option(help: ArgumentHelp("Use the video up to here.", valueName: "seconds"))
  var to: Double?

  @Option(
    help: ArgumentHelp("Keep this share out at the end, and report on it.", valueName: "0…0.9"))
  var holdout: Double = 0

  @Option(help: "How much time to spend: draft, standard or high.")
  var quality: EnrollmentOptions.Quality = .standard

  @Option(help: "The seed of all chance.")
  var seed: UInt64 = 1

  @Flag(help: "Continue an enrolment that was interrupted.")
  var resume = false

  @Flag(inversion: .prefixedNo, help: "Write a report page beside the avatar.")
  var report = true

  @OptionGroup var watching: WatchingOptions

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if !(0...0.9).contains(holdout) {
      throw ValidationError("--holdout must lie between 0 and 0.9.")
    }
    if let from, let to, to <= from { throw ValidationError("--to must be later than --from.") }
  }

  func run() throws {
    let path = output ?? (video as NSString).deletingPathExtension + ".avatar"
    // An unwritable place is found out now, not after minutes of work.
    try AtomicFile(path: path).discard()
    var options = EnrollmentOptions()
    options.quality = quality
    options.from = from
    options.to = to
    options.holdout = holdout
    options.seed = seed
    let checkpoint = CheckpointFile(
      path: path + ".checkpoint", fingerprint: try fingerprint(options))
    var isStale = !resume
    let enrollment = Enrollment(
      path: video, options: options, cache: AssetCache(), workers: .native())
    let display = EnrollmentDisplay(quiet: outputOptions.quiet || watching.progress == .json)
    let teller = EnrollmentTeller(watching)
    if watching.whileWatched { Interruption.installEndOfInput() }
    let result: EnrollmentResult
    do {
      result = try enrollment.run(checkpoint: checkpoint, preview: teller.preview) { progress in
        // An older checkpoint goes only when the video has proved to serve.
        if isStale && progress.stage == .mattes {
          try? FileManager.default.removeItem(atPath: checkpoint.path)
          isStale = false
        }
        display.show(progress)
        teller.tell(progress)
        try Interruption.check()
      }
    } catch Interruption.requested where checkpoint.exists {
      throw EnrollmentInterruption(checkpoint: checkpoint.path)
    }
    display.finish()
    try AtomicFile.write(result.avatar.encoded(), to: path)
    checkpoint.remove()
    let page = (path as NSString).deletingPathExtension + ".report.html"
    if report {
      let name = (path as NSString).lastPathComponent
      try AtomicFile.write(Array(ReportPage(result, name: name).html().utf8), to: page)
    }
    if outputOptions.json {
      JSONOutput.print(result.figures)
    } else {
      print(summary(result.figures, path: path))
      if report { print("  the report: \(page)") }
    }
  }

  /// What a checkpoint belongs to.
  private func fingerprint(_ options: EnrollmentOptions) throws -> String {
    let attributes = try? FileManager.default.attributesOfItem(atPath: video)
    let size = (attributes?[.size] as? Int) ?? 0
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return "\(size) \(String(decoding: try encoder.encode(options), as: UTF8.self))"
  }

  private func summary(_ figures: EnrollmentFigures, path: String) -> String {
    var lines = [
      "\(path): \(figures.splats) splats, \(figures.fileBytes / 1000) kB,"
        + " from \(figures.framesFitted) frames in "
        + ProgressReporter.time(figures.seconds.values.reduce(0, +))
    ]
    func decibels(_ value: Double?) -> String { String(format: "%.1f dB", value ?? 0) }
    lines.append("  on frames it learnt from: \(decibels(figures.trainingPSNR))")
    if figures.heldOutPSNR != nil {
      lines.append(
        "  on \(figures.framesHeldOut) held-out frames, driven live: "
          + "\(decibels(figures.heldOutPSNR)) (landmarks alone: "
          + "\(decibels(figures.heldOutLandmarkPSNR)))")
    }
    return lines.joined(separator: "\n")
  }
}

extension EnrollmentOptions.Quality: ExpressibleByArgument {}

/// Control-C while fitting.
struct EnrollmentInterruption: Error, UserFacingError {
  /// Where the fit's state was kept.
  let checkpoint: String

  var sentence: String {
    "Interrupted; \(checkpoint) keeps what was done. Run the same command with --resume to go on."
  }

  var exitCode: FailureCode { .interrupted }
}

/// The progress of an enrolment: one line a stage.
final class EnrollmentDisplay {
  private let quiet: Bool
  private var stage: EnrollmentProgress.Stage?
  private var reporter: ProgressReporter?

  init(quiet: Bool) { self.quiet = quiet }

  func show(_ progress: EnrollmentProgress) {
    if progress.stage != stage {
      reporter?.finish()
      stage = progress.stage
      let (title, unit) = Self.words(progress.stage)
      reporter = ProgressReporter(title, unit: unit, total: progress.total, quiet: quiet)
    }
    reporter?.advance(to: progress.done)
  }

  func finish() { reporter?.finish() }

  private static func words(_ stage: EnrollmentProgress.Stage) -> (String, String) {
    switch stage {
    case .tracking: ("Following the face", "frames")
    case .solving: ("Learning the shape", "steps")
    case .mattes: ("Cutting out", "frames")
    case .fitting: ("Fitting", "steps")
    case .learning: ("Learning to drive", "steps")
    case .checking: ("Checking", "frames")
    }
  }
}
