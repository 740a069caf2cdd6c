public import Logging
import NIOConcurrencyHelpers
import NIOCore

/// All rooms that somebody is in, and the way into them.
///
/// ```swift
/// let rooms = RoomServer(keeper: keeper, settings: RoomServerSettings(), logger: logger)
/// let builder = HTTPServerBuilder.http1(rooms: rooms, configuration: configuration)
/// ```
public final class RoomServer: LiveRooms {
  let keeper: any RoomKeeping
  let settings: RoomServerSettings
  let metrics = RoomMetrics()
  private let logger: Logger
  private let state = NIOLockedValueBox(State())

  private struct State {
    var rooms: [String: Task<Room, any Error>] = [:]
    var mailboxes: [String: RoomMailbox] = [:]
    var participants: [String: Int] = [:]
    var total = 0
    var sockets = 0
    var loops: [ObjectIdentifier: RelayLoop] = [:]
  }

  /// Rooms as a keeper has them.
  public init(keeper: any RoomKeeping, settings: RoomServerSettings, logger: Logger) {
    self.keeper = keeper
    self.settings = settings
    self.logger = logger
  }

  /// How many rooms are open, and how many participants are connected.
  public var census: (rooms: Int, participants: Int, sockets: Int) {
    state.withLockedValue { ($0.rooms.count, $0.total, $0.sockets) }
  }

  /// Sends everybody away to come back, because the server ends; presences are kept.
  public func quiesce() {
    for loop in state.withLockedValue({ Array($0.loops.values) }) { loop.closeAll(.goingAway) }
  }

  /// The bytes that wait or are held for all sockets.
  var heldBytes: Int {
    state.withLockedValue { Array($0.loops.values) }.reduce(0) { $0 + $1.heldBytes }
  }

  // MARK: The door

  /// Takes a channel over that speaks WebSocket now; on its event loop.
  func open(_ channel: any Channel, room: String) throws {
    let handler = RoomSocketHandler(
      channel: channel, loop: loop(of: channel.eventLoop), limits: settings.socket
    ) { [weak self] socket, request in
      guard let self else { return }
      Task { await self.admit(socket, request, room: room) }
    }
    try channel.pipeline.syncOperations.addHandler(handler)
    count { $0.sockets += 1 }
    channel.closeFuture.whenComplete { [weak self] _ in self?.count { $0.sockets -= 1 } }
  }

  private func admit(_ socket: RoomSocket, _ request: JoinRequest, room: String) async {
    do throws(RoomRefusal) {
      let admission = try await keeper.admission(
        token: request.token, room: room, invite: request.invite)
      enter(socket, request, admission, room: room)
    } catch {
      metrics.refuse(error)
      socket.refuse(error)
    }
  }

  /// Puts somebody whom the keeper knows into a room's mailbox, and opens the room where it is not.
  func enter(_ socket: RoomSocket, _ request: JoinRequest, _ admission: Admission, room: String) {
    let opening = opening(of: room)
    Task {
      do {
        let open = try await opening.value
        guard socket.enter(open.mailbox) else { return }
        if !open.mailbox.put(.join(socket, request, admission)) {
          enter(socket, request, admission, room: room)
        }
      } catch {
        state.withLockedValue { state in
          if state.rooms[room] == opening { state.rooms[room] = nil }
        }
        socket.refuse(error as? RoomRefusal ?? .storage)
      }
    }
  }

  private func opening(of id: String) -> Task<Room, any Error> {
    state.withLockedValue { state in
      if let opening = state.rooms[id] { return opening }
      let opening = Task { () async throws -> Room in
        guard let kept = try await self.keeper.room(id) else { throw RoomRefusal.unknownRoom }
        let room = Room(
          kept, keeper: self.keeper, settings: self.settings, server: self, logger: self.logger)
        self.state.withLockedValue { $0.mailboxes[id] = room.mailbox }
        Task { await room.run() }
        return room
      }
      state.rooms[id] = opening
      return opening
    }
  }

  /// A room has nobody left.
  func forget(_ id: String, _ mailbox: RoomMailbox) {
    count { state in
      state.rooms[id] = nil
      state.mailboxes[id] = nil
    }
  }

  /// How many are connected in a room.
  func count(_ id: String, _ participants: Int) {
    count { state in
      let before = state.participants[id] ?? 0
      state.participants[id] = participants == 0 ? nil : participants
      state.total += participants - before
    }
  }

  private func count(_ change: (inout State) -> Void) {
    let (rooms, participants, sockets) = state.withLockedValue { state in
      change(&state)
      return (state.rooms.count, state.total, state.sockets)
    }
    metrics.set(rooms: rooms, participants: participants, sockets: sockets)
  }

  private func loop(of eventLoop: any EventLoop) -> RelayLoop {
    let key = ObjectIdentifier(eventLoop)
    if let loop = state.withLockedValue({ $0.loops[key] }) { return loop }
    // Only the event loop itself comes here for its key.
    let loop = RelayLoop(eventLoop: eventLoop, metrics: metrics, limits: settings.socket)
    state.withLockedValue { $0.loops[key] = loop }
    return loop
  }

  // MARK: Live rooms

  private var mailboxes: [String: RoomMailbox] { state.withLockedValue { $0.mailboxes } }

  /// A block began or ended in one room; the others follow.
  func pass(block isOn: Bool, _ one: String, _ other: String, from room: String) {
    for (id, mailbox) in mailboxes where id != room {
      mailbox.put(.block(isOn, of: one, by: other))
    }
  }

  /// See ``LiveRooms``.
  public func setBlock(_ isBlocked: Bool, of person: String, by other: String) async {
    for mailbox in mailboxes.values { mailbox.put(.block(isBlocked, of: person, by: other)) }
  }

  /// See ``LiveRooms``.
  public func close(room: String) async { mailboxes[room]?.put(.close) }

  /// See ``LiveRooms``.
  public func close(person: String) async {
    for mailbox in mailboxes.values { mailbox.put(.closePerson(person)) }
  }

  /// See ``LiveRooms``.
  public func drop(scene: String) async {
    for mailbox in mailboxes.values { mailbox.put(.dropScene(scene)) }
  }

  /// See ``LiveRooms``.
  public func surrounds(_ scene: String, _ person: String) async -> Bool {
    for opening in state.withLockedValue({ Array($0.rooms.values) }) {
      guard let room = try? await opening.value else { continue }
      if await room.surrounds(scene, person) { return true }
    }
    return false
  }

  /// See ``LiveRooms``.
  public func meet(_ person: String, _ other: String) async -> Bool {
    for opening in state.withLockedValue({ Array($0.rooms.values) }) {
      guard let room = try? await opening.value else { continue }
      if await room.meet(person, other) { return true }
    }
    return false
  }
}
