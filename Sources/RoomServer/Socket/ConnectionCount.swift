import Foundation
import NIOConcurrencyHelpers
import NIOCore

/// How many connections each address has, so that nobody takes all there are.
///
/// An address of IPv6 counts by its first 64 bits: the rest is one household's.
public final class ConnectionCount: Sendable {
  /// Connections of one address at a time; 0 does not count, for servers behind a proxy.
  public let most: Int
  private let counts = NIOLockedValueBox<[String: Int]>([:])

  /// An address has its share already.
  struct TooMany: Error {}

  /// Counts up to a number for each address.
  public init(most: Int) { self.most = most }

  /// Counts a connection until it is closed.
  ///
  /// - Throws: where its address has as many as it may; whoever makes the connection closes it.
  func take(_ channel: any Channel) throws {
    guard most > 0, let key = channel.remoteAddress.flatMap(Self.key) else { return }
    try counts.withLockedValue { counts in
      let count = counts[key] ?? 0
      guard count < most else { throw TooMany() }
      counts[key] = count + 1
    }
    channel.closeFuture.whenComplete { [counts] _ in
      counts.withLockedValue { counts in
        let left = (counts[key] ?? 1) - 1
        counts[key] = left > 0 ? left : nil
      }
    }
  }

  /// Addresses that are counted now.
  var addresses: Int { counts.withLockedValue { $0.count } }

  /// What is counted as one address; nil where a connection has none.
  static func key(_ address: SocketAddress) -> String? {
    guard let text = address.ipAddress else { return nil }
    guard case .v6(let v6) = address else { return text }
    if text.hasPrefix("::ffff:") { return String(text.dropFirst(7)) }
    return withUnsafeBytes(of: v6.address.sin6_addr) { bytes in
      bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
  }
}
