import ExpressionStream

/// What a viewer saw of a simulated stream, in numbers.
public struct SimulationReport: Codable, Equatable, Sendable {
  /// How alike renderings are; decibels, over the pictures that were drawn.
  public struct Likeness: Codable, Equatable, Sendable {
    /// Pictures drawn, and those of them that equal the loss-free ones.
    public var pictures: Int
    public var equalPictures: Int
    /// Against the rendering of the states before coding: the mean of the pictures' ratios, as seen
    /// and loss-free, and the mean of their differences.
    public var seen: Double
    public var lossFree: Double
    public var drop: Double
    /// Against the loss-free rendering: of the mean squared error of all pictures, and the least
    /// of any.
    public var againstLossFree: Double
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

  /// Movements that the stream does not have; see ``ViewerMotion``. Pixels.
  public struct Jumps: Codable, Equatable, Sendable {
    public var threshold: Double
    public var largest: Double
    public var visible: Int
    /// The largest distance of a landmark from where it belongs, and the mean over pictures.
    public var largestDeviation: Double
    public var meanDeviation: Double
    /// How long after the network what was seen was right again: outages after which it had been
    /// wrong, the mean and the longest time in seconds.
    public var recoveries: Int
    public var meanRecovery: Double
    public var longestRecovery: Double
  }

  /// Seconds simulated, states and pictures.
  public var seconds: Double
  public var states: Int
  public var pictures: Int
  /// Packets sent, shares lost and dropped from the queue.
  public var packets: Int
  public var lost: Double
  public var dropped: Double
  /// Different states that arrived, as a share of those sent.
  public var statesArrived: Double
  /// Kilobits a second: the states' packets alone, with headers, and the acknowledgements with
  /// headers.
  public var payloadRate: Double
  public var wireRate: Double
  public var returnRate: Double
  /// The share of pictures shown beyond the newest state, and the longest time so in seconds.
  public var concealed: Double
  public var longestFreeze: Double
  /// Seconds from the person to the picture: the mean, and what 95 % do not exceed.
  public var meanDelay: Double
  public var delay95: Double
  /// nil without a template.
  public var jumps: Jumps?
  /// nil without an avatar.
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

  /// For each run of packets that never arrived: from the arrival of the next one to the first
  /// picture that is right, where one of those since the loss was wrong by more than what is
  /// visible. Where the next packets were lost before that, the two runs count as one.
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
