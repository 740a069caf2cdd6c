/// What happens elsewhere that those who are in rooms now must feel, and what rooms know of them.
public protocol LiveRooms: Sendable {
  /// One person has blocked another or ended it; from then on in every room.
  func setBlock(_ isBlocked: Bool, of person: String, by other: String) async
  /// A room was deleted: everybody in it is sent away.
  func close(room: String) async
  /// A person was deleted or lost all their tokens: their participants are sent away.
  func close(person: String) async
  /// A scene is no more: rooms that it surrounds do without.
  func drop(scene: String) async
  /// Whether somebody is in a room now that a scene surrounds.
  func surrounds(_ scene: String, _ person: String) async -> Bool
  /// Whether two people are in one room now and do not block each other.
  func meet(_ person: String, _ other: String) async -> Bool
}
