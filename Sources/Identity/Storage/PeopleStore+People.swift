import Foundation
import GRDB
import RoomServer

extension PeopleStore {
  /// Finds who a key speaks for; a key that nobody knows is a new guest's.
  ///
  /// - Parameter name: what a new guest is called.
  func signIn(
    _ key: DeviceKey, name: String?, now: Int64
  ) async throws(IdentityError) -> (person: String, name: String, isGuest: Bool) {
    let guests = limits.guests
    return try await write { db in
      let known = try Row.fetchOne(
        db,
        sql: """
          SELECT person.id, person.name, person.isGuest, device.removed
          FROM device JOIN person ON person.id = device.person WHERE device.key = ?
          """, arguments: [Data(key.bytes)])
      if let known {
        guard known["removed"] as Int64? == nil else { throw IdentityError.removedDevice }
        try Self.touch(known["id"], now: now, in: db)
        return (known["id"], known["name"], known["isGuest"])
      }
      let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM person WHERE isGuest") ?? 0
      guard count < guests else { throw IdentityError.tooManyPeople }
      let (person, name) = (key.person, name ?? Self.nameless)
      try db.execute(
        sql: "INSERT INTO person (id, name, isGuest, created, seen) VALUES (?, ?, 1, ?, ?)",
        arguments: [person, name, now, now])
      try db.execute(
        sql: "INSERT INTO device (key, person, name, kind, time) VALUES (?, ?, '', 'device', ?)",
        arguments: [Data(key.bytes), person, now])
      return (person, name, true)
    }
  }

  /// What somebody is called who did not say.
  static let nameless = "Guest"

  /// Whether a token's device is still one of its person's.
  func isKnown(_ speaker: Speaker) async throws(IdentityError) -> Bool {
    try await read { db in try Self.isKnown(speaker, in: db) }
  }

  static func isKnown(_ speaker: Speaker, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT 1 FROM device WHERE key = ? AND person = ? AND removed IS NULL",
      arguments: [Data(speaker.key.bytes), speaker.person]) ?? false
  }

  /// Notes that somebody is there; guests are kept for a day from then.
  static func touch(_ person: String, now: Int64, in db: Database) throws {
    // Now and then is enough, and spares pages of the disk.
    try db.execute(
      sql: "UPDATE person SET seen = ? WHERE id = ? AND seen < ?",
      arguments: [now, person, now - 300_000])
  }

  /// All that a person sees of themselves.
  func view(of person: String) async throws(IdentityError) -> PersonView {
    try await read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT * FROM person WHERE id = ?", arguments: [person])
      else { throw IdentityError.invalidToken }
      let expressiveness = row["expressiveness"] as String?
      return PersonView(
        person: person, name: row["name"], isGuest: row["isGuest"],
        expressiveness: try expressiveness.map {
          try JSONColumn.value($0)
        },
        devices: try Self.devices(of: person, in: db),
        avatars: try Self.avatars(of: person, in: db),
        scenes: try Self.scenes(of: person, in: db),
        rooms: try Self.rooms(of: person, in: db),
        blocked: try String.fetchAll(
          db, sql: "SELECT other FROM block WHERE person = ? ORDER BY other", arguments: [person]))
    }
  }

  /// Changes what a person says of themselves; nil leaves a value as it is.
  func change(
    _ person: String, name: String?, expressiveness: JSONValue?, becomesAccount: Bool
  ) async throws(IdentityError) {
    let text: String?
    do {
      text = try expressiveness.map(JSONColumn.text)
    } catch {
      throw .malformedBody(field: "expressiveness")
    }
    let accounts = limits.accounts
    try await write { db in
      if becomesAccount {
        let count = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM person WHERE NOT isGuest AND id <> ?",
          arguments: [person])
        guard count ?? 0 < accounts else { throw IdentityError.tooManyPeople }
      }
      try db.execute(
        sql: """
          UPDATE person SET name = coalesce(?, name), expressiveness = coalesce(?, expressiveness),
            isGuest = isGuest AND NOT ? WHERE id = ?
          """, arguments: [name, text, becomesAccount, person])
    }
  }

  /// Keeps or ends a block.
  ///
  /// - Returns: whether anything has changed.
  func setBlock(
    _ isBlocked: Bool, of person: String, by other: String
  ) async throws(IdentityError) -> Bool {
    let limit = limits.blocks
    return try await write { db in
      guard isBlocked else {
        try db.execute(
          sql: "DELETE FROM block WHERE person = ? AND other = ?", arguments: [other, person])
        return db.changesCount > 0
      }
      guard person != other else { throw IdentityError.oneself }
      let exists = try Bool.fetchOne(
        db, sql: "SELECT 1 FROM person WHERE id = ?", arguments: [person])
      guard exists != nil else { throw IdentityError.unknownPerson }
      try db.execute(
        sql: "INSERT OR IGNORE INTO block (person, other) VALUES (?, ?)",
        arguments: [other, person])
      let isNew = db.changesCount > 0
      let count = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM block WHERE person = ?", arguments: [other])
      guard count ?? 0 <= limit else { throw IdentityError.tooManyBlocks(limit: limit) }
      return isNew
    }
  }

  /// Everybody whom a person has blocked or who has blocked them.
  static func blocked(around person: String, in db: Database) throws -> Set<String> {
    try String.fetchSet(
      db,
      sql: """
        SELECT other FROM block WHERE person = ? UNION SELECT person FROM block WHERE other = ?
        """, arguments: [person, person])
  }
}
