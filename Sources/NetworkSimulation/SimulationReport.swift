import ExpressionStream

/// What a viewer saw of a simulated stream, in numbers.
public struct SimulationReport: Codable, Equatable, Sendable {
  /// How alike renderings are; decibels, over the pictures that were drawn.
  public struct Likeness: Codable, Equatable, Sendable {
    /// Pictures drawn.
    public var pictures: Int
    /// Those of them that equal the loss-free ones.
    public var equalPictures: Int
    /// The mean of the pictures' ratios against the rendering of the states before coding.
    public var seen: Double
    /// The same of the loss-free pictures.
    public var lossFree: Double
    /// By how much the losses lowered it.
    public var drop: Double
    /// The ratio of the mean squared error of all pictures against the loss-free ones.
    public var againstLossFree: Double
    /// The least ratio of a picture against the loss-free one.
    public var worst: Double

    /// Makes a likeness.
    public init(
      pictures: Int, equalPictures: Int, seen: Double, lossFree: Double, drop: Double,
      againstLossFree: Double, worst: Double
    ) {
      self.pictures = pictures
      self.equalPictures = equalPictures
      self.seen = seen
      self.lossFree = lossFree
      self.drop = drop
      self.againstLossFree = againstLossFree
      self.worst = worst
    }
  }

  /// Movements that the stream does not have, in pixels; see ``ViewerMotion``.
  public struct Jumps: Codable, Equatable, Sendable {
    /// The excess that is visible.
    public var threshold: Double
    /// The largest excess.
    public var largest: Double
    /// How many pictures exceed the threshold.
    public var visible: Int
    /// The largest distance of a landmark from where it belongs.
    public var largestDeviation: Double
    /// The mean over pictures of their largest distance.
    public var meanDeviation: Double
    /// How many outages made what was seen wrong.
    public var recoveries: Int
    /// How long after the network what was seen was right again, in the mean; seconds.
    public var meanRecovery: Double
    /// The longest of these times.
    public var longestRecovery: Double
  }

  /// Seconds simulated.
  public var seconds: Double
  /// States sent.
  public var states: Int
  /// Pictures shown.
  public var pictures: Int
  /// Packets sent.
  public var packets: Int
  /// The share of them lost at random.
  public var lost: Double
  /// The share dropped from a full queue.
  public var dropped: Double
  /// Different states that arrived, as a share of those sent.
  public var statesArrived: Double
  /// Kilobits a second of the states' packets without headers.
  public var payloadRate: Double
  /// The same with headers.
  public var wireRate: Double
  /// Kilobits a second of the acknowledgements, with headers.
  public var returnRate: Double
  /// The share of pictures shown beyond the newest state.
  public var concealed: Double
  /// The longest time so, in seconds.
  public var longestFreeze: Double
  /// Seconds from the person to the picture, in the mean.
  public var meanDelay: Double
  /// What 95 % of the pictures do not exceed.
  public var delay95: Double
  /// What moved wrongly; nil without a template.
  public var jumps: Jumps?
  /// How the pictures compare; nil without an avatar.
  public var likeness: Likeness?

  /// Sums up a run.
  public init(_ trace: SimulationTrace, states: Int, motion: ViewerMotion?) {
    seconds = trace.duration
    self.states = states
    pictures = trace.pictures.count
    packets = trace.sent.packets
    let sent = Double(max(trace.sent.packets, 1))
    lost = Double(trace.sent.lost) / sent
    dropped = Double(trace.sent.dropped) / sent
    statesArrived = Double(trace.statesArrived) / Double(max(states, 1))
    let kilobits = 8 / 1000 / max(trace.duration, 1e-9)
    payloadRate = Double(trace.payloadBytes) * kilobits
    wireRate = Double(trace.sent.bytes) * kilobits
    returnRate = Double(trace.returned.bytes) * kilobits
    let shown = trace.pictures
    concealed = Double(shown.count { $0.moment.concealed > 0 }) / Double(max(shown.count, 1))
    longestFreeze = shown.map(\.moment.concealed).max() ?? 0
    let delays = shown.map(\.delay).sorted()
    meanDelay = delays.reduce(0, +) / Double(max(delays.count, 1))
    delay95 = delays.isEmpty ? 0 : delays[min(delays.count * 95 / 100, delays.count - 1)]
    jumps = motion.map { Jumps($0, trace) }
  }
}

extension SimulationReport.Jumps {
  fileprivate init(_ motion: ViewerMotion, _ trace: SimulationTrace) {
    threshold = Double(motion.visible)
    largest = Double(motion.excess.max() ?? 0)
    visible = motion.excess.count { $0 > motion.visible }
    largestDeviation = Double(motion.deviation.max() ?? 0)
    meanDeviation =
      Double(motion.deviation.reduce(0, +)) / Double(max(motion.deviation.count, 1))
    let times = Self.recoveryTimes(motion, trace)
    recoveries = times.count
    meanRecovery = times.reduce(0, +) / Double(max(times.count, 1))
    longestRecovery = times.max() ?? 0
  }

  /// How long what was seen stayed wrong after each run of packets that never arrived.
  ///
  /// From the arrival of the next one to the first picture that is right, where one of those since the
  /// loss was wrong by more than what is visible. Where the next packets were lost before that, the
  /// two runs count as one.
  private static func recoveryTimes(
    _ motion: ViewerMotion, _ trace: SimulationTrace
  ) -> [Double] {
    var times: [Double] = []
    var began: Double?
    for (k, packet) in trace.packets.enumerated() {
      guard let arrived = packet.arrived else {
        began = began ?? packet.sent
        continue
      }
      guard let start = began else { continue }
      let first = trace.pictures.firstIndex { $0.now >= start } ?? trace.pictures.count
      let after = trace.pictures.firstIndex { $0.now >= arrived } ?? trace.pictures.count
      let right = (after..<trace.pictures.count).first { motion.deviation[$0] <= motion.visible }
      guard let right, first < after,
        motion.deviation[first..<after].contains(where: { $0 > motion.visible })
      else {
        began = nil
        continue
      }
      let rightAt = trace.pictures[right].now
      let next = trace.packets[k...].first { $0.arrived == nil }
      if let next, next.sent <= rightAt { continue }
      times.append(rightAt - arrived)
      began = nil
    }
    return times
  }
}
