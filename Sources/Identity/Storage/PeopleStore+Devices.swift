import Foundation
import GRDB
import RoomServer

/// A device to be added to a person's.
struct NewDevice: Sendable {
  var key: DeviceKey
  var name: String
  var kind: DeviceView.Kind
  var certificate: DeviceCertificate
  /// The known device that signed it.
  var by: DeviceKey
}

extension PeopleStore {
  /// Adds a device whose certificate's signature has been checked.
  ///
  /// A new device has asked to be paired, which shows that it has its key; it may have been a guest's
  /// only one until now, who then becomes this person.
  ///
  /// - Returns: the guest that was forgotten, where there was one.
  func add(
    _ device: NewDevice, to person: String, now: Int64
  ) async throws(IdentityError) -> Forgotten? {
    let limit = limits.devices
    let forgotten: Forgotten? = try await write { db in
      guard try Self.isKnown(Speaker(person: person, key: device.by), in: db) else {
        throw IdentityError.invalidCertificate
      }
      let hasAsked = try Bool.fetchOne(
        db, sql: "SELECT 1 FROM pairing WHERE key = ? AND expires > ? AND NOT isApproved",
        arguments: [Data(device.key.bytes), now])
      var forgotten: Forgotten?
      if let guest = try Self.owner(of: device.key, in: db) {
        guard hasAsked != nil, guest.person != person, guest.isGuest, guest.devices == 1 else {
          throw IdentityError.knownDevice
        }
        forgotten = try Self.forget(guest.person, in: db)
      }
      guard device.kind == .recovery || hasAsked != nil else {
        throw IdentityError.deviceHasNotAsked
      }
      let count = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM device WHERE person = ?", arguments: [person])
      guard count ?? 0 < limit else { throw IdentityError.tooManyDevices(limit: limit) }
      try db.execute(
        sql: """
          INSERT INTO device (key, person, name, kind, "by", time, certificate)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          Data(device.key.bytes), person, device.name, device.kind.rawValue, Data(device.by.bytes),
          device.certificate.time, Base64URL.bytes(device.certificate.certificate).map { Data($0) },
        ])
      try db.execute(
        sql: "UPDATE pairing SET isApproved = 1 WHERE key = ?", arguments: [Data(device.key.bytes)])
      return forgotten
    }
    if let forgotten { removeFiles(of: forgotten) }
    return forgotten
  }

  /// Removes a device; its key is never taken again.
  func remove(
    _ key: DeviceKey, of person: String, now: Int64
  ) async throws(IdentityError) -> DeviceView.Kind {
    try await write { db in
      let devices = try Self.devices(of: person, in: db)
      guard let device = devices.first(where: { $0.key == key.text }) else {
        throw IdentityError.unknownDevice
      }
      guard devices.count > 1 else { throw IdentityError.lastDevice }
      try db.execute(
        sql: "UPDATE device SET removed = ?, name = '' WHERE key = ?",
        arguments: [now, Data(key.bytes)])
      return device.kind
    }
  }

  /// A person's devices but the removed ones, oldest first.
  static func devices(of person: String, in db: Database) throws -> [DeviceView] {
    try Row.fetchAll(
      db,
      sql: "SELECT * FROM device WHERE person = ? AND removed IS NULL ORDER BY time, key",
      arguments: [person]
    ).map { row in
      DeviceView(
        key: Base64URL.text(row["key"] as Data), name: row["name"],
        kind: DeviceView.Kind(rawValue: row["kind"]) ?? .device, time: row["time"],
        by: (row["by"] as Data?).map { Base64URL.text($0) },
        certificate: (row["certificate"] as Data?).map { Base64URL.text($0) })
    }
  }

  /// The certificates that lead from a person's first key to another, removed devices' included.
  static func chain(to speaker: Speaker, in db: Database) throws -> [DeviceCertificate] {
    let certificates = try Row.fetchAll(
      db, sql: "SELECT * FROM device WHERE person = ? AND certificate IS NOT NULL",
      arguments: [speaker.person]
    ).map { row in
      DeviceCertificate(
        key: Base64URL.text(row["key"] as Data), by: Base64URL.text(row["by"] as Data),
        time: row["time"], certificate: Base64URL.text(row["certificate"] as Data))
    }
    let chain = DeviceChain.chain(to: speaker.key, of: speaker.person, among: certificates)
    guard let chain else { throw IdentityError.failure }
    return chain
  }

  private static func owner(
    of key: DeviceKey, in db: Database
  ) throws -> (person: String, isGuest: Bool, devices: Int)? {
    try Row.fetchOne(
      db,
      sql: """
        SELECT person.id, person.isGuest,
          (SELECT count(*) FROM device AS all_ WHERE all_.person = person.id) AS devices
        FROM device JOIN person ON person.id = device.person WHERE device.key = ?
        """, arguments: [Data(key.bytes)]
    ).map { ($0["id"], $0["isGuest"], $0["devices"]) }
  }
}
