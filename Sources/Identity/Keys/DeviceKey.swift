import Crypto
import RoomServer
import ServerSupport

/// The public half of a device's key: 32 bytes of Ed25519 (RFC 8032).
public struct DeviceKey: Sendable, Hashable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes the bytes of a key; nil unless there are 32.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Reads ``text``; nil for anything else.
  public init?(text: String) {
    guard let bytes = Base64URL.bytes(text, count: 32) else { return nil }
    self.bytes = bytes
  }

  /// The key as base64url.
  public var text: String { Base64URL.text(bytes) }

  /// The person whose first key this is: base32 of the first 16 bytes of its SHA-256.
  public var person: String {
    var out: [UInt8] = []
    var (bits, count) = (0, 0)
    for byte in SHA256.hash(data: bytes).prefix(16) {
      bits = bits << 8 | Int(byte)
      count += 8
      while count >= 5 {
        count -= 5
        out.append(Identifier.letters[bits >> count & 31])
      }
      bits &= (1 << count) - 1
    }
    // 128 bits are 25 letters and 3 bits.
    out.append(Identifier.letters[bits << (5 - count) & 31])
    return String(decoding: out, as: UTF8.self)
  }

  /// Whether a signature over a text is this key's.
  public func isValid(signature: [UInt8], over text: String) -> Bool {
    guard signature.count == 64,
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { return false }
    return key.isValidSignature(signature, for: Array(text.utf8))
  }
}
