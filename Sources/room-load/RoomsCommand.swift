import ArgumentParser
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import RoomServer
import ServiceLifecycle
import UnixSignals

/// `room-load rooms`: rooms alone, with nothing else of the server; what is measured.
struct RoomsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rooms", abstract: "Serve rooms that simulated participants may enter.")

  @Option(help: "The port to listen at; 0 takes a free one, which is printed.")
  var port = 0

  @Option(help: "How many rooms there are.")
  var rooms = 1000

  @Option(help: "How many people may enter.")
  var people = 8000

  @Option(help: "Where presences are kept, to survive a kill.")
  var journal: String?

  @Option(help: "Connections of one address.")
  var perAddress = 256

  @Flag(help: "End when standard input does.")
  var attached = false

  func run() async throws {
    if attached {
      // Whoever started this is gone, however it went.
      Thread.detachNewThread {
        _ = FileHandle.standardInput.readDataToEndOfFile()
        Foundation.exit(0)
      }
    }
    let keeper = try JournalKeeper(path: journal)
    for room in 0..<rooms {
      keeper.add(
        room: "room-\(room)",
        settings: RoomSettings(
          name: "Room \(room)", surroundings: "conference", arrangement: "table"))
    }
    for person in 0..<people { keeper.add(person: "person-\(person)", token: "token-\(person)") }
    let logger = Logger(label: "room-load")
    var settings = RoomServerSettings()
    settings.room.participants = 100
    let server = RoomServer(keeper: keeper, settings: settings, logger: logger)
    let service = try HTTPServerBuilder.http1(
      rooms: server, connections: ConnectionCount(most: perAddress),
      configuration: .init(idleTimeout: .seconds(30))
    ).buildServer(
      configuration: ServerConfiguration(
        address: .hostname("0.0.0.0", port: port), backlog: 4096),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
      responder: { _, writer, _ in
        try await writer.writeResponse(HTTPResponse(status: .notFound))
      },
      onServerRunning: { channel in
        print(channel.localAddress?.port ?? 0)
        Standard.flush()
      })
    try await ServiceGroup(
      configuration: .init(
        services: [.init(service: service)], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger)
    ).run()
  }
}
