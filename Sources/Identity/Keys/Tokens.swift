import Crypto
import Foundation
import RoomServer

/// Tokens that need no list: who, until when, and a code that only the server can make (HMAC-SHA-256).
///
///     0       26   58        66
///     person  key  expires   code        base64url
///
/// A token says nothing of whether its device is still one of the person's; see ``PeopleStore``.
struct Tokens: Sendable {
  /// How long a token is good: an hour.
  static let milliseconds: Int64 = 3_600_000

  let secret: ServerSecret

  /// A token of a speaker.
  ///
  /// - Parameter expires: milliseconds since 1970.
  func token(of speaker: Speaker, expires: Int64) -> String {
    let body = Array(speaker.person.utf8) + speaker.key.bytes + expires.bigEndianBytes
    return Base64URL.text(body + code(of: body))
  }

  /// Who a token speaks for; nil for one that is forged or has ended.
  func speaker(_ token: String, now: Int64) -> Speaker? {
    guard let bytes = Base64URL.bytes(token, count: 98) else { return nil }
    let body = Array(bytes.prefix(66))
    guard secret.isCode(Array(bytes.suffix(32)), of: body, for: .token),
      Int64(bigEndianBytes: body[58..<66]) > now, let key = DeviceKey(bytes: Array(body[26..<58]))
    else { return nil }
    return Speaker(person: String(decoding: body[..<26], as: UTF8.self), key: key)
  }

  private func code(of body: [UInt8]) -> [UInt8] { secret.code(of: body, for: .token) }
}

extension Int64 {
  var bigEndianBytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * Int64($0))) }
  }

  init(bigEndianBytes bytes: some Collection<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | Int64($1) }
  }
}
