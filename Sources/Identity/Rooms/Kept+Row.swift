import Foundation
import GRDB
import RoomServer

extension RoomSettings {
  /// - Parameter scene: the row of the scene that surrounds the room, where one does.
  init(_ row: Row, scene: Row?) throws {
    self.init(
      name: row["name"], surroundings: row["surroundings"],
      scene: try scene.map { try PlacedScene($0, place: row["scenePlace"]) },
      arrangement: row["arrangement"],
      isLocked: row["isLocked"], hasLobby: row["hasLobby"],
      seats: try JSONColumn.value(row["seats"]))
  }
}

extension PlacedScene {
  /// - Parameter place: JSON; nil for where the file says.
  init(_ row: Row, place: String? = nil) throws {
    self.init(id: row["id"], bytes: row["bytes"], sha256: row["sha256"])
    if let place { self.place = try JSONColumn.value(place) }
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
