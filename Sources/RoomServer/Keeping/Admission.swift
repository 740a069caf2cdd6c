/// Who somebody at the door is, and what the room allows them.
public struct Admission: Sendable, Equatable {
  /// Their identifier: 26 letters and digits.
  public var person: String
  /// What they are called unless they say otherwise.
  public var name: String
  /// Whether the server forgets them a day after they were last seen.
  public var isGuest: Bool
  /// What they may do in this room.
  public var role: RoomRole
  /// The raw Ed25519 key of the device that speaks: 32 bytes.
  public var key: [UInt8]
  /// The certificates that lead from the person's first key to ``key``.
  public var devices: [DeviceCertificate]
  /// People whom this person has blocked or who have blocked this person.
  public var blocked: Set<String>
  /// Whether the room lets them in never again.
  public var isBanned: Bool
  /// Whether they knock though the room has no lobby: the invitation that let them in was revoked.
  public var mustKnock: Bool

  /// Takes every value as it is.
  public init(
    person: String, name: String, isGuest: Bool, role: RoomRole, key: [UInt8],
    devices: [DeviceCertificate] = [], blocked: Set<String> = [], isBanned: Bool = false,
    mustKnock: Bool = false
  ) {
    self.person = person
    self.name = name
    self.isGuest = isGuest
    self.role = role
    self.key = key
    self.devices = devices
    self.blocked = blocked
    self.isBanned = isBanned
    self.mustKnock = mustKnock
  }
}
