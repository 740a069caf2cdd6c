public import AvatarModel
public import Geometry

/// Drives a person live: datagrams of several programs in, states out.
///
/// States are made when datagrams come, so that nothing waits for a clock, but no more of them than
/// ``rate`` a second; where nothing comes for two intervals, one is made all the same, so that receivers
/// know that somebody is there.
public struct MotionDriver {
  /// A program that sends.
  public struct Input: Sendable {
    /// How it sends.
    public var format: MotionProtocol
    /// What it drives.
    public var source: MotionMixer.Source

    /// Makes an input.
    public init(_ format: MotionProtocol, source: MotionMixer.Source = .init()) {
      self.format = format
      self.source = source
    }
  }

  /// What came from a source.
  public struct Counts: Sendable, Equatable {
    /// Datagrams, those that were refused, and frames.
    public var packets = 0, refused = 0, frames = 0
  }

  /// States a second at most.
  public let rate: Double
  /// What came from each source.
  public private(set) var counts: [Counts]
  /// What drives the regions; for asking who does.
  public private(set) var mixer: MotionMixer

  private var receivers: [any MotionReceiver]
  private var placement: MotionPlacement
  private var start: Double?
  private var last = -Double.infinity
  private var hasNew = false

  /// Starts.
  ///
  /// - Parameters:
  ///   - reference: the avatar's reference pose, camera from head.
  ///   - rate: 1…240.
  public init(
    inputs: [Input], reference: RigidTransform, rate: Double = 30,
    options: MotionMixer.Options = .init()
  ) {
    self.rate = min(max(rate, 1), 240)
    counts = [Counts](repeating: Counts(), count: inputs.count)
    mixer = MotionMixer(sources: inputs.map(\.source), options: options)
    receivers = inputs.map { $0.format.makeReceiver() }
    placement = MotionPlacement(reference: reference)
  }

  /// Takes a datagram of a source.
  ///
  /// - Parameter now: our time, in seconds.
  /// - Throws: ``ProtocolError``; the datagram is counted and otherwise left alone.
  public mutating func receive(
    _ packet: [UInt8], from source: Int, at now: Double
  ) throws(ProtocolError) {
    counts[source].packets += 1
    do throws(ProtocolError) {
      guard let frame = try receivers[source].receive(packet) else { return }
      counts[source].frames += 1
      mixer.add(frame, from: source, at: now)
      hasNew = true
    } catch {
      counts[source].refused += 1
      throw error
    }
  }

  /// The next state if one is due; its time counts from the first one.
  public mutating func state(at now: Double) -> AvatarState? {
    let interval = 1 / rate
    // Packets come unevenly: a quarter of an interval is forgiven, and made good by the next.
    let isDue = hasNew ? now - last >= interval * 0.75 : now - last >= interval * 2
    guard isDue, let frame = mixer.frame(at: now) else { return nil }
    last = max(last + interval, now - interval * 0.25)
    hasNew = false
    let begin = start ?? now
    start = begin
    return placement.state(frame, time: now - begin)
  }

  /// When ``state(at:)`` has to be asked again at the latest, should nothing come.
  public var nextTime: Double { last + 2 / rate }
}
