import Foundation
import Hummingbird
import NIOCore
import NIOPosix

/// What is known of a request beside itself.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Whether the other end of the connection is on this machine; nil where it has no address.
  let isPeerLoopback: Bool?
  /// The address of the other end; nil where it has none.
  let address: String?
  /// Completes when the connection is gone.
  let closed: EventLoopFuture<Void>

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    closed = source.channel.closeFuture
    address = source.channel.remoteAddress?.ipAddress
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

/// Where other devices find this machine.
enum ServerAddress {
  /// Its first address in a local network, else its name.
  static var ofThisMachine: String {
    let addresses = ((try? System.enumerateDevices()) ?? []).compactMap { device -> String? in
      guard case .v4 = device.address, device.address?.isLoopback == false else { return nil }
      return device.address?.ipAddress
    }
    return addresses.first ?? ProcessInfo.processInfo.hostName
  }
}
