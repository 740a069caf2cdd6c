public import ExpressionStream
public import StreamSignatures

/// Checks that an avatar's owner drives it.
///
/// Give it every state that is shown and every datagram of kind 3, in whatever order they arrive.
/// Memory: the digests of the last 1,024 states and the last eight signatures.
public struct StreamVerifier: Sendable {
  private var runs: RunVerifier

  /// The owner's key: given, or taken from the first valid signature that carries one.
  public var key: PublicKey? { runs.key }
  /// The newest state of a verified group, and when it was signed.
  public var lastVerified: (number: UInt32, wallClock: UInt64)? { runs.lastVerified }

  /// Prepares to check a stream.
  ///
  /// - Parameters:
  ///   - key: the owner's; nil to learn who signed, which proves that one and the same key did.
  ///   - freshness: how many milliseconds a signature's time may be from the receiver's clock,
  ///     where ``add(signature:now:)`` is given one.
  public init(key: PublicKey?, context: SigningContext, freshness: UInt64? = nil) {
    runs = RunVerifier(key: key, context: context, freshness: freshness)
  }

  /// Takes a state as it is shown.
  ///
  /// - Returns: groups that it decides.
  public mutating func add(_ state: CodedState, epoch: UInt8) -> [GroupVerdict] {
    runs.add(state, epoch: epoch)
  }

  /// Takes a datagram of kind 3.
  ///
  /// One that came before is passed over.
  ///
  /// - Parameter now: the receiver's clock, milliseconds since 1970.
  /// - Returns: groups that it decides, and groups of an old signature that nothing will.
  /// - Throws: ``SignatureError``; nothing is changed then.
  public mutating func add(
    signature bytes: [UInt8], now: UInt64? = nil
  ) throws(SignatureError) -> [GroupVerdict] {
    guard let candidate = try runs.candidate(bytes, now: now) else { return [] }
    if !candidate.key.isValidSignature(candidate.signature, for: candidate.message) {
      throw .invalidSignature
    }
    return try runs.accept(candidate)
  }

  /// Ends the stream.
  ///
  /// - Returns: the groups that stay incomplete.
  public mutating func finish() -> [GroupVerdict] { runs.finish() }

  /// Goes on under another configuration; what was accepted before stays known.
  public mutating func continueWith(_ context: SigningContext) { runs.continueWith(context) }
}
