/// One presence of a person in a room.
struct Participant: Sendable, Equatable {
  var person: String
  var name: String
  var role: RoomRole
  var isGuest: Bool
  var seat: Int?
  /// Where they stand: x, y, z (metres), yaw (radians); nil in a seat.
  var place: [Float]?
  /// Whether it is another device of a person who is here: nobody but they see it, and it has no seat.
  var isCompanion = false
  /// Whether a moderator has muted them.
  var isMuted = false
  /// Whether they speak.
  var hasVoice = false
  /// Whether a socket is theirs now.
  var isConnected = true
  var avatar: AvatarReference?
  /// The key of the device that speaks, raw.
  var key: [UInt8]
  var devices: [DeviceCertificate]
  /// SHA-256 of the secret that resumes it.
  var secretDigest: [UInt8]
  /// When the presence ends unless it is resumed, in milliseconds since 1970; nil while connected.
  var endsAt: Int64?

  /// What lies on the disk of it.
  var kept: KeptPresence {
    KeptPresence(
      person: person, name: name, role: role, isGuest: isGuest, seat: seat, place: place,
      isMuted: isMuted, avatar: avatar, secretDigest: secretDigest)
  }

  /// Somebody who is let in.
  init(_ admission: Admission, name: String, avatar: AvatarReference?, secretDigest: [UInt8]) {
    person = admission.person
    self.name = name
    role = admission.role
    isGuest = admission.isGuest
    self.avatar = avatar
    key = admission.key
    devices = admission.devices
    self.secretDigest = secretDigest
  }

  /// Somebody who was there when the server ended.
  init(_ kept: KeptPresence, endsAt: Int64) {
    person = kept.person
    name = kept.name
    role = kept.role
    isGuest = kept.isGuest
    seat = kept.seat
    place = kept.place
    isMuted = kept.isMuted
    isConnected = false
    avatar = kept.avatar
    key = []
    devices = []
    secretDigest = kept.secretDigest
    self.endsAt = endsAt
  }
}
