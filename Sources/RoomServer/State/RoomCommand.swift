/// What a participant may want done; what the keeper was asked before is in it.
enum RoomCommand: Sendable, Equatable {
  // About oneself.
  case sit(Int)
  case stand([Float])
  case name(String)
  case avatar(AvatarReference?)
  case voice(Bool)
  // About what is shared.
  case moveSeat(Int, to: [Float]?)
  case screen(Bool, of: UInt16?)
  case block(String, Bool)
  // For moderators.
  case lock(Bool)
  case lobby(Bool)
  case admit(UInt16)
  case deny(UInt16)
  case remove(UInt16, isBanned: Bool)
  case mute(UInt16, Bool)
  case role(UInt16, RoomRole)
  case arrange(RoomArrangement)
  case surround(RoomSurroundings)
  case scene(PlacedScene)
  case rename(String)

  /// Whether only moderators may.
  var needsModerator: Bool {
    switch self {
    case .lock, .lobby, .admit, .deny, .remove, .mute, .role, .arrange, .surround, .scene, .rename:
      true
    default: false
    }
  }
}
