/// What a person sees of a room that they belong to.
struct RoomView: Codable, Equatable, Sendable {
  var id: String
  var name: String
  var surroundings: String
  var arrangement: String
  var isLocked: Bool
  var hasLobby: Bool
  /// What the person may do in it: guest, member, moderator.
  var role: String
  /// Milliseconds since 1970.
  var created: Int64
}

/// What moderators see of an invitation; its secret is told once.
struct InviteView: Codable, Equatable, Sendable {
  var id: String
  var role: String
  /// Milliseconds since 1970; nil where it lasts.
  var expires: Int64?
  /// How many people it admits; nil where that does not matter.
  var uses: Int?
  /// How many it has admitted.
  var used: Int
  var created: Int64
  var secret: String?
}

/// What somebody wrote in a room, as their export has it.
struct WrittenMessage: Codable, Equatable, Sendable {
  var room: String
  var n: Int64
  var time: Int64
  var text: String
}
