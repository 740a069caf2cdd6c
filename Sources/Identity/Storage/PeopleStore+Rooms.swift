import Foundation
import GRDB
import RoomServer
import ServerSupport

extension PeopleStore {
  /// Makes a room; its maker moderates it.
  func makeRoom(
    name: String, surroundings: RoomSurroundings, arrangement: RoomArrangement,
    by person: String, now: Int64
  ) async throws(IdentityError) -> RoomView {
    let limit = limits.rooms
    let room = RoomView(
      id: Identifier.new(), name: name, surroundings: surroundings.rawValue,
      arrangement: arrangement.rawValue, isLocked: false, hasLobby: false,
      role: RoomRole.moderator.name, created: now)
    return try await write { db in
      let count = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM member WHERE person = ? AND role = ?",
        arguments: [person, RoomRole.moderator.rawValue])
      guard count ?? 0 < limit else { throw IdentityError.tooManyRooms(limit: limit) }
      try db.execute(
        sql: """
          INSERT INTO room (id, name, surroundings, arrangement, created) VALUES (?, ?, ?, ?, ?)
          """, arguments: [room.id, name, room.surroundings, room.arrangement, now])
      try db.execute(
        sql: "INSERT INTO member (room, person, role, since) VALUES (?, ?, ?, ?)",
        arguments: [room.id, person, RoomRole.moderator.rawValue, now])
      return room
    }
  }

  /// A room that somebody belongs to, by whatever role.
  func room(_ id: String, for person: String) async throws(IdentityError) -> RoomView {
    try await read { db in
      let sql = Self.roomQuery + " AND room.id = ?"
      guard let row = try Row.fetchOne(db, sql: sql, arguments: [person, id]) else {
        throw IdentityError.unknownRoom
      }
      return Self.room(row)
    }
  }

  /// The rooms that somebody is a member or moderator of, oldest first.
  static func rooms(of person: String, in db: Database) throws -> [RoomView] {
    try Row.fetchAll(
      db, sql: roomQuery + " AND member.role >= ? ORDER BY room.created, room.id",
      arguments: [person, RoomRole.member.rawValue]
    ).map(room)
  }

  func rooms(of person: String) async throws(IdentityError) -> [RoomView] {
    try await read { try Self.rooms(of: person, in: $0) }
  }

  /// Deletes a room with all it holds.
  func deleteRoom(_ id: String, by person: String) async throws(IdentityError) {
    try await write { db in
      try Self.needModerator(person, of: id, in: db)
      try db.execute(sql: "DELETE FROM room WHERE id = ?", arguments: [id])
      try Self.setErasing(in: db)
    }
    try await erase()
  }

  /// - Throws: ``IdentityError/unknownRoom`` for who does not belong to it,
  ///   ``IdentityError/notModerator``.
  static func needModerator(_ person: String, of room: String, in db: Database) throws {
    let role = try Int.fetchOne(
      db, sql: "SELECT role FROM member WHERE room = ? AND person = ?", arguments: [room, person])
    guard let role else { throw IdentityError.unknownRoom }
    guard role == RoomRole.moderator.rawValue else { throw IdentityError.notModerator }
  }

  private static let roomQuery = """
    SELECT room.*, member.role FROM room JOIN member ON member.room = room.id
    WHERE member.person = ?
    """

  private static func room(_ row: Row) -> RoomView {
    RoomView(
      id: row["id"], name: row["name"], surroundings: row["surroundings"],
      arrangement: row["arrangement"], isLocked: row["isLocked"], hasLobby: row["hasLobby"],
      role: (RoomRole(rawValue: row["role"]) ?? .guest).name, created: row["created"])
  }
}
