public import FaceRig
public import Geometry

/// Lets several sources drive one person, each the regions that it is best at.
///
/// A region is driven by the first source in order that claims it and is heard; where none that claims it
/// is, by the first that claims nothing. A source that was silent for ``Options/timeout`` hands over.
/// What is shown then moves to the new source's within ``Options/handover`` seconds and never jumps; where
/// nobody is left, the region holds still.
public struct MotionMixer {
  /// What is known of a source before it is heard.
  public struct Source: Sendable, Equatable {
    /// The regions that it shall drive; empty for those that nobody claims.
    public var regions: Set<MotionRegion>
    /// Whether its first pose counts as facing straight ahead.
    public var isCentred: Bool

    /// Makes a source.
    public init(regions: Set<MotionRegion> = [], isCentred: Bool = false) {
      self.regions = regions
      self.isCentred = isCentred
    }
  }

  /// When hands change.
  public struct Options: Sendable, Equatable {
    /// Seconds of silence after which a source has stopped.
    public var timeout = 0.5
    /// Seconds that a change of hands takes.
    public var handover = 0.3
    /// Seconds that everything is shown late, so that sources of different rates can be mixed in between
    /// their frames; 0 shows the newest.
    public var delay = 0.0

    /// The defaults.
    public init() {}
  }

  private struct Region {
    /// Who drives it.
    var source: Int?
    /// When that one took over; what differed then.
    var since = -Double.infinity
    var isShown = false
  }

  private let sources: [Source]
  private let options: Options
  private var tracks: [MotionSourceTrack]
  private var regions = [Region](repeating: Region(), count: MotionRegion.allCases.count)
  /// What was shown last, and how much is still to be added to the sources.
  private var shown = MotionFrame()
  private var difference = MotionFrame()

  /// Starts with sources that were not heard yet.
  public init(sources: [Source], options: Options = Options()) {
    self.sources = sources
    self.options = options
    tracks = sources.map { MotionSourceTrack(isCentred: $0.isCentred) }
    // Offsets are signed, so the frame is only a place to keep them.
    difference.leftGaze = Gaze()
    difference.rightGaze = Gaze()
    difference.head = BodyMotion(translation: .zero)
    difference.torso = BodyMotion(translation: .zero)
  }

  /// Takes what a source says.
  ///
  /// - Parameter now: our time, in seconds.
  public mutating func add(_ frame: MotionFrame, from source: Int, at now: Double) {
    tracks[source].add(frame, at: now)
  }

  /// Who drives a region; nil before anybody does and after all have stopped.
  public func source(of region: MotionRegion) -> Int? { regions[region.index].source }

  /// How many frames a source has sent.
  public func frameCount(of source: Int) -> Int { tracks[source].count }

  /// What is to be shown now; nil before the first frame.
  public mutating func frame(at now: Double) -> MotionFrame? {
    let frames = tracks.map { $0.frame(at: now - options.delay) }
    for region in MotionRegion.allCases { drive(region, frames, at: now) }
    if !regions.contains(where: \.isShown) { return nil }
    shown.time = now
    return shown
  }

  private mutating func drive(_ region: MotionRegion, _ frames: [MotionFrame?], at now: Double) {
    let k = region.index
    let chosen = choice(region, frames, at: now)
    if chosen != regions[k].source {
      regions[k].source = chosen
      if let chosen, let frame = frames[chosen] {
        noteDifference(region, frame, isFirst: !regions[k].isShown)
        regions[k].since = now
      }
    }
    guard let chosen, let frame = frames[chosen] else { return }
    let x = Float(min(max((now - regions[k].since) / max(options.handover, 1e-6), 0), 1))
    show(region, frame, remaining: 1 - x * x * (3 - 2 * x))
    regions[k].isShown = true
  }

  /// Who should drive a region now.
  private func choice(_ region: MotionRegion, _ frames: [MotionFrame?], at now: Double) -> Int? {
    func isHeard(_ i: Int) -> Bool {
      guard let last = tracks[i].lastArrival, now - last <= options.timeout else { return false }
      return frames[i]?.states(region) ?? false
    }
    return sources.indices.first { sources[$0].regions.contains(region) && isHeard($0) }
      ?? sources.indices.first { sources[$0].regions.isEmpty && isHeard($0) }
  }

  private mutating func noteDifference(_ region: MotionRegion, _ frame: MotionFrame, isFirst: Bool)
  {
    for channel in region.channels.channels {
      difference.expression[channel] =
        isFirst ? 0 : shown.expression[channel] - frame.expression[channel]
    }
    if region == .eyes {
      let (a, b) = (shown.gazes, frame.gazes)
      difference.leftGaze = Self.difference(a?.left, b?.left, isFirst)
      difference.rightGaze = Self.difference(a?.right, b?.right, isFirst)
    } else if region == .head {
      difference.head = Self.difference(shown.head, frame.head, isFirst)
      difference.torso = Self.difference(shown.torso, frame.torso, isFirst)
    }
  }

  private mutating func show(_ region: MotionRegion, _ frame: MotionFrame, remaining: Float) {
    for channel in region.channels.channels {
      let value = frame.expression[channel] + difference.expression[channel] * remaining
      shown.expression[channel] = min(max(value, 0), 1)
      shown.channels.insert(channel)
    }
    if region == .eyes {
      let gazes = frame.gazes
      shown.leftGaze = Self.sum(gazes?.left, difference.leftGaze, remaining)
      shown.rightGaze = Self.sum(gazes?.right, difference.rightGaze, remaining)
    } else if region == .head {
      shown.head = Self.sum(frame.head, difference.head, remaining)
      shown.torso = Self.sum(frame.torso, difference.torso, remaining)
    }
  }

  private static func difference(_ a: Gaze?, _ b: Gaze?, _ isFirst: Bool) -> Gaze {
    let (a, b) = (a ?? Gaze(), b ?? Gaze())
    return isFirst ? Gaze() : Gaze(yaw: a.yaw - b.yaw, pitch: a.pitch - b.pitch)
  }

  private static func sum(_ a: Gaze?, _ b: Gaze?, _ share: Float) -> Gaze {
    let (a, b) = (a ?? Gaze(), b ?? Gaze())
    return Gaze(yaw: a.yaw + b.yaw * share, pitch: a.pitch + b.pitch * share)
  }

  private static func difference(
    _ a: BodyMotion?, _ b: BodyMotion?, _ isFirst: Bool
  ) -> BodyMotion {
    if isFirst { return BodyMotion(translation: .zero) }
    let (a, b) = (a ?? BodyMotion(), b ?? BodyMotion())
    return BodyMotion(
      rotation: (a.rotation * b.rotation.transpose).orthonormalized,
      translation: (a.translation ?? .zero) - (b.translation ?? .zero))
  }

  private static func sum(_ a: BodyMotion?, _ b: BodyMotion?, _ share: Float) -> BodyMotion? {
    guard let b else { return a }
    let a = a ?? BodyMotion()
    let turn = Matrix3(rotationVector: b.rotation.rotationVector * share)
    let place = (b.translation ?? .zero) * share
    return BodyMotion(
      rotation: (turn * a.rotation).orthonormalized,
      translation: a.translation.map { $0 + place } ?? (place == .zero ? nil : place))
  }
}
