/// What rooms need of whoever keeps people and rooms on the disk.
///
/// All writes are durable when they return: what is told to others afterwards survives a kill. Calls
/// about one room come one after the other, those about several at once.
public protocol RoomKeeping: Sendable {
  /// Who holds a token and what the room allows them.
  ///
  /// - Parameters:
  ///   - token: as given out by `POST /api/people/token`; checked here.
  ///   - room: the room's identifier; any text.
  ///   - invite: the invitation's `ID.SECRET` or its secret, where one was shown; any text.
  /// - Throws: ``RoomRefusal/invalidToken``, ``RoomRefusal/unknownRoom``,
  ///   ``RoomRefusal/unknownInvite``, ``RoomRefusal/expiredInvite``, ``RoomRefusal/notAllowed`` for
  ///   somebody without invitation whom the room does not know.
  func admission(
    token: String, room: String, invite: String?
  ) async throws(RoomRefusal) -> Admission
  /// The room as it was kept; nil where there is none.
  func room(_ id: String) async throws(RoomRefusal) -> KeptRoom?
  /// Keeps name, surroundings, arrangement, lock, lobby, and the moved seats. A scene that is gone
  /// by then is none.
  func save(_ settings: RoomSettings, of room: String) async throws(RoomRefusal)
  /// Keeps a presence: seat, place, name, secret; nil removes it.
  func save(
    _ presence: KeptPresence?, participant: UInt16, of room: String
  ) async throws(RoomRefusal)
  /// Keeps what somebody may do in a room from now on.
  func save(role: RoomRole, of person: String, in room: String) async throws(RoomRefusal)
  /// Lets somebody into a room never again.
  func ban(_ person: String, from room: String) async throws(RoomRefusal)
  /// Keeps or ends one person's block of another.
  func setBlock(
    _ isBlocked: Bool, of person: String, by other: String
  ) async throws(RoomRefusal)
  /// Whether one person has blocked another, whatever the other has done.
  func isBlocked(_ person: String, by other: String) async throws(RoomRefusal) -> Bool
  /// Appends a chat message and gives it a number; older than the last 200 go.
  func append(_ message: ChatMessage, to room: String) async throws(RoomRefusal) -> Int64
  /// A scene of a person's, standing where its file says; nil where there is none of theirs.
  func scene(_ id: String, of person: String) async throws(RoomRefusal) -> PlacedScene?
  /// An avatar that its owner may show in rooms; nil where there is none of theirs.
  func avatar(_ id: String, of person: String) async throws(RoomRefusal) -> AvatarReference?
}

extension RoomKeeping {
  /// Who cannot say is taken to block still: nobody is shown to somebody against their will.
  public func isBlocked(_ person: String, by other: String) async throws(RoomRefusal) -> Bool {
    true
  }
}
