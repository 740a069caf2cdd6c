import Hummingbird
import NIOCore

/// What is known of a request beside itself.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Whether the other end of the connection is on this machine; nil where it has no address.
  let isPeerLoopback: Bool?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    isPeerLoopback = source.channel.remoteAddress.map(\.isLoopback)
  }
}

extension SocketAddress {
  /// Whether it is an address of this machine's own.
  var isLoopback: Bool {
    switch self {
    case .v4: ipAddress?.hasPrefix("127.") ?? false
    case .v6: ipAddress == "::1" || (ipAddress?.hasPrefix("::ffff:127.") ?? false)
    case .unixDomainSocket: true
    }
  }
}
