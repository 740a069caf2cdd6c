/// One presence of a person as it lies on the disk, to be resumed after the server was killed.
public struct KeptPresence: Sendable, Equatable {
  /// Whose it is.
  public var person: String
  /// What they call themselves in this room.
  public var name: String
  /// What they may do.
  public var role: RoomRole
  /// Whether the server forgets them a day after they were last seen.
  public var isGuest: Bool
  /// The seat they have taken.
  public var seat: Int?
  /// Where they stand: x, y, z (metres) and yaw (radians).
  public var place: [Float]?
  /// Whether a moderator has muted them.
  public var isMuted: Bool
  /// What they look like.
  public var avatar: AvatarReference?
  /// SHA-256 of the secret that resumes it: 32 bytes.
  public var secretDigest: [UInt8]

  /// Takes every value as it is.
  public init(
    person: String, name: String, role: RoomRole, isGuest: Bool, seat: Int? = nil,
    place: [Float]? = nil, isMuted: Bool = false, avatar: AvatarReference? = nil,
    secretDigest: [UInt8]
  ) {
    self.person = person
    self.name = name
    self.role = role
    self.isGuest = isGuest
    self.seat = seat
    self.place = place
    self.isMuted = isMuted
    self.avatar = avatar
    self.secretDigest = secretDigest
  }
}
