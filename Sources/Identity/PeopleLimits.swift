/// How much the server takes of people.
public struct PeopleLimits: Sendable {
  /// Guests that are kept at once.
  public var guests = 20_000
  /// Accounts: people who stay.
  public var accounts = 20_000
  /// Keys that a person may ever have had, removed ones included.
  public var devices = 32
  /// Avatars of a person.
  public var avatars = 8
  /// Bytes of an avatar.
  public var avatarBytes = 16 << 20
  /// Scenes of a person.
  public var scenes = 4
  /// Bytes of a scene, as it is sent and as it is kept.
  public var sceneBytes = 32 << 20
  /// Bytes of everybody's scenes.
  public var allSceneBytes = 4 << 30
  /// Scenes that arrive at once: each takes many times its bytes while it is packed.
  public var sceneUploads = 2
  /// Avatars that arrive at once: each is in memory while it is looked at.
  public var uploads = 4
  /// People that a person blocks.
  public var blocks = 1000
  /// Rooms that a person moderates.
  public var rooms = 100
  /// Invitations of a room.
  public var invites = 100
  /// Pairings that wait at once.
  public var pairings = 1000
  /// Bytes that have to stay free on the disk.
  public var freeBytes = 512 << 20
  /// Hours after which a guest who was not seen is forgotten.
  public var guestHours = 24
  /// Challenges, tokens and pairings from one address: at once, and a minute.
  ///
  /// People behind one proxy share an address.
  public var signIns = (burst: 120, perMinute: 120)
  /// Looks at pairing codes from one address: what can be guessed in ten minutes is nothing of 31⁸.
  public var codes = (burst: 60, perMinute: 120)

  /// The usual limits.
  public init() {}
}
