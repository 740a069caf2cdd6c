import Foundation
import GRDB
import RoomServer

/// A device that asks to be one of somebody's.
struct PairingView: Codable, Equatable, Sendable {
  var key: String
  var name: String
  var isApproved: Bool
}

extension PeopleStore {
  /// Notes that a device, which has shown to have its key, asks to be somebody's.
  ///
  /// - Returns: the code to be typed on one of that person's devices.
  func ask(_ key: DeviceKey, name: String, now: Int64) async throws(IdentityError) -> String {
    let limit = limits.pairings
    return try await write { db in
      try db.execute(
        sql: "DELETE FROM pairing WHERE expires <= ? OR key = ?",
        arguments: [now, Data(key.bytes)])
      let removed = try Bool.fetchOne(
        db, sql: "SELECT 1 FROM device WHERE key = ? AND removed IS NOT NULL",
        arguments: [Data(key.bytes)])
      guard removed == nil else { throw IdentityError.removedDevice }
      let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM pairing") ?? 0
      guard count < limit else { throw IdentityError.busy }
      // Two of a thousand codes among 31⁸ are the same about never, but never twice.
      var code = PairingCode.new()
      while try Bool.fetchOne(
        db, sql: "SELECT 1 FROM pairing WHERE code = ?", arguments: [code]) != nil
      {
        code = PairingCode.new()
      }
      try db.execute(
        sql: "INSERT INTO pairing (code, key, name, expires) VALUES (?, ?, ?, ?)",
        arguments: [code, Data(key.bytes), name, now + PairingCode.milliseconds])
      return code
    }
  }

  /// What asks under a code.
  func pairing(_ code: String, now: Int64) async throws(IdentityError) -> PairingView {
    try await read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT * FROM pairing WHERE code = ? AND expires > ?", arguments: [code, now])
      else { throw IdentityError.unknownPairing }
      return PairingView(
        key: Base64URL.text(row["key"] as Data), name: row["name"], isApproved: row["isApproved"])
    }
  }
}
