/// Whom a participant's packets reach; made anew whenever that changes.
final class RelayRoutes: Sendable {
  /// One who is reached.
  struct Target: Sendable {
    let participant: UInt16
    let socket: RoomSocket
    /// Whether packets to everyone reach them without the server.
    let isDirect: Bool
  }

  /// Whose routes these are; 0 before somebody was let in.
  let participant: UInt16
  /// Whether their voice is not passed on.
  let isMuted: Bool
  let targets: [Target]

  init(participant: UInt16, isMuted: Bool, targets: [Target]) {
    self.participant = participant
    self.isMuted = isMuted
    self.targets = targets
  }

  /// Those of somebody who is in no room.
  static let none = RelayRoutes(participant: 0, isMuted: true, targets: [])
}
