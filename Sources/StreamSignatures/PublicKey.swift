/// The public half of an owner's key: 32 bytes of Ed25519 (RFC 8032).
public struct PublicKey: Sendable, Hashable {
  /// Bytes in a key.
  public static var length: Int { 32 }
  /// Bytes in a signature.
  public static var signatureLength: Int { 64 }

  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes the bytes of a key; nil unless there are 32.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = bytes
  }
}
