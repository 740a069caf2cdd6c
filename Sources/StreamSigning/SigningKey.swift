import Crypto
@_exported public import StreamSignatures

extension PublicKey {
  /// The key as text: `visavis-public-` and 64 hexadecimal digits.
  public var text: String { Self.prefix + KeyText.hexadecimal(bytes) }

  /// Reads what ``text`` gives; nil for anything else.
  public init?(text: String) {
    guard let bytes = KeyText.bytes(of: text, prefix: Self.prefix) else { return nil }
    self.init(bytes: bytes)
  }

  static let prefix = "visavis-public-"

  func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
      return false
    }
    return key.isValidSignature(signature, for: message)
  }
}

/// An owner's key: whoever has it can sign streams.
public struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// Makes a new one from the system's random numbers.
  public init() { key = Curve25519.Signing.PrivateKey() }

  /// Takes the 32 secret bytes of a key; nil unless there are 32.
  public init?(secret: [UInt8]) {
    guard secret.count == 32,
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret)
    else { return nil }
    self.key = key
  }

  /// The 32 secret bytes.
  public var secret: [UInt8] { Array(key.rawRepresentation) }

  /// What others need to check signatures.
  public var publicKey: PublicKey {
    guard let key = PublicKey(bytes: Array(key.publicKey.rawRepresentation)) else {
      preconditionFailure("Ed25519 keys have 32 bytes")
    }
    return key
  }

  /// The secret as text, which a key file holds: `visavis-secret-` and 64 hexadecimal digits.
  public var secretText: String { Self.prefix + KeyText.hexadecimal(secret) }

  /// Reads what ``secretText`` gives; nil for anything else.
  public init?(secretText: String) {
    guard let bytes = KeyText.bytes(of: secretText, prefix: Self.prefix) else { return nil }
    self.init(secret: bytes)
  }

  static let prefix = "visavis-secret-"

  /// - Throws: what the library throws, which Ed25519 never does.
  func signature(for message: [UInt8]) -> [UInt8] {
    guard let signature = try? key.signature(for: message) else {
      preconditionFailure("Ed25519 signs any message")
    }
    return Array(signature)
  }
}

/// Bytes as digits.
enum KeyText {
  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  static func bytes(of text: String, prefix: String) -> [UInt8]? {
    guard text.hasPrefix(prefix) else { return nil }
    let digits = text.dropFirst(prefix.count).map { $0.isASCII ? $0.hexDigitValue : nil }
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for k in stride(from: 0, to: 64, by: 2) {
      guard let high = digits[k], let low = digits[k + 1] else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
