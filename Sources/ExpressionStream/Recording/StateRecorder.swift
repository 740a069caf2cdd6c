public import AvatarModel
import FaceRig

/// A state as it was coded: what signatures cover.
public struct CodedState: Sendable, Equatable {
  /// Its number.
  public let number: UInt32
  /// ``StateCoder/canonicalBytes(_:)``.
  public let canonicalBytes: [UInt8]

  /// Makes one.
  public init(number: UInt32, canonicalBytes: [UInt8]) {
    self.number = number
    self.canonicalBytes = canonicalBytes
  }
}

/// Writes states to a recording: bundles of about a second, each beginning with a key state, so that
/// every bundle can be read alone.
public final class StateRecorder {
  /// How states are bundled.
  public struct Options: Sendable, Equatable {
    /// States in a datagram, 1…64; 0 for as many as last a second.
    public var bundle = 0
    /// States looked ahead while symbols are chosen, 0…2; they are known in a recording.
    public var lookahead = 2
    /// Whether ``takeCoded()`` has anything to give.
    public var keepsCanonicalBytes = false

    /// The defaults.
    public init() {}
  }

  /// What it writes to.
  public private(set) var writer: RecordingWriter
  private let options: Options
  private let bundle: Int
  private let coder: StateCoder
  private let epoch: UInt8
  private var waiting: [AvatarState] = []
  private var coded: [CodedState] = []
  private var next: UInt32
  /// Added to times, so that they ascend where a file is continued; nil before the first state.
  private var delay: Double?

  /// Starts a file.
  public convenience init(configuration: StreamConfiguration, options: Options = Options()) {
    self.init(
      writer: RecordingWriter(configuration: configuration), configuration: configuration,
      options: options)
  }

  /// Continues a file under a new epoch; see ``RecordingWriter/init(continuing:configuration:)``.
  public convenience init(
    continuing reader: RecordingReader, configuration: StreamConfiguration,
    options: Options = Options()
  ) throws(StreamError) {
    let writer = try RecordingWriter(continuing: reader, configuration: configuration)
    self.init(writer: writer, configuration: configuration, options: options)
  }

  private init(writer: RecordingWriter, configuration: StreamConfiguration, options: Options) {
    self.writer = writer
    self.options = options
    let second = (90_000 + configuration.interval / 2) / configuration.interval
    let wanted = options.bundle > 0 ? options.bundle : Int(second)
    bundle = min(max(wanted, 1), RecordingFormat.largestStateCount)
    coder = StateCoder(configuration: configuration, slots: RecordingFormat.largestStateCount + 2)
    epoch = writer.epoch.map { $0 &+ 1 } ?? 0
    next = writer.nextNumber
  }

  /// States that were given and are not in a datagram yet.
  public var waitingCount: Int { waiting.count }

  /// Takes the next state.
  ///
  /// Its time must be later than that of the one before; where a file is
  /// continued with times that went back, they are moved to begin two seconds after the file's last
  /// key state; times before zero are moved to zero.
  public func add(_ state: AvatarState) {
    var state = state
    if delay == nil {
      let last = writer.lastTime.map { Double($0) / StreamConfiguration.ticksPerSecond + 2 } ?? 0
      delay = writer.lastTime == nil ? max(0, -state.face.time) : max(0, last - state.face.time)
    }
    state.face.time += delay ?? 0
    waiting.append(state)
    if waiting.count >= bundle + min(max(options.lookahead, 0), 2) { writeBundle(of: bundle) }
  }

  /// Puts what waits into datagrams.
  public func flush() {
    while !waiting.isEmpty { writeBundle(of: min(bundle, waiting.count)) }
  }

  /// Flushes and adds the index.
  public func finish() {
    flush()
    writer.finish()
  }

  /// Adds a datagram of another kind, such as a signature's.
  public func add(datagram: [UInt8]) { writer.add(datagram: datagram) }

  /// Hands over the file's bytes made since the last call.
  public func takeBytes() -> [UInt8] { writer.takeBytes() }

  /// Hands over what the datagrams since the last call hold.
  public func takeCoded() -> [CodedState] {
    let states = coded
    coded = []
    return states
  }

  /// The next epoch, as signatures name it.
  public var currentEpoch: UInt8 { epoch }

  private func writeBundle(of wanted: Int) {
    let ahead = min(max(options.lookahead, 0), 2)
    for k in 0..<wanted {
      let n = next &+ UInt32(k)
      let end = min(k + 1 + ahead, waiting.count)
      coder.quantize(
        waiting[k], number: n, reference: k == 0 ? nil : n &- 1,
        following: Array(waiting[min(k + 1, end)..<end]))
    }
    // Nearly always everything fits.
    var count = wanted
    var coded = RangeEncoder()
    while true {
      coded = RangeEncoder()
      for k in 0..<count { coder.write(next &+ UInt32(k), into: &coded) }
      coded.finish()
      if coded.bytes.count + 6 <= RecordingFormat.largestDatagram { break }
      count = max(1, count * 3 / 4)
    }
    var datagram: [UInt8] = []
    StatesHeader.append(
      epoch: epoch, newest: next &+ UInt32(count - 1), count: count, distance: 0, to: &datagram)
    writer.add(datagram: datagram + coded.bytes)
    if options.keepsCanonicalBytes {
      for k in 0..<count {
        let n = next &+ UInt32(k)
        self.coded.append(CodedState(number: n, canonicalBytes: coder.canonicalBytes(n)))
      }
    }
    next = next &+ UInt32(count)
    waiting.removeFirst(count)
  }
}
