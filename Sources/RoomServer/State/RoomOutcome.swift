/// What a command has changed beside the state's values: what must be kept, who comes and goes.
struct RoomOutcome: Sendable, Equatable {
  /// Keys whose values changed, came or went.
  var touched: Set<RoomKey> = []
  /// What must be on the disk before anybody is told.
  var kept: [KeptWrite] = []
  /// Who was let in from the door, as knock and new participant.
  var admitted: [UInt16: UInt16] = [:]
  /// Who was turned away at the door.
  var denied: [UInt16: RoomRefusal] = [:]
  /// Whose presence has ended, and why; the state has forgotten them.
  var ended: [UInt16: RoomRefusal] = [:]
  /// Whether packets find other ways now: who is there, who is muted, who blocks whom.
  var reroutes = false
  /// People between whom a block began or ended; what one sees of the other changes.
  var blocks: [Block] = []

  /// A block that began or ended.
  struct Block: Sendable, Equatable {
    var one: String
    var other: String
  }

  /// One thing that goes to the disk.
  enum KeptWrite: Sendable, Equatable {
    case settings(RoomSettings)
    case presence(UInt16, KeptPresence?)
    case role(RoomRole, person: String)
    case ban(String)
    case block(Bool, of: String, by: String)
  }
}
