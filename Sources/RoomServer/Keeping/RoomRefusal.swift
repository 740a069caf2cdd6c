/// Why somebody or something is refused in a room: words are put to it at the edge.
public enum RoomRefusal: Error, Sendable, Equatable {
  // At the door.
  /// The token is none, or has ended.
  case invalidToken
  /// There is no such room.
  case unknownRoom
  /// The invitation is none of this room's, or was revoked.
  case unknownInvite
  /// The invitation has ended or was used as often as it may be.
  case expiredInvite
  /// A moderator has sent this person away for good.
  case banned
  /// The room does not know this person, or the role is not enough.
  case notAllowed
  /// As many participants as the room takes.
  case full
  /// The room is locked.
  case locked
  /// A moderator has said no.
  case denied
  /// A moderator has sent the participant away.
  case removed
  /// The same presence was resumed elsewhere.
  case resumedElsewhere
  /// The room was deleted, or the person.
  case closed

  // In the room.
  /// The message is none that is known, or a value of it cannot be.
  case invalidMessage(field: String)
  /// Text is empty or longer than it may be.
  case invalidText(most: Int)
  /// Nobody has this number.
  case unknownParticipant
  /// Nobody knocks with this number.
  case unknownKnock
  /// The arrangement has no such seat.
  case unknownSeat
  /// Somebody else has the seat.
  case seatTaken
  /// A place lies further than 10 m away.
  case tooFar
  /// Somebody else has the screen.
  case screenTaken
  /// There is no such avatar of this person.
  case unknownAvatar
  /// There is no such scene of this person, and none in the room.
  case unknownScene
  /// More messages than are taken.
  case tooMany

  /// The disk does not take what has to be kept.
  case storage

  /// The short word for programs.
  public var code: String {
    switch self {
    case .invalidToken: "invalid-token"
    case .unknownRoom: "unknown-room"
    case .unknownInvite: "unknown-invite"
    case .expiredInvite: "expired-invite"
    case .banned: "banned"
    case .notAllowed: "not-allowed"
    case .full: "full"
    case .locked: "locked"
    case .denied: "denied"
    case .removed: "removed"
    case .resumedElsewhere: "resumed-elsewhere"
    case .closed: "closed"
    case .invalidMessage: "invalid-message"
    case .invalidText: "invalid-text"
    case .unknownParticipant: "unknown-participant"
    case .unknownKnock: "unknown-knock"
    case .unknownSeat: "unknown-seat"
    case .seatTaken: "seat-taken"
    case .tooFar: "too-far"
    case .screenTaken: "screen-taken"
    case .unknownAvatar: "unknown-avatar"
    case .unknownScene: "unknown-scene"
    case .tooMany: "too-many"
    case .storage: "storage"
    }
  }
}
