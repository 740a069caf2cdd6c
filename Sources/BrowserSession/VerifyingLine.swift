internal import ExpressionStream
public import StreamSignatures

/// What checks a stream's signatures in the browser, where Ed25519 is the page's.
///
///     datagram ─▶ candidate ─▶ (the page checks) ─▶ accept ─▶ verdicts
///     states ─────────────────────────────────────▶ add ────▶ verdicts
public final class VerifyingLine: ByteRoom {
  /// Numbers of a verdict at ``verdicts``.
  public static var verdictLength: Int { 4 }
  /// The verdicts of the last call: first and last state; 0 verified, 1 incomplete, 2 refused; and
  /// the time in milliseconds since 1970, the states missing, or the failure's code.
  public private(set) var verdicts: UnsafeMutablePointer<Double>
  private var capacity = 16
  private var verifier: RunVerifier?
  private var candidate: SignatureCandidate?

  /// A verifier that waits for what it checks against.
  public override init() {
    verdicts = .allocate(capacity: 16 * Self.verdictLength)
  }

  deinit { verdicts.deallocate() }

  /// Starts; key (or nothing), configuration and context lie in the room one after the other.
  ///
  /// - Parameter freshness: milliseconds; negative for any.
  public func configure(_ lengths: SigningLengths, freshness: Double) throws(Failure) {
    let terms = try SigningTerms(bytes(lengths.count), lengths)
    verifier = RunVerifier(
      key: terms.key, context: terms.context, freshness: UInt64(milliseconds: freshness))
    candidate = nil
  }

  /// Goes on under the configuration and context in the room.
  public func continueWith(_ lengths: SigningLengths) throws(Failure) {
    if verifier == nil { throw Failure(.notReady) }
    verifier?.continueWith(try SigningTerms(bytes(lengths.count), lengths).context)
  }

  /// Takes the canonical bytes of a state from the room; returns how many verdicts there are.
  public func add(_ count: Int, number: UInt32, epoch: UInt8) throws(Failure) -> Int32 {
    let state = CodedState(number: number, canonicalBytes: try bytes(count))
    if verifier == nil { throw Failure(.notReady) }
    return tell(verifier?.add(state, epoch: epoch) ?? [])
  }

  /// Reads a signature in the room, and puts the key, the signature and what was signed there.
  ///
  /// - Parameter now: milliseconds since 1970; negative where no clock is to be believed.
  /// - Returns: the length of all three; 0 for a signature that came before.
  public func candidate(_ count: Int, now: Double) throws(Failure) -> Int32 {
    guard let verifier else { throw Failure(.notReady) }
    candidate = nil
    let bytes = try bytes(count)
    do {
      candidate = try verifier.candidate(bytes, now: UInt64(milliseconds: now))
    } catch { throw Failure(error) }
    guard let candidate else { return 0 }
    return try put(candidate.key.bytes + candidate.signature + candidate.message)
  }

  /// Takes the page's word on the candidate; returns how many verdicts there are.
  public func accept(isValid: Bool) throws(Failure) -> Int32 {
    guard let candidate else { throw Failure(.notReady) }
    self.candidate = nil
    if !isValid { throw Failure(.signatureInvalid) }
    do { return tell(try verifier?.accept(candidate) ?? []) } catch { throw Failure(error) }
  }

  /// Ends the stream; returns how many verdicts there are.
  public func finish() -> Int32 { tell(verifier?.finish() ?? []) }

  /// Puts the owner's key, given or learnt, into the room; returns its length, 0 for none.
  public func key() throws(Failure) -> Int32 {
    guard let key = verifier?.key else { return 0 }
    return try put(key.bytes)
  }

  private func tell(_ groups: [GroupVerdict]) -> Int32 {
    if groups.count > capacity {
      verdicts.deallocate()
      capacity = groups.count
      verdicts = .allocate(capacity: capacity * Self.verdictLength)
    }
    for (k, group) in groups.enumerated() {
      let at = verdicts + k * Self.verdictLength
      at[0] = Double(group.first)
      at[1] = Double(group.last)
      switch group.verdict {
      case .verified(let wallClock): (at[2], at[3]) = (0, Double(wallClock))
      case .incomplete(let missing): (at[2], at[3]) = (1, Double(missing))
      case .refused(let error): (at[2], at[3]) = (2, Double(Failure(error).code.rawValue))
      }
    }
    return Int32(groups.count)
  }
}
