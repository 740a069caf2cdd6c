import RoomServer
import Synchronization

/// Numbers to be signed, each good once and for two minutes.
///
/// None is kept until it is used: a challenge carries its end and a code of the server's. The code's
/// secret lasts as long as the process, so that a restarted server does not take again what it
/// no longer remembers having taken.
final class Challenges: Sendable {
  /// How long one is good: two minutes.
  static let milliseconds: Int64 = 120_000

  private struct Used {
    /// The random part, and when it need not be remembered any longer.
    var ends: [[UInt8]: Int64] = [:]
    var tidiesAt = 1024
  }

  private let secret = ServerSecret()
  private let mostUsed: Int
  private let used = Mutex(Used())

  /// - Parameter mostUsed: how many used ones are remembered; more than that are not taken.
  init(mostUsed: Int = 100_000) { self.mostUsed = mostUsed }

  /// A new challenge.
  func make(now: Int64) -> (text: String, expires: Int64) {
    var random = SystemRandomNumberGenerator()
    let expires = now + Self.milliseconds
    let body =
      (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
      + expires.bigEndianBytes
    return (Base64URL.text(body + secret.code(of: body, for: .challenge)), expires)
  }

  /// Whether a challenge was given out here and has not ended; it may have been used.
  func isGood(_ text: String, now: Int64) -> Bool { parts(text, now: now) != nil }

  /// Uses a challenge up.
  ///
  /// - Throws: ``IdentityError/invalidChallenge`` where it is not good or was used before;
  ///   ``IdentityError/busy`` where too many were used lately.
  func use(_ text: String, now: Int64) throws(IdentityError) {
    guard let (random, expires) = parts(text, now: now) else { throw .invalidChallenge }
    let failure: IdentityError? = used.withLock { used in
      if used.ends[random] != nil { return .invalidChallenge }
      if used.ends.count >= min(used.tidiesAt, mostUsed) {
        used.ends = used.ends.filter { $0.value > now }
        used.tidiesAt = max(1024, 2 * used.ends.count)
      }
      guard used.ends.count < mostUsed else { return .busy }
      used.ends[random] = expires
      return nil
    }
    if let failure { throw failure }
  }

  private func parts(_ text: String, now: Int64) -> (random: [UInt8], expires: Int64)? {
    guard let bytes = Base64URL.bytes(text, count: 56) else { return nil }
    let body = Array(bytes.prefix(24))
    let expires = Int64(bigEndianBytes: body[16...])
    guard secret.isCode(Array(bytes.suffix(32)), of: body, for: .challenge), expires > now
    else { return nil }
    return (Array(body.prefix(16)), expires)
  }
}
