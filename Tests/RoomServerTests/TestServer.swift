import HTTPTypes
import HummingbirdCore
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

@testable import RoomServer

/// Rooms on a port of this machine, with a keeper in memory.
final class TestServer: Sendable {
  let keeper: MemoryKeeper
  let rooms: RoomServer
  let connections: ConnectionCount
  let port: Int
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let open = NIOLockedValueBox<[any Channel]>([])
  private let handling: Task<Void, any Error>

  /// Waits for slow machines: tests run beside others that keep every core busy.
  static var patient: RoomServerSettings {
    var settings = RoomServerSettings()
    settings.socket.joinSeconds = 100
    settings.socket.silenceSeconds = 100
    return settings
  }

  /// Listens; `room` is a table that `invite` opens as a guest and `pass` as a moderator.
  init(
    keeper: MemoryKeeper = MemoryKeeper(), settings: RoomServerSettings = TestServer.patient,
    perAddress: Int = 256, port: Int = 0, idleSeconds: Int64 = 100
  ) async throws {
    self.keeper = keeper
    if try await keeper.room("room") == nil {
      keeper.add(
        room: "room",
        settings: RoomSettings(name: "Room", surroundings: "beach", arrangement: "table"))
      keeper.add(invite: "invite", role: .guest, to: "room")
      keeper.add(invite: "pass", role: .moderator, to: "room")
      for name in ["anna", "bert", "cleo", "host"] {
        keeper.add(MemoryKeeper.Person(id: name, name: name), token: name)
      }
    }
    let logger = Logger(label: "test")
    let rooms = RoomServer(keeper: keeper, settings: settings, logger: logger)
    let connections = ConnectionCount(most: perAddress)
    self.rooms = rooms
    self.connections = connections
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    self.group = group
    let setup = RoomChildChannel(
      http: HTTP1Channel(
        responder: { _, writer, _ in
          try await writer.writeResponse(HTTPResponse(status: .notFound))
        }, configuration: .init(idleTimeout: .seconds(idleSeconds))), rooms: rooms,
      connections: connections)
    let open = self.open
    let bound = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .bind(host: "0.0.0.0", port: port) { channel in
        open.withLockedValue { $0.append(channel) }
        return setup.setup(channel: channel, logger: logger)
      }
    channel = bound.channel
    self.port = channel.localAddress?.port ?? 0
    handling = Task {
      try await bound.executeThenClose { inbound in
        await withDiscardingTaskGroup { group in
          do {
            for try await value in inbound {
              group.addTask { await setup.handle(value: value, logger: logger) }
            }
          } catch {}
        }
      }
    }
  }

  /// Ends without a word to anybody, as a kill does.
  func stop() async throws {
    handling.cancel()
    try? await channel.close()
    for channel in open.withLockedValue({ $0 }) { channel.close(promise: nil) }
    while rooms.census.sockets > 0 { try await Task.sleep(for: .milliseconds(1)) }
    try await group.shutdownGracefully()
  }
}
