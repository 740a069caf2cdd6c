public import ExpressionStream

/// Checks that an avatar's owner drives it; the key's arithmetic is somebody else's.
///
/// ```swift
/// if let candidate = try verifier.candidate(datagram) {
///   guard candidate.key.isValid(candidate.signature, for: candidate.message) else { … }
///   let verdicts = try verifier.accept(candidate)
/// }
/// ```
///
/// Give it every state that is shown and every datagram of kind 3, in whatever order they arrive; a
/// candidate may be accepted much later than it was made, with others in between.
/// Memory: the digests of the last 1,024 states and the last eight signatures.
public struct RunVerifier: Sendable {
  /// The owner's key: given, or taken from the first valid signature that carries one.
  public private(set) var key: PublicKey?
  /// The newest state of a verified group, and when it was signed.
  public internal(set) var lastVerified: (number: UInt32, wallClock: UInt64)?
  private var context: SigningContext
  private let freshness: UInt64?
  var states = StateDigests()
  var runs: [SignedRun] = []
  private var stream: UInt32?
  var epoch: UInt8?
  /// The newest time, and of this epoch the newest number, of signatures that are forgotten.
  var floor: UInt64 = 0, covered: UInt32?

  private static var window: Int { 8 }

  /// Prepares to check a stream.
  ///
  /// - Parameters:
  ///   - key: the owner's; nil to learn who signed, which proves that one and the same key did.
  ///   - freshness: how many milliseconds a signature's time may be from the receiver's clock,
  ///     where ``candidate(_:now:)`` is given one.
  public init(key: PublicKey?, context: SigningContext, freshness: UInt64? = nil) {
    self.key = key
    self.context = context
    self.freshness = freshness
  }

  /// Takes a state as it is shown.
  ///
  /// - Returns: groups that it decides.
  public mutating func add(_ state: CodedState, epoch: UInt8) -> [GroupVerdict] {
    var verdicts: [GroupVerdict] = []
    if let old = self.epoch, old != epoch {
      verdicts = finish()
      states = StateDigests()
      for run in runs { floor = max(floor, run.packet.wallClock) }
      runs = []
      (stream, covered) = (nil, nil)
    }
    self.epoch = epoch
    if states.newest == nil { renumber(near: state.number) }
    states.add(SignatureDigests.of(state), number: state.number)
    for k in runs.indices where state.number >= runs[k].first && state.number <= runs[k].last {
      verdicts += decide(k)
    }
    return verdicts
  }

  /// Reads a datagram of kind 3.
  ///
  /// - Parameter now: the receiver's clock, milliseconds since 1970.
  /// - Returns: what to check; nil for one that came before.
  /// - Throws: ``SignatureError``.
  public func candidate(
    _ bytes: [UInt8], now: UInt64? = nil
  ) throws(SignatureError) -> SignatureCandidate? {
    let packet = try SignaturePacket(bytes: bytes)
    if runs.contains(where: { $0.packet == packet }) { return nil }
    if packet.binding != context.binding { throw .otherContext }
    if let found = packet.key, let key, found != key { throw .foreignKey(found: found) }
    guard let signer = key ?? packet.key else { throw .unknownKey }
    return SignatureCandidate(
      key: signer, message: context.message(packet.signedBytes), packet: packet,
      context: context, now: now)
  }

  /// Takes a signature that was found valid.
  ///
  /// - Returns: groups that it decides, and groups of an old signature that nothing will.
  /// - Throws: ``SignatureError``; nothing is changed then.
  public mutating func accept(
    _ candidate: SignatureCandidate
  ) throws(SignatureError) -> [GroupVerdict] {
    let packet = candidate.packet
    // Others may have been accepted since it was made.
    if runs.contains(where: { $0.packet == packet }) { return [] }
    if candidate.context != context { throw .otherContext }
    if let key, key != candidate.key { throw .foreignKey(found: candidate.key) }
    if let now = candidate.now, let freshness {
      let (a, b) = (packet.wallClock, now)
      if max(a, b) - min(a, b) > freshness { throw .notFresh(signed: a, now: b) }
    }
    if let epoch, packet.epoch == epoch, let stream, stream != packet.stream {
      throw .otherStream(expected: stream, found: packet.stream)
    }
    let place = try place(of: packet)
    key = candidate.key
    if epoch == nil { epoch = packet.epoch }
    guard packet.epoch == epoch else { return [] }
    stream = packet.stream
    runs.insert(
      SignedRun(packet, first: number(packet) &- UInt32(packet.count - 1)), at: place)
    var verdicts = decide(place)
    while runs.count > Self.window {
      verdicts += giveUp(runs[0])
      floor = max(floor, runs[0].packet.wallClock)
      covered = runs[0].last
      runs.removeFirst()
    }
    return verdicts
  }

  /// Ends the stream.
  ///
  /// - Returns: the groups that stay incomplete.
  public mutating func finish() -> [GroupVerdict] {
    let verdicts = runs.flatMap { giveUp($0) }
    for k in runs.indices {
      for g in runs[k].isDecided.indices { runs[k].isDecided[g] = true }
    }
    return verdicts
  }

  /// Goes on under another configuration; what was accepted before stays known.
  public mutating func continueWith(_ context: SigningContext) { self.context = context }
}
