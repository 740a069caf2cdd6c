import Foundation
import GRDB
import RoomServer

extension RoomSettings {
  init(_ row: Row) throws {
    self.init(
      name: row["name"], surroundings: row["surroundings"], arrangement: row["arrangement"],
      isLocked: row["isLocked"], hasLobby: row["hasLobby"],
      seats: try JSONColumn.value(row["seats"]))
  }
}

extension KeptPresence {
  init(_ row: Row) throws {
    self.init(
      person: row["person"], name: row["name"], role: RoomRole(rawValue: row["role"]) ?? .guest,
      isGuest: row["isGuest"], seat: row["seat"],
      place: try (row["place"] as String?).map { try JSONColumn.value($0) },
      isMuted: row["isMuted"],
      avatar: try (row["avatar"] as String?).map { try JSONColumn.value($0) },
      secretDigest: Array(row["secret"] as Data))
  }
}

extension ChatMessage {
  init(_ row: Row) {
    self.init(
      n: row["n"], participant: UInt16(truncatingIfNeeded: row["participant"] as Int),
      person: row["person"], name: row["name"], time: row["time"], text: row["text"])
  }
}
