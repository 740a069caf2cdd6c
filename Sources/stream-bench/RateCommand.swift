import ArgumentParser
import AvatarModel
import ExpressionStream
import Foundation

/// `stream-bench rate`: bits against likeness.
struct RateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rate", abstract: "Measure bits a state and the likeness of the rendering.",
    discussion: """
      The qualities are gone through with a part of the frames drawn; then, for each target, the \
      smallest quality that reaches it is found with every frame drawn that --draw-every leaves.
      """)

  @OptionGroup var input: InputOptions

  @Option(help: "Nominal qualities, decibels: a list or first…last, as 30,36 or 30-44.")
  var qualities: QualityList = QualityList(values: Array(stride(from: 30, through: 46, by: 2)))
  @Option(help: "Likenesses to reach, decibels, mean of frames.")
  var targets: NumberList = NumberList(values: [40, 36])
  @Option(help: "States that the sender knows ahead.")
  var lookaheads: QualityList = QualityList(values: [0, 2])
  @Option(help: "person, generic or both.") var transform: String = "both"
  @Option(help: "Draw every so-manieth frame where a target is checked.") var drawEvery = 1
  @Option(help: "Draw about so many frames for the curve.") var curveFrames = 120
  @Option(help: "Threads that draw; all processors unless given.") var threads: Int?

  func run() throws {
    let (avatar, stream) = try input.load()
    let choices: [TransformChoice] =
      transform == "both"
      ? TransformChoice.allCases : [TransformChoice(rawValue: transform)].compactMap(\.self)
    var bench = RateBench(avatar: avatar, stream: stream, threads: threads)
    var report = RateReport(stream: stream, avatar: avatar)
    for choice in choices {
      guard avatar.transform(choice) != nil else {
        if transform == "both" { continue }
        throw BenchError.noTransform(avatar: input.avatar)
      }
      let variants = lookaheads.values.flatMap { lookahead in
        qualities.values.map { Variant(transform: choice, quality: $0, lookahead: lookahead) }
      }
      let step = max(1, stream.states.count / curveFrames)
      for (variant, likeness) in zip(variants, try bench.likeness(of: variants, step: step)) {
        report.curve.append(try bench.point(variant, likeness))
      }
      for lookahead in lookaheads.values {
        for target in targets.values {
          let curve = report.curve.filter {
            $0.transform == choice && $0.lookahead == lookahead
          }
          guard
            let found = try bench.smallest(
              reaching: target, step: drawEvery,
              from: Variant(
                transform: choice, quality: Self.guess(target, curve), lookahead: lookahead))
          else { continue }
          report.targets.append(TargetReport(target: target, point: found))
        }
      }
    }
    try printJSON(report)
  }

  /// The quality at which a straight line through the curve's two nearest points meets a target.
  private static func guess(_ target: Double, _ curve: [RatePoint]) -> Int {
    let near = curve.sorted {
      abs($0.likeness.meanPSNR - target) < abs($1.likeness.meanPSNR - target)
    }
    guard let a = near.first else { return Int(target) }
    guard near.count > 1, a.likeness.meanPSNR != near[1].likeness.meanPSNR else {
      return a.quality
    }
    let slope =
      Double(a.quality - near[1].quality) / (a.likeness.meanPSNR - near[1].likeness.meanPSNR)
    let quality = Double(a.quality) + slope * (target - a.likeness.meanPSNR)
    let allowed = StreamConfiguration.qualities
    return min(max(Int(quality.rounded(.up)), allowed.lowerBound), allowed.upperBound)
  }
}

/// Codings and likenesses of one stream, each made once.
struct RateBench {
  private let avatar: Avatar
  private let stream: AvatarStream
  private let drawer: Drawer
  private var codings: [Variant: CodedMotion] = [:]
  private var known: [Variant: Likeness] = [:]

  init(avatar: Avatar, stream: AvatarStream, threads: Int?) {
    self.avatar = avatar
    self.stream = stream
    drawer = Drawer(avatar: avatar, camera: stream.camera, threads: threads)
  }

  mutating func coding(_ variant: Variant) throws -> CodedMotion {
    if let coding = codings[variant] { return coding }
    guard let transform = avatar.transform(variant.transform) else {
      throw BenchError.noTransform(avatar: "The avatar")
    }
    let coding = try CodedMotion(
      stream.states,
      configuration: stream.configuration(transform, quality: variant.quality),
      lookahead: variant.lookahead)
    codings[variant] = coding
    return coding
  }

  mutating func likeness(of variants: [Variant], step: Int) throws -> [Likeness] {
    let states = try variants.map { try coding($0).states }
    return drawer.likeness(of: states, to: stream.states, step: step)
  }

  /// The least quality whose mean over frames reaches a target; nil where none does.
  mutating func smallest(
    reaching target: Double, step: Int, from start: Variant
  ) throws -> RatePoint? {
    var best: Variant?
    var variant = start
    while StreamConfiguration.qualities.contains(variant.quality) {
      let likeness: Likeness
      if let cached = known[variant] {
        likeness = cached
      } else {
        likeness = try self.likeness(of: [variant], step: step)[0]
        known[variant] = likeness
      }
      if likeness.meanPSNR >= target {
        best = variant
        if variant.quality < start.quality || variant.quality == start.quality {
          variant.quality -= 1
          continue
        }
        break
      }
      if best != nil { break }
      variant.quality += 1
    }
    guard let best, let likeness = known[best] else { return nil }
    return try point(best, likeness)
  }

  mutating func point(_ variant: Variant, _ likeness: Likeness) throws -> RatePoint {
    RatePoint(
      variant, try coding(variant), likeness: likeness,
      statesPerSecond: 1 / stream.frameInterval)
  }
}
