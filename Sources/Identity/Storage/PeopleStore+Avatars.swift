import Crypto
import Foundation
import GRDB
import NIOPosix
import RoomServer
import ServerSupport

#if canImport(Darwin)
  import Darwin
#else
  import CoreFoundation
  import Glibc
#endif

extension PeopleStore {
  /// Takes an avatar, known to be one.
  func add(
    avatar bytes: [UInt8], name: String, access: AvatarView.Access, of person: String, now: Int64
  ) async throws(IdentityError) -> AvatarView {
    let avatar = AvatarView(
      id: Identifier.new(), name: name, access: access, bytes: bytes.count,
      sha256: Base64URL.text(SHA256.hash(data: bytes)), created: now)
    let path = avatarPath(avatar.id)
    do {
      // The disk is waited for elsewhere than where requests are answered.
      try await NIOThreadPool.singleton.runIfActive { try AtomicFile.write(bytes, to: path) }
    } catch {
      throw failure(error)
    }
    let limit = limits.avatars
    do throws(IdentityError) {
      try await write { db in
        try db.execute(
          sql: """
            INSERT INTO avatar (id, person, name, access, bytes, sha256, created)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            avatar.id, person, name, access.rawValue, avatar.bytes, avatar.sha256, now,
          ])
        let count = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM avatar WHERE person = ?", arguments: [person])
        guard count ?? 0 <= limit else { throw IdentityError.tooManyAvatars(limit: limit) }
      }
    } catch {
      removeAvatarFile(avatar.id)
      throw error
    }
    return avatar
  }

  /// Refuses early what ``add(avatar:name:access:of:now:)`` would refuse.
  func refuseAvatarTooMany(of person: String) async throws(IdentityError) {
    let limit = limits.avatars
    let count = try await read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM avatar WHERE person = ?", arguments: [person])
    }
    guard count ?? 0 < limit else { throw .tooManyAvatars(limit: limit) }
    guard freeBytes - limits.avatarBytes >= limits.freeBytes else { throw .diskFull }
  }

  /// Changes an avatar's name or who may have it; nil leaves a value as it is.
  func change(
    avatar id: String, of person: String, name: String?, access: AvatarView.Access?
  ) async throws(IdentityError) -> AvatarView {
    try await write { db in
      try db.execute(
        sql: """
          UPDATE avatar SET name = coalesce(?, name), access = coalesce(?, access)
          WHERE id = ? AND person = ?
          """, arguments: [name, access?.rawValue, id, person])
      guard let avatar = try Self.avatars(of: person, in: db).first(where: { $0.id == id }) else {
        throw IdentityError.unknownAvatar
      }
      return avatar
    }
  }

  /// Removes an avatar of a person.
  func remove(avatar id: String, of person: String) async throws(IdentityError) {
    try await write { db in
      try db.execute(
        sql: "DELETE FROM avatar WHERE id = ? AND person = ?", arguments: [id, person])
      guard db.changesCount > 0 else { throw IdentityError.unknownAvatar }
    }
    removeAvatarFile(id)
  }

  /// An avatar with its owner, and whether one of the two has blocked the other.
  func avatar(
    _ id: String, for person: String
  ) async throws(IdentityError) -> (owner: String, avatar: AvatarView, isBlocked: Bool) {
    try await read { db in
      guard
        let row = try Row.fetchOne(db, sql: "SELECT * FROM avatar WHERE id = ?", arguments: [id])
      else { throw IdentityError.unknownAvatar }
      let owner = row["person"] as String
      let isBlocked = try Self.blocked(around: owner, in: db).contains(person)
      return (owner, Self.avatar(row), isBlocked)
    }
  }

  /// A person's avatars, the newest first.
  static func avatars(of person: String, in db: Database) throws -> [AvatarView] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM avatar WHERE person = ? ORDER BY created DESC, id",
      arguments: [person]
    ).map(avatar)
  }

  static func avatar(_ row: Row) -> AvatarView {
    AvatarView(
      id: row["id"], name: row["name"],
      access: AvatarView.Access(rawValue: row["access"]) ?? .me, bytes: row["bytes"],
      sha256: row["sha256"], created: row["created"])
  }

  /// Where an avatar's bytes lie.
  ///
  /// - Parameter id: one of the database's, or checked to be an identifier.
  func avatarPath(_ id: String) -> String { folder + "/\(Self.avatarFolder)/\(id).avatar" }

  func removeAvatarFile(_ id: String) { unlink(avatarPath(id)) }

  /// Removes files that a killed server left without their row.
  func removeOrphans() throws {
    for (folder, table) in [(Self.avatarFolder, "avatar"), (Self.sceneFolder, "scene")] {
      let known = try pool.read { try String.fetchSet($0, sql: "SELECT id FROM \(table)") }
      let place = self.folder + "/" + folder, ending = "." + table
      for name in try FileManager.default.contentsOfDirectory(atPath: place) {
        guard name.hasSuffix(ending), known.contains(String(name.dropLast(ending.count))) else {
          unlink(place + "/" + name)
          continue
        }
      }
    }
  }

  /// Bytes that the disk still takes.
  var freeBytes: Int {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return .max }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
