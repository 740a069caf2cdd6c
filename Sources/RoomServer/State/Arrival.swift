/// Somebody at a room's door: who they are, and what they bring.
struct Arrival: Sendable, Equatable {
  var admission: Admission
  /// What they want to be called here.
  var name: String
  var avatar: AvatarReference?
  /// The presence that they had, and the digest of the secret that proves it.
  var resumed: Resumption?
  /// Whether another device of somebody who is here comes to help them.
  var isCompanion = false
  /// The digest of the secret that a new presence gets.
  var secretDigest: [UInt8]

  /// A presence that somebody says was theirs.
  struct Resumption: Sendable, Equatable {
    var participant: UInt16
    var secretDigest: [UInt8]
  }

  /// Where somebody got to.
  enum Outcome: Sendable, Equatable {
    case joined(UInt16)
    case resumed(UInt16)
    case knocks(UInt16)
  }
}
