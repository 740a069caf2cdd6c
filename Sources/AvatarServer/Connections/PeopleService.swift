import Hummingbird
import Identity
import Logging
import RoomServer
import ServiceLifecycle

/// People, and the rooms that they are in.
struct PeopleService: Service {
  let rooms: RoomServer
  private let people: People
  private let isAvatar: @Sendable ([UInt8]) -> Bool
  private let packer: ScenePacker

  init(
    settings: ServerSettings, isAvatar: @escaping @Sendable ([UInt8]) -> Bool,
    packer: @escaping ScenePacker, logger: Logger
  ) throws {
    let hosts = settings.hosts
    var limits = PeopleLimits()
    limits.freeBytes = settings.limits.freeBytes
    if settings.limits.connectionsPerAddress == 0 {
      // Behind a proxy all come from one address.
      limits.signIns = (burst: 100_000, perMinute: 100_000)
      limits.codes = (burst: 600, perMinute: 600)
    }
    people = try People(
      folder: settings.dataFolder, limits: limits, logger: logger,
      isOwnHost: { hosts.isEmpty || hosts.contains($0) || HostName($0).isLoopback })
    rooms = RoomServer(keeper: people.archive, settings: settings.rooms, logger: logger)
    self.isAvatar = isAvatar
    self.packer = packer
  }

  func add(to router: Router<ServerContext>) {
    people.add(to: router, live: rooms, isAvatar: isAvatar, packer: packer) { $0.address }
  }

  /// Forgets who is to be forgotten, until the server ends.
  func run() async throws {
    await cancelWhenGracefulShutdown { await people.tidy(live: rooms) }
  }
}
