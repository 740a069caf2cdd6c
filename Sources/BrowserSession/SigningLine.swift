internal import ExpressionStream
public import StreamSignatures

/// What signs a stream in the browser, where the key is the page's.
///
///     states ─▶ add ─▶ message ─▶ (the page signs) ─▶ sign ─▶ datagram
public final class SigningLine: ByteRoom {
  private var collector: RunCollector?
  /// Runs that wait for their signature, the oldest first.
  private var waiting: [UnsignedRun] = []

  /// A signer that waits for what it signs.
  public override init() {}

  /// Starts a stream; key, configuration and context lie in the room one after the other.
  ///
  /// - Parameters:
  ///   - epoch: of its datagrams.
  ///   - stream: chosen at random.
  public func configure(
    _ lengths: SigningLengths, options: RunOptions, epoch: UInt8, stream: UInt32
  ) throws(Failure) {
    let terms = try SigningTerms(bytes(lengths.count), lengths)
    guard let key = terms.key, options.isValid else { throw Failure(.signingUnusable) }
    collector = RunCollector(
      key: key, context: terms.context, epoch: epoch, options: options, stream: stream)
    waiting = []
  }

  /// Takes the canonical bytes of the next state from the room; returns how many runs wait.
  ///
  /// - Parameter wallClock: milliseconds since 1970.
  public func add(_ count: Int, number: UInt32, wallClock: Double) throws(Failure) -> Int32 {
    let state = CodedState(number: number, canonicalBytes: try bytes(count))
    guard let now = UInt64(milliseconds: wallClock) else { throw Failure(.signingUnusable) }
    if collector == nil { throw Failure(.notReady) }
    waiting += collector?.add(state, wallClock: now) ?? []
    return Int32(waiting.count)
  }

  /// Ends the run; returns how many wait.
  public func finish() -> Int32 {
    waiting += collector?.finish() ?? []
    return Int32(waiting.count)
  }

  /// Puts what has to be signed for the oldest run into the room; returns its length, 0 for none.
  public func message() throws(Failure) -> Int32 {
    guard let run = waiting.first else { return 0 }
    return try put(run.message)
  }

  /// Takes the oldest run's signature from the room and puts its datagram there; returns the length.
  public func sign(_ count: Int) throws(Failure) -> Int32 {
    guard let run = waiting.first else { throw Failure(.notReady) }
    guard let datagram = run.datagram(signature: try bytes(count)) else {
      throw Failure(.signatureUnusable, Double(count))
    }
    waiting.removeFirst()
    return try put(datagram)
  }

  /// Gives the oldest run up: its states stay unsigned.
  public func drop() { if !waiting.isEmpty { waiting.removeFirst() } }
}
