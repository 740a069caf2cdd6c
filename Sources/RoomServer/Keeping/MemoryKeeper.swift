import Foundation
import NIOConcurrencyHelpers

/// Keeps rooms for as long as the process runs: for tests, and to measure rooms by themselves.
///
/// It does what ``RoomKeeping`` says with as little as possible. Tokens and invitations are whatever it
/// was told to accept.
public final class MemoryKeeper: RoomKeeping {
  /// A person who may be known by a token.
  public struct Person: Sendable, Codable {
    /// Their identifier.
    public var id: String
    /// What they are called.
    public var name: String
    /// Whether they are forgotten soon.
    public var isGuest: Bool

    /// Takes every value as it is.
    public init(id: String, name: String, isGuest: Bool = true) {
      self.id = id
      self.name = name
      self.isGuest = isGuest
    }
  }

  struct Contents: Sendable {
    var rooms: [String: KeptRoom] = [:]
    var tokens: [String: Person] = [:]
    /// Rooms' people: room, then person.
    var roles: [String: [String: RoomRole]] = [:]
    var banned: [String: Set<String>] = [:]
    /// Invitations: room, then text; whom they make, and whether they were revoked.
    var invites: [String: [String: Invite]] = [:]
    var blocks: Set<[String]> = []
    var avatars: [String: [String: AvatarReference]] = [:]
    var scenes: [String: [String: PlacedScene]] = [:]
    var messages: [String: Int64] = [:]
    var writes = 0
  }

  struct Invite: Sendable {
    var role: RoomRole
    var isRevoked = false
    /// Whom it let in.
    var people: Set<String> = []
  }

  private let contents = NIOLockedValueBox(Contents())
  private let failure = NIOLockedValueBox<RoomRefusal?>(nil)

  /// An empty one.
  public init() {}

  // MARK: What others keep

  /// Makes a room.
  public func add(room id: String, settings: RoomSettings) {
    contents.withLockedValue { $0.rooms[id] = KeptRoom(id: id, settings: settings) }
  }

  /// Has a token mean a person.
  public func add(_ person: Person, token: String) {
    contents.withLockedValue { $0.tokens[token] = person }
  }

  /// Has an invitation open a room.
  public func add(invite: String, role: RoomRole, to room: String) {
    contents.withLockedValue { $0.invites[room, default: [:]][invite] = Invite(role: role) }
  }

  /// Has an invitation open a room no more.
  public func revoke(invite: String, of room: String) {
    contents.withLockedValue { $0.invites[room]?[invite]?.isRevoked = true }
  }

  /// Makes somebody a member or moderator.
  public func add(role: RoomRole, of person: String, in room: String) {
    contents.withLockedValue { $0.roles[room, default: [:]][person] = role }
  }

  /// Gives somebody an avatar.
  public func add(_ avatar: AvatarReference, of person: String) {
    contents.withLockedValue { $0.avatars[person, default: [:]][avatar.id] = avatar }
  }

  /// Gives somebody a scene.
  public func add(_ scene: PlacedScene, of person: String) {
    contents.withLockedValue { $0.scenes[person, default: [:]][scene.id] = scene }
  }

  /// Has every write fail from now on, or succeed again; in tests.
  public func fail(with refusal: RoomRefusal?) { failure.withLockedValue { $0 = refusal } }

  /// How often something was kept.
  public var writes: Int { contents.withLockedValue { $0.writes } }

  // MARK: RoomKeeping

  /// See ``RoomKeeping``.
  public func admission(
    token: String, room: String, invite: String?
  ) async throws(RoomRefusal) -> Admission {
    let result = contents.withLockedValue { contents in
      Result { () throws(RoomRefusal) in
        try Self.admission(token, room, invite, &contents)
      }
    }
    return try result.get()
  }

  private static func admission(
    _ token: String, _ room: String, _ invite: String?, _ contents: inout Contents
  ) throws(RoomRefusal) -> Admission {
    guard let person = contents.tokens[token] else { throw .invalidToken }
    guard contents.rooms[room] != nil else { throw .unknownRoom }
    var role = contents.roles[room]?[person.id]
    var mustKnock = false
    if let invite, let known = contents.invites[room]?[invite] {
      if known.isRevoked {
        guard role != nil || known.people.contains(person.id) else { throw .unknownInvite }
        mustKnock = role == nil
      } else {
        contents.invites[room]?[invite]?.people.insert(person.id)
        role = max(role ?? .guest, known.role)
        if let role, role > .guest { contents.roles[room, default: [:]][person.id] = role }
      }
    } else if role == nil {
      let admitting = contents.invites[room]?.values.first { $0.people.contains(person.id) }
      guard let admitting else { throw invite == nil ? .notAllowed : .unknownInvite }
      mustKnock = admitting.isRevoked
    }
    let blocked = contents.blocks.filter { $0.contains(person.id) }.flatMap { $0 }
    return Admission(
      person: person.id, name: person.name, isGuest: person.isGuest, role: role ?? .guest,
      key: Array(repeating: 7, count: 32), blocked: Set(blocked).subtracting([person.id]),
      isBanned: contents.banned[room]?.contains(person.id) ?? false, mustKnock: mustKnock)
  }

  /// See ``RoomKeeping``.
  public func room(_ id: String) async throws(RoomRefusal) -> KeptRoom? {
    contents.withLockedValue { $0.rooms[id] }
  }

  /// See ``RoomKeeping``.
  public func save(_ settings: RoomSettings, of room: String) async throws(RoomRefusal) {
    try write { $0.rooms[room]?.settings = settings }
  }

  /// See ``RoomKeeping``.
  public func save(
    _ presence: KeptPresence?, participant: UInt16, of room: String
  ) async throws(RoomRefusal) {
    try write { $0.rooms[room]?.presences[participant] = presence }
  }

  /// See ``RoomKeeping``.
  public func save(
    role: RoomRole, of person: String, in room: String
  ) async throws(RoomRefusal) {
    try write { $0.roles[room, default: [:]][person] = role }
  }

  /// See ``RoomKeeping``.
  public func ban(_ person: String, from room: String) async throws(RoomRefusal) {
    try write { contents in _ = contents.banned[room, default: []].insert(person) }
  }

  /// See ``RoomKeeping``.
  public func setBlock(
    _ isBlocked: Bool, of person: String, by other: String
  ) async throws(RoomRefusal) {
    try write { contents in
      if isBlocked {
        contents.blocks.insert([other, person])
      } else {
        contents.blocks.remove([other, person])
      }
    }
  }

  /// See ``RoomKeeping``.
  public func isBlocked(_ person: String, by other: String) async throws(RoomRefusal) -> Bool {
    contents.withLockedValue { $0.blocks.contains([other, person]) }
  }

  /// See ``RoomKeeping``.
  public func append(
    _ message: ChatMessage, to room: String
  ) async throws(RoomRefusal) -> Int64 {
    var message = message
    return try write { contents in
      message.n = (contents.messages[room] ?? 0) + 1
      contents.messages[room] = message.n
      contents.rooms[room]?.chat.append(message)
      if let count = contents.rooms[room]?.chat.count, count > 200 {
        contents.rooms[room]?.chat.removeFirst(count - 200)
      }
      return message.n
    }
  }

  /// See ``RoomKeeping``.
  public func avatar(
    _ id: String, of person: String
  ) async throws(RoomRefusal) -> AvatarReference? {
    contents.withLockedValue { $0.avatars[person]?[id] }
  }

  /// See ``RoomKeeping``.
  public func scene(
    _ id: String, of person: String
  ) async throws(RoomRefusal) -> PlacedScene? {
    contents.withLockedValue { $0.scenes[person]?[id] }
  }

  private func write<Value>(
    _ change: (inout Contents) -> Value
  ) throws(RoomRefusal) -> Value {
    if let failure = failure.withLockedValue({ $0 }) { throw failure }
    return contents.withLockedValue { contents in
      contents.writes += 1
      return change(&contents)
    }
  }
}
