import Foundation
import GRDB
import RoomServer
import ServerSupport

/// What has to follow when somebody's rows are gone.
struct Forgotten: Sendable, Equatable {
  var person: String
  /// Avatars whose files have to go.
  var avatars: [String]
  /// Scenes whose files have to go, and that rooms have to do without.
  var scenes: [String]
  /// Rooms that nobody was left to moderate, deleted as well.
  var rooms: [String]
}

extension PeopleStore {
  /// Removes everything of a person, from the disk too.
  func forget(_ person: String) async throws(IdentityError) -> Forgotten {
    let forgotten = try await write { db in try Self.forget(person, in: db) }
    removeFiles(of: forgotten)
    try await erase()
    return forgotten
  }

  /// Removes guests who were not seen for a day, and what has ended.
  ///
  /// - Parameter isPresent: whether somebody is in a room now.
  /// - Returns: the guests who are gone.
  func tidy(
    now: Int64, isPresent: @Sendable (String) async -> Bool
  ) async throws(IdentityError) -> [Forgotten] {
    let seen = now - Int64(limits.guestHours) * 3_600_000
    let candidates = try await read { db in
      try String.fetchAll(
        db, sql: "SELECT id FROM person WHERE isGuest AND seen < ?", arguments: [seen])
    }
    var forgotten: [Forgotten] = []
    for guest in candidates {
      if await isPresent(guest) { continue }
      let gone: Forgotten? = try await write { db in
        // They may have come back meanwhile.
        let isOld = try Bool.fetchOne(
          db, sql: "SELECT 1 FROM person WHERE id = ? AND isGuest AND seen < ?",
          arguments: [guest, seen])
        return isOld == nil ? nil : try Self.forget(guest, in: db)
      }
      guard let gone else { continue }
      removeFiles(of: gone)
      forgotten.append(gone)
    }
    try await write { db in
      try db.execute(sql: "DELETE FROM pairing WHERE expires <= ?", arguments: [now])
      // For a day, who comes with an ended invitation is told that it has ended.
      try db.execute(
        sql: "DELETE FROM invite WHERE expires <= ?", arguments: [now - 86_400_000])
    }
    if try await read({ try Self.hasErasing($0) }) { try await erase() }
    return forgotten
  }

  /// Removes a person's rows.
  ///
  /// A room without another moderator goes to whoever has been a member longest, else with them.
  static func forget(_ person: String, in db: Database) throws -> Forgotten {
    let avatars = try String.fetchAll(
      db, sql: "SELECT id FROM avatar WHERE person = ?", arguments: [person])
    let scenes = try String.fetchAll(
      db, sql: "SELECT id FROM scene WHERE person = ?", arguments: [person])
    let moderated = try String.fetchAll(
      db,
      sql: """
        SELECT room FROM member AS mine WHERE person = ? AND role = ? AND NOT EXISTS (
          SELECT 1 FROM member WHERE room = mine.room AND role = mine.role AND person <> mine.person)
        """, arguments: [person, RoomRole.moderator.rawValue])
    var rooms: [String] = []
    for room in moderated {
      try db.execute(
        sql: """
          UPDATE member SET role = ? WHERE room = ? AND person = (
            SELECT person FROM member WHERE room = ? AND role = ? ORDER BY since, person LIMIT 1)
          """,
        arguments: [RoomRole.moderator.rawValue, room, room, RoomRole.member.rawValue])
      guard db.changesCount == 0 else { continue }
      try db.execute(sql: "DELETE FROM room WHERE id = ?", arguments: [room])
      rooms.append(room)
    }
    try db.execute(sql: "DELETE FROM person WHERE id = ?", arguments: [person])
    try setErasing(in: db)
    return Forgotten(person: person, avatars: avatars, scenes: scenes, rooms: rooms)
  }

  func removeFiles(of forgotten: Forgotten) {
    for avatar in forgotten.avatars { removeAvatarFile(avatar) }
    for scene in forgotten.scenes { removeSceneFile(scene) }
  }

  /// Notes that something deleted still has to be overwritten; survives a kill.
  static func setErasing(in db: Database) throws {
    try db.execute(sql: "INSERT OR IGNORE INTO erasing (id) VALUES (1)")
  }

  static func hasErasing(_ db: Database) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT 1 FROM erasing") ?? false
  }

  /// Overwrites what was deleted: in the database, where moved rows may have left copies, and in
  /// the log of its changes.
  func erase() async throws(IdentityError) {
    do {
      try await pool.writeWithoutTransaction { try Self.erase(in: $0) }
    } catch {
      throw failure(error)
    }
  }

  func eraseNow() throws { try pool.writeWithoutTransaction { try Self.erase(in: $0) } }

  private static func erase(in db: Database) throws {
    try db.execute(sql: "VACUUM")
    try db.execute(sql: "DELETE FROM erasing")
    try db.checkpoint(.truncate)
  }
}
