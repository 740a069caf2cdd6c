/// A run of states that waits for its owner's signature.
public struct UnsignedRun: Sendable {
  /// What has to be signed.
  public let message: [UInt8]
  private var packet: SignaturePacket

  init(_ packet: SignaturePacket, in context: SigningContext) {
    self.packet = packet
    message = context.message(packet.signedBytes)
  }

  /// The datagram to send; nil unless the signature has 64 bytes.
  ///
  /// - Parameter signature: Ed25519's, of ``message``.
  public func datagram(signature: [UInt8]) -> [UInt8]? {
    guard signature.count == PublicKey.signatureLength else { return nil }
    return packet.signedBytes + signature
  }
}
