import ArgumentParser
import AvatarModel
import Enrollment
import ExpressionStream
import FaceRig
import Foundation
import Geometry
import MediaIO
import NetworkSimulation

/// `visavis simulate-network`: what a viewer sees of a stream when the network is bad.
struct SimulateNetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate-network",
    abstract: "Send a stream through a bad network and say what the viewer saw.",
    discussion: """
      The stream is sent anew, packet by packet, by the sender of a call to the receiver of one, and \
      shown by a display; the network between them is simulated, headers included. A jump is a \
      movement between two pictures, larger than any within 100 ms in the stream itself, by more \
      than 2 % of the distance between the eyes. With an avatar the pictures are drawn and compared.

      Example: visavis simulate-network talk.vvs --avatar me.avatar --loss 10 --burst 3 --jitter 40
      """)

  @Argument(help: "The stream.", completion: .file(extensions: ["vvs"]))
  var stream: String

  @Option(
    help: ArgumentHelp("Draw this avatar and compare the pictures.", valueName: "file"),
    completion: .file(extensions: ["avatar"]))
  var avatar: String?

  @Option(help: ArgumentHelp("How many packets are lost.", valueName: "percent"))
  var loss: Double = 0

  @Option(help: ArgumentHelp("How many are lost in a row, on average.", valueName: "packets"))
  var burst: Double = 1

  @Flag(help: "Every burst has exactly that many; otherwise some are several times as long.")
  var exactBursts = false

  @Option(help: ArgumentHelp("Packets take up to this much more or less.", valueName: "ms"))
  var jitter: Double = 0

  @Option(help: ArgumentHelp("There and back.", valueName: "ms"))
  var rtt: Double = 80

  @Option(help: ArgumentHelp("Bits a second that pass, such as 64k.", valueName: "rate"))
  var rate: BitRateArgument = .unlimited

  @Flag(help: "Packets may overtake each other.")
  var reorder = false

  @Flag(help: "One packet in twenty arrives twice.")
  var duplicate = false

  @Flag(help: "Nothing comes back from the viewer: key states five times a second instead.")
  var broadcast = false

  @Option(help: ArgumentHelp("Earlier states that a packet repeats at most.", valueName: "count"))
  var repeats: Int = 5

  @Option(help: ArgumentHelp("Likeness at which states are coded, 20 to 60.", valueName: "dB"))
  var quality: Int = 40

  @Option(help: ArgumentHelp("Pictures that the viewer sees a second.", valueName: "rate"))
  var displayRate: Double = 60

  @Option(help: ArgumentHelp("Draw one picture in this many.", valueName: "count"))
  var every: Int = 2

  @Option(help: ArgumentHelp("Simulate only so much of the stream.", valueName: "seconds"))
  var seconds: Double?

  @Option(help: ArgumentHelp("Another one makes other losses.", valueName: "number"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Draw movements and deviations as a chart.", valueName: "picture"),
    completion: .file(extensions: ["png"]))
  var plot: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
      if !range.contains(value) {
        throw ValidationError(
          "\(name) must lie between \(Int(range.lowerBound)) and \(Int(range.upperBound)).")
      }
    }
    try check("--loss", loss, 0...90)
    try check("--burst", burst, 1...1000)
    try check("--jitter", jitter, 0...5000)
    try check("--rtt", rtt, 0...10_000)
    try check("--repeats", Double(repeats), 0...16)
    try check("--quality", Double(quality), 20...60)
    try check("--display-rate", displayRate, 5...240)
    try check("--every", Double(every), 1...1000)
    if let seconds, !(seconds > 0) { throw ValidationError("--seconds must be above 0.") }
  }

  func run() throws {
    let report = try simulate()
    if output.json { JSONOutput.print(report) } else { print(report.text) }
  }

  /// Runs the simulation and measures it.
  func simulate() throws -> SimulationReport {
    let source = try SimulationSource(path: stream, seconds: seconds)
    let person = try avatar.map { try VisavisFile.avatar($0) }
    if let person, let avatar, source.codeLength != 0,
      source.codeLength != person.splats.codeLength
    {
      throw FileFailure.otherAvatar(stream: stream, avatar: avatar)
    }
    let configuration = StreamConfiguration(
      transform: person?.streamTransform
        ?? .generic(correction: source.codeLength, reference: FaceState().cameraFromHead),
      quality: quality,
      interval: UInt32((source.interval * StreamConfiguration.ticksPerSecond).rounded()),
      camera: source.camera)
    let trace = simulation.run(source.states, configuration: configuration)
    let template: Template? =
      if let person { person.template } else { try? AssetCache().template() }
    let motion = template.map {
      ViewerMotion(trace, projector: LandmarkProjector(template: $0, camera: source.camera))
    }
    var report = SimulationReport(trace, states: source.states.count, motion: motion)
    if let person {
      let progress = ProgressReporter(
        "Drawing", total: trace.pictures.count / every, quiet: output.quiet)
      let painter = SimulationPainter(avatar: person, camera: source.camera)
      report.likeness = try painter.likeness(of: trace, every: every) { progress.advance() }
      progress.finish()
    }
    if let plot, let motion {
      try PictureFile.writePNG(SimulationChart(trace, motion).picture(), to: plot)
    }
    return report
  }

  private var simulation: StreamSimulation {
    StreamSimulation(
      sender: SenderOptions(
        delivery: broadcast ? .broadcast : .acknowledged, repeats: repeats),
      link: LinkOptions(
        loss: loss / 100, burst: burst, hasExactBursts: exactBursts, roundTrip: rtt / 1000,
        jitter: jitter / 1000, reorders: reorder, duplicates: duplicate ? 0.05 : 0,
        rate: rate.bitsPerSecond),
      displayRate: displayRate, seed: seed)
  }
}

/// The states that are sent, from whatever file holds them.
private struct SimulationSource {
  var states: [AvatarState]
  var camera: PinholeCamera
  var codeLength: Int
  /// Seconds between states.
  var interval: Double

  init(path: String, seconds: Double?) throws(FileFailure) {
    let stream = try VisavisFile.stream(path)
    guard let first = stream.states.first else { throw .emptyStream(path: path) }
    camera = stream.camera
    codeLength = stream.codeLength
    interval = stream.frameInterval
    let end = first.face.time + (seconds ?? .infinity)
    states = stream.states.filter { $0.face.time <= end }
  }
}

/// Bits a second, given as `64k`, `1.5M`, or a plain number.
struct BitRateArgument: ExpressibleByArgument, Equatable {
  var bitsPerSecond: Double

  /// As many as come.
  static let unlimited = BitRateArgument(bitsPerSecond: .infinity)

  init(bitsPerSecond: Double) { self.bitsPerSecond = bitsPerSecond }

  init?(argument: String) {
    let factors: [Character: Double] = ["k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6]
    let factor = argument.last.flatMap { factors[$0] }
    let digits = factor == nil ? argument[...] : argument.dropLast()
    guard let number = Double(digits), number.isFinite, number >= 100 / (factor ?? 1) else {
      return nil
    }
    bitsPerSecond = number * (factor ?? 1)
  }

  var defaultValueDescription: String { "no limit" }
}
