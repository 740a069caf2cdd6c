extension RoomRefusal {
  /// What the person is told: one sentence that says what to do, where anything can be done.
  public var detail: String {
    switch self {
    case .invalidToken: "This device is not signed in any more; load the page again."
    case .unknownRoom: "There is no such room."
    case .unknownInvite: "This link does not open the room any more; ask for a new one."
    case .expiredInvite: "This link has ended; ask for a new one."
    case .banned: "A moderator has closed this room to you."
    case .notAllowed: "Only a moderator can do that."
    case .full: "The room is full; try again when somebody has left."
    case .locked: "The room is locked; ask somebody inside to open it."
    case .denied: "You were not let in."
    case .removed: "A moderator has asked you to leave."
    case .resumedElsewhere: "You came in again elsewhere with this presence."
    case .closed: "The room has ended."
    case .invalidMessage(let field) where field.isEmpty: "The message could not be read."
    case .invalidMessage(let field): "The message's “\(field)” is missing or cannot be."
    case .invalidText(let most): "Write between 1 and \(most) characters."
    case .unknownParticipant: "Nobody in the room has this number."
    case .unknownKnock: "Nobody knocks with this number any more."
    case .unknownSeat: "There is no such seat."
    case .seatTaken: "Somebody sits there already."
    case .tooFar: "That is too far away; stay within ten metres."
    case .screenTaken: "Somebody else is showing their screen."
    case .unknownAvatar: "There is no such avatar of yours."
    case .unknownScene: "There is no such scene of yours."
    case .tooMany: "That was too much at once; wait a second."
    case .storage: "The server cannot keep this now; try again later."
    }
  }
}
