import Foundation
import GRDB
import RoomServer
import ServerSupport

extension PeopleStore {
  /// Makes an invitation, for moderators.
  ///
  /// - Returns: it, with the secret that is told once.
  func invite(
    to room: String, role: RoomRole, seconds: Int?, uses: Int?, by person: String, now: Int64
  ) async throws(IdentityError) -> InviteView {
    let limit = limits.invites
    let secret = InviteSecret.new()
    let invite = InviteView(
      id: Identifier.new(), role: role.name, expires: seconds.map { now + Int64($0) * 1000 },
      uses: uses, used: 0, created: now, secret: secret)
    return try await write { db in
      try Self.needModerator(person, of: room, in: db)
      let count = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM invite WHERE room = ?", arguments: [room])
      guard count ?? 0 < limit else { throw IdentityError.tooManyInvites(limit: limit) }
      try db.execute(
        sql: """
          INSERT INTO invite (id, room, role, digest, expires, uses, created)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          invite.id, room, role.rawValue, InviteSecret.digest(secret), invite.expires, uses, now,
        ])
      return invite
    }
  }

  /// A room's invitations, for moderators, oldest first.
  func invites(to room: String, for person: String) async throws(IdentityError) -> [InviteView] {
    try await read { db in
      try Self.needModerator(person, of: room, in: db)
      return try Row.fetchAll(
        db, sql: "SELECT * FROM invite WHERE room = ? ORDER BY created, id", arguments: [room]
      ).map { row in
        InviteView(
          id: row["id"], role: (RoomRole(rawValue: row["role"]) ?? .guest).name,
          expires: row["expires"], uses: row["uses"], used: row["used"], created: row["created"])
      }
    }
  }

  /// Revokes an invitation, for moderators: those whom it admitted as guests knock from now on.
  func revoke(
    invite: String, to room: String, by person: String
  ) async throws(IdentityError) {
    try await write { db in
      try Self.needModerator(person, of: room, in: db)
      try db.execute(
        sql: "UPDATE member SET mustKnock = 1 WHERE room = ? AND invite = ? AND role = ?",
        arguments: [room, invite, RoomRole.guest.rawValue])
      try db.execute(
        sql: "DELETE FROM invite WHERE room = ? AND id = ?", arguments: [room, invite])
      guard db.changesCount > 0 else { throw IdentityError.unknownInvite }
    }
  }
}
