import Crypto
import Foundation
import RoomServer

/// What opens a room: 16 random bytes, of which the server keeps the digest only.
enum InviteSecret {
  static func new() -> String {
    var random = SystemRandomNumberGenerator()
    return Base64URL.text((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
  }

  /// SHA-256 of a secret as it was shown, alone or after a room's identifier and a full stop; nil for
  /// what can be none.
  static func digest(_ shown: String) -> Data? {
    guard shown.utf8.count <= 64 else { return nil }
    let secret = shown.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
    guard let bytes = Base64URL.bytes(String(secret), count: 16) else { return nil }
    return Data(SHA256.hash(data: bytes))
  }
}
