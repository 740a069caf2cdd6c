/// A signature that is in order as far as can be told without cryptography: whoever knows Ed25519
/// checks it, and hands it back with ``RunVerifier/accept(_:)``.
public struct SignatureCandidate: Sendable, Equatable {
  /// Who has to have signed.
  public let key: PublicKey
  /// What was signed.
  public let message: [UInt8]
  let packet: SignaturePacket
  let context: SigningContext
  let now: UInt64?

  /// 64 bytes of Ed25519.
  public var signature: [UInt8] { packet.signature }
}
