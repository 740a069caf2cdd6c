import Foundation
public import Hummingbird
public import Logging
public import RoomServer
import ServerSupport

/// Who people are to this server, and their rooms as they lie on its disk.
///
/// ```swift
/// let people = try People(folder: folder, logger: logger)
/// let rooms = Rooms(keeper: people.archive)
/// people.add(to: router, live: rooms, isAvatar: isAvatar) { $0.address }
/// try await people.tidy(live: rooms)    // until cancelled
/// ```
/// `docs/room-protocol.md` says what it answers.
public struct People: Sendable {
  /// Rooms on the disk, for those who run them.
  public let archive: RoomArchive

  let store: PeopleStore
  private let tokens: Tokens
  private let isOwnHost: @Sendable (String) -> Bool
  private let logger: Logger
  private let clock: @Sendable () -> Int64

  /// Opens a data folder.
  ///
  /// - Parameters:
  ///   - folder: made if there is none.
  ///   - limits: how much is taken.
  ///   - logger: told what happens, without names, keys or addresses.
  ///   - isOwnHost: whether the server answers to a name, lower-case and with its port; any, unless
  ///     it is known better. What somebody signed for another name is never taken.
  ///   - clock: milliseconds since 1970.
  /// - Throws: where the folder cannot be written, or was written by a later version.
  public init(
    folder: String, limits: PeopleLimits = PeopleLimits(), logger: Logger,
    isOwnHost: @escaping @Sendable (String) -> Bool = { _ in true },
    clock: @escaping @Sendable () -> Int64 = Self.now
  ) throws {
    store = try PeopleStore(folder: folder, limits: limits, logger: logger)
    tokens = Tokens(secret: try ServerSecret(path: folder + "/people.key"))
    self.isOwnHost = isOwnHost
    self.logger = logger
    self.clock = clock
    archive = RoomArchive(store: store, tokens: tokens, clock: clock)
  }

  /// Milliseconds since 1970.
  public static let now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }

  /// Adds the routes below `/api/people` and `/api/rooms`, but the socket.
  ///
  /// - Parameters:
  ///   - live: what happens in rooms now.
  ///   - isAvatar: whether bytes are an avatar; called on a thread that may take its time.
  ///   - packer: makes what pages draw of a scene.
  ///   - address: where a request comes from, for limits; nil where that is not known.
  public func add<Context: RequestContext>(
    to router: Router<Context>, live: any LiveRooms,
    isAvatar: @escaping @Sendable ([UInt8]) -> Bool, packer: @escaping ScenePacker,
    address: @escaping @Sendable (Context) -> String?
  ) {
    let limits = store.limits
    let desk = FrontDesk(
      store: store, tokens: tokens, challenges: Challenges(),
      signIns: RateLimiter(burst: limits.signIns.burst, perMinute: limits.signIns.perMinute),
      codes: RateLimiter(burst: limits.codes.burst, perMinute: limits.codes.perMinute),
      isOwnHost: isOwnHost, live: live, clock: clock, logger: logger)
    let people = router.group("api/people").add(middleware: IdentityProblems())
    TokenRoutes(desk: desk).add(to: people, address: address)
    PersonRoutes(desk: desk).add(to: people)
    DeviceRoutes(desk: desk).add(to: people, address: address)
    AvatarRoutes(
      desk: desk, uploads: Uploads(gate: UploadGate(most: limits.uploads), clock: clock),
      isAvatar: isAvatar
    ).add(to: people)
    SceneRoutes(
      desk: desk, uploads: Uploads(gate: UploadGate(most: limits.sceneUploads), clock: clock),
      packer: packer
    ).add(to: people)
    RoomRoutes(desk: desk).add(to: router.group("api/rooms").add(middleware: IdentityProblems()))
  }

  /// Forgets guests who were not seen for a day and what has ended, every ten minutes until cancelled.
  public func tidy(live: any LiveRooms) async {
    while !Task.isCancelled {
      await tidyOnce(live: live)
      try? await Task.sleep(for: .seconds(600))
    }
  }

  /// Forgets once what is to be forgotten by now.
  public func tidyOnce(live: any LiveRooms) async {
    do {
      let gone = try await store.tidy(now: clock()) { await live.meet($0, $0) }
      for one in gone {
        await live.close(person: one.person)
        for room in one.rooms { await live.close(room: room) }
        for scene in one.scenes { await live.drop(scene: scene) }
      }
      if !gone.isEmpty { logger.info("Guests forgotten", metadata: ["count": "\(gone.count)"]) }
    } catch {
      logger.warning("Tidying failed", metadata: ["error": "\(error.kind)"])
    }
  }

  /// Closes the database once no request uses it any more.
  public func close() throws { try store.close() }
}
