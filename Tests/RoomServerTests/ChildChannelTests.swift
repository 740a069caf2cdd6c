import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import RoomServer

/// Connections that a server accepts and then does not look at, because it stops.
@Suite("Connections that nobody handles", .timeLimit(.minutes(1)))
struct ChildChannelTests {
  @Test(arguments: [true, false])
  func `A connection that was accepted as the server stopped is closed`(
    hasAsked: Bool
  ) async throws {
    let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
    let noticed: @Sendable () -> [any RemovableChannelHandler] = {
      continuation.yield()
      return []
    }
    let setup = RoomChildChannel(
      http: HTTP1Channel(
        responder: { _, _, _ in }, configuration: .init(additionalChannelHandlers: noticed())),
      rooms: nil, connections: ConnectionCount(most: 0))
    var server: NIOAsyncChannel<RoomChildChannel.Value, Never>? = try await ServerBootstrap(
      group: .singletonMultiThreadedEventLoopGroup
    ).bind(host: "127.0.0.1", port: 0) { channel in
      setup.setup(channel: channel, logger: Logger(label: "test"))
    }
    let port = try #require(server?.channel.localAddress?.port)
    let client = try await TestClient(port: port, asks: false)
    if hasAsked {
      client.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
      for await _ in asked { break }
    }
    try await server?.executeThenClose { _ in }
    server = nil
    #expect(await client.ending() == 0)
  }
}
