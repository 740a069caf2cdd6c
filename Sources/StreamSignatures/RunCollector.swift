public import ExpressionStream

/// Collects states in runs of some seconds, for somebody who has the key to sign.
public struct RunCollector: Sendable {
  private let key: PublicKey
  private let context: SigningContext
  private let options: RunOptions
  private let stream: UInt32
  private let epoch: UInt8
  private var digests: [[UInt8]] = []
  private var newest: UInt32 = 0
  private var wallClock: UInt64 = 0
  private var lastWallClock: UInt64 = 0
  private var made = 0

  /// Starts a stream.
  ///
  /// - Parameters:
  ///   - key: carried now and then.
  ///   - epoch: of its datagrams.
  ///   - stream: tells streams apart; to be chosen at random.
  /// - Precondition: the options are valid.
  public init(
    key: PublicKey, context: SigningContext, epoch: UInt8, options: RunOptions, stream: UInt32
  ) {
    precondition(options.isValid)
    self.key = key
    self.context = context
    self.options = options
    self.epoch = epoch
    self.stream = stream
  }

  /// Takes the next state.
  ///
  /// - Parameter wallClock: milliseconds since 1970.
  /// - Returns: runs to sign: none or one; two where numbers are skipped.
  public mutating func add(_ state: CodedState, wallClock now: UInt64) -> [UnsignedRun] {
    var out: [UnsignedRun] = []
    if !digests.isEmpty && state.number != newest &+ 1 { out += finish() }
    if digests.isEmpty { wallClock = max(now & (1 << 48 - 1), lastWallClock + 1) }
    digests.append(SignatureDigests.of(state))
    newest = state.number
    if digests.count == options.run { out += finish() }
    return out
  }

  /// Ends the run; returns what is left, if anything is.
  public mutating func finish() -> [UnsignedRun] {
    guard !digests.isEmpty else { return [] }
    let carriesKey = options.keyInterval > 0 && made % options.keyInterval == 0
    let packet = SignaturePacket(
      epoch: epoch, newest: UInt16(truncatingIfNeeded: newest), count: digests.count,
      group: options.group, stream: stream, binding: context.binding, wallClock: wallClock,
      digests: digests, key: carriesKey ? key : nil)
    digests = []
    lastWallClock = wallClock
    made += 1
    return [UnsignedRun(packet, in: context)]
  }
}
