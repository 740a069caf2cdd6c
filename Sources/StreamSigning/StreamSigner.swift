public import ExpressionStream

/// Signs states in runs of some seconds.
public struct StreamSigner: Sendable {
  /// How often, and in how large groups.
  public struct Options: Sendable, Equatable {
    /// States covered by a signature, 1…256.
    public var run = 120
    /// States in a group, 1…127: all of them must arrive to be verified.
    public var group = 30
    /// Every how many signatures the public key is carried; 0 for never.
    public var keyInterval = 8

    /// Four seconds and groups of a second, at 30 states a second.
    public init() {}
  }

  private let key: SigningKey
  private let context: SigningContext
  private let options: Options
  private let stream: UInt32
  private var epoch: UInt8
  private var digests: [[UInt8]] = []
  private var newest: UInt32 = 0
  private var wallClock: UInt64 = 0
  private var lastWallClock: UInt64 = 0
  private var made = 0

  /// Starts a stream.
  ///
  /// - Parameters:
  ///   - epoch: of its datagrams.
  ///   - stream: tells streams apart; random unless given.
  public init(
    key: SigningKey, context: SigningContext, epoch: UInt8, options: Options = Options(),
    stream: UInt32 = .random(in: 0 ... .max)
  ) {
    precondition((1...256).contains(options.run) && (1...127).contains(options.group))
    self.key = key
    self.context = context
    self.options = options
    self.epoch = epoch
    self.stream = stream
  }

  /// Takes the next state.
  ///
  /// - Parameter wallClock: milliseconds since 1970.
  /// - Returns: datagrams to send: none, or a signature; two where numbers are skipped.
  /// - Complexity: a hash of the state; every ``Options/run`` states a signature, about 50 µs.
  public mutating func add(_ state: CodedState, wallClock now: UInt64) -> [[UInt8]] {
    var out: [[UInt8]] = []
    if !digests.isEmpty && state.number != newest &+ 1 { out += finish() }
    if digests.isEmpty { wallClock = max(now & (1 << 48 - 1), lastWallClock + 1) }
    digests.append(Digests.of(state))
    newest = state.number
    if digests.count == options.run { out += finish() }
    return out
  }

  /// Signs what is left.
  public mutating func finish() -> [[UInt8]] {
    guard !digests.isEmpty else { return [] }
    let carriesKey = options.keyInterval > 0 && made % options.keyInterval == 0
    var packet = SignaturePacket(
      epoch: epoch, newest: UInt16(truncatingIfNeeded: newest), count: digests.count,
      group: options.group, stream: stream, binding: context.binding, wallClock: wallClock,
      digests: digests, key: carriesKey ? key.publicKey : nil)
    packet.signature = key.signature(for: context.message(packet.signedBytes))
    digests = []
    lastWallClock = wallClock
    made += 1
    return [packet.bytes]
  }
}
