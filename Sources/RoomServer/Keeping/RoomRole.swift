/// What a person may do in a room.
public enum RoomRole: Int, Sendable, Codable, Comparable, CaseIterable {
  /// Takes part; knocks where the room has a lobby.
  case guest
  /// Takes part and comes again without an invitation.
  case member
  /// Also decides who takes part, and how the room is furnished.
  case moderator

  /// Who may do less comes first.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The word for it in messages.
  public var name: String {
    switch self {
    case .guest: "guest"
    case .member: "member"
    case .moderator: "moderator"
    }
  }

  /// The role that a message's word means.
  public init?(name: String) {
    guard let role = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = role
  }
}
