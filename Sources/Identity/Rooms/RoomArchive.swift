import Foundation
import GRDB
public import RoomServer

/// Rooms as they lie on the disk, for those who run them.
public struct RoomArchive: RoomKeeping {
  /// Messages that a room keeps.
  static let messages: Int64 = 200

  let store: PeopleStore
  let tokens: Tokens
  let clock: @Sendable () -> Int64

  /// The room as it was kept; nil where there is none.
  public func room(_ id: String) async throws(RoomRefusal) -> KeptRoom? {
    try await read { db in
      guard
        let row = try Row.fetchOne(db, sql: "SELECT * FROM room WHERE id = ?", arguments: [id])
      else { return nil }
      let scene = try Row.fetchOne(
        db, sql: "SELECT * FROM scene WHERE id = ?", arguments: [row["scene"] as String?])
      let presences = try Row.fetchAll(
        db, sql: "SELECT * FROM presence WHERE room = ?", arguments: [id]
      ).map { (UInt16(truncatingIfNeeded: $0["participant"] as Int), try KeptPresence($0)) }
      let chat = try Row.fetchAll(
        db, sql: "SELECT * FROM message WHERE room = ? ORDER BY n", arguments: [id]
      ).map { ChatMessage($0) }
      return KeptRoom(
        id: id, settings: try RoomSettings(row, scene: scene),
        presences: Dictionary(presences) { $1 }, chat: chat)
    }
  }

  /// Keeps name, surroundings, arrangement, lock, lobby, and the moved seats; of a scene that is gone
  /// nothing.
  public func save(_ settings: RoomSettings, of room: String) async throws(RoomRefusal) {
    try await write { db in
      try db.execute(
        sql: """
          UPDATE room SET name = ?, surroundings = ?, arrangement = ?, isLocked = ?, hasLobby = ?,
            seats = ?, scene = (SELECT id FROM scene WHERE id = ?), scenePlace = ? WHERE id = ?
          """,
        arguments: [
          settings.name, settings.surroundings, settings.arrangement, settings.isLocked,
          settings.hasLobby, try JSONColumn.text(settings.seats), settings.scene?.id,
          try settings.scene.map { try JSONColumn.text($0.place) }, room,
        ])
      try Self.needChange(in: db)
    }
  }

  /// Keeps a presence: seat, place, name, secret; nil removes it.
  public func save(
    _ presence: KeptPresence?, participant: UInt16, of room: String
  ) async throws(RoomRefusal) {
    let now = clock()
    try await write { db in
      guard let presence else {
        try db.execute(
          sql: "DELETE FROM presence WHERE room = ? AND participant = ?",
          arguments: [room, participant])
        return
      }
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO presence (room, participant, person, name, role, isGuest, seat,
            place, isMuted, avatar, secret) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          room, participant, presence.person, presence.name, presence.role.rawValue,
          presence.isGuest, presence.seat, try presence.place.map(JSONColumn.text),
          presence.isMuted, try presence.avatar.map(JSONColumn.text), Data(presence.secretDigest),
        ])
      try PeopleStore.touch(presence.person, now: now, in: db)
    }
  }

  /// Keeps what somebody may do in a room from now on.
  public func save(
    role: RoomRole, of person: String, in room: String
  ) async throws(RoomRefusal) {
    let now = clock()
    try await write { db in
      try db.execute(
        sql: """
          INSERT INTO member (room, person, role, since) VALUES (?, ?, ?, ?)
          ON CONFLICT (room, person) DO UPDATE SET role = excluded.role, mustKnock = 0
          """, arguments: [room, person, role.rawValue, now])
    }
  }

  /// Lets somebody into a room never again.
  public func ban(_ person: String, from room: String) async throws(RoomRefusal) {
    try await write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO ban (room, person) VALUES (?, ?)", arguments: [room, person])
      try db.execute(
        sql: "DELETE FROM member WHERE room = ? AND person = ?", arguments: [room, person])
    }
  }

  /// Keeps or ends one person's block of another; of somebody who is gone there is nothing to keep.
  public func setBlock(
    _ isBlocked: Bool, of person: String, by other: String
  ) async throws(RoomRefusal) {
    do {
      _ = try await store.setBlock(isBlocked, of: person, by: other)
    } catch .unknownPerson {
    } catch .oneself {
      throw .notAllowed
    } catch .tooManyBlocks {
      throw .tooMany
    } catch {
      throw .storage
    }
  }

  /// Whether one person has blocked another, whatever the other has done.
  public func isBlocked(
    _ person: String, by other: String
  ) async throws(RoomRefusal) -> Bool {
    try await read { db in
      try Bool.fetchOne(
        db, sql: "SELECT 1 FROM block WHERE person = ? AND other = ?", arguments: [other, person])
        ?? false
    }
  }

  /// Appends a chat message and gives it a number; older than the last 200 go.
  public func append(
    _ message: ChatMessage, to room: String
  ) async throws(RoomRefusal) -> Int64 {
    try await write { db in
      let n = try Int64.fetchOne(
        db, sql: "UPDATE room SET lastMessage = lastMessage + 1 WHERE id = ? RETURNING lastMessage",
        arguments: [room])
      guard let n else { throw IdentityError.unknownRoom }
      try db.execute(
        sql: """
          INSERT INTO message (room, n, participant, person, name, time, text)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          room, n, message.participant, message.person, message.name, message.time, message.text,
        ])
      try db.execute(
        sql: "DELETE FROM message WHERE room = ? AND n <= ?", arguments: [room, n - Self.messages])
      return n
    }
  }

  /// An avatar that its owner may show in rooms; nil where there is none of theirs.
  public func avatar(
    _ id: String, of person: String
  ) async throws(RoomRefusal) -> AvatarReference? {
    try await read { db in
      try PeopleStore.avatars(of: person, in: db)
        .first { $0.id == id && $0.access != .me }
        .map { AvatarReference(id: $0.id, bytes: $0.bytes, sha256: $0.sha256) }
    }
  }

  /// A scene of a person's, standing where its file says; nil where there is none of theirs.
  public func scene(
    _ id: String, of person: String
  ) async throws(RoomRefusal) -> PlacedScene? {
    try await read { db in
      try Row.fetchOne(
        db, sql: "SELECT * FROM scene WHERE id = ? AND person = ?", arguments: [id, person]
      ).map { try PlacedScene($0) }
    }
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(RoomRefusal) -> Value {
    do {
      return try await store.read(body)
    } catch {
      throw Self.refusal(error)
    }
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(RoomRefusal) -> Value {
    do {
      return try await store.write(body)
    } catch {
      throw Self.refusal(error)
    }
  }

  private static func refusal(_ error: IdentityError) -> RoomRefusal {
    switch error {
    case .unknownRoom: .unknownRoom
    case .invalidToken: .invalidToken
    default: .storage
    }
  }

  private static func needChange(in db: Database) throws {
    guard db.changesCount > 0 else { throw IdentityError.unknownRoom }
  }
}
