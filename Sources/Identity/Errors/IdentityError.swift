/// Why a request about people or rooms is refused.
///
/// Cases carry values; `IdentityError+Problem.swift` says them in one sentence each.
public enum IdentityError: Error, Equatable, Sendable {
  // Requests of any kind.
  /// The body is not what the route takes.
  case malformedBody(field: String)
  /// The body is longer than the route takes.
  case bodyTooLarge(limit: Int)
  /// More was asked lately from the same address than is answered.
  case tooManyRequests(seconds: Int)
  /// As much is being done as can be.
  case busy

  // Keys and tokens.
  /// The request shows no token.
  case tokenNeeded
  /// The token is none, has ended, or its device was removed.
  case invalidToken
  /// The challenge is none of this server's, has ended, or was used.
  case invalidChallenge
  /// The signature is not that of the key over what it has to be over.
  case invalidSignature
  /// The request names a host that this server does not answer to.
  case unknownHost
  /// The key was removed by its person.
  case removedDevice

  // Devices.
  /// The person has no such device.
  case unknownDevice
  /// The key is already a device's.
  case knownDevice
  /// The last device stays.
  case lastDevice
  /// The certificate is not a known device's, or not of about now.
  case invalidCertificate
  /// The new device has not asked to be paired.
  case deviceHasNotAsked
  /// As many devices as a person may have had.
  case tooManyDevices(limit: Int)
  /// There is no such pairing, or it has ended.
  case unknownPairing

  // Avatars.
  /// There is no such avatar, or not for this person.
  case unknownAvatar
  /// The bytes are none of an avatar.
  case notAnAvatar
  /// The avatar is larger than one may be.
  case avatarTooLarge(limit: Int)
  /// As many avatars as a person may have.
  case tooManyAvatars(limit: Int)

  // Scenes.
  /// There is no such scene, or not for this person.
  case unknownScene
  /// The bytes are none of a scene.
  case notAScene
  /// The scene is larger than one may be.
  case sceneTooLarge(limit: Int)
  /// The scene has more splats, vertices or triangles than one may have.
  case sceneTooDetailed(most: Int)
  /// As many scenes as a person may have.
  case tooManyScenes(limit: Int)

  // People.
  /// There is no such person.
  case unknownPerson
  /// Nobody blocks themselves.
  case oneself
  /// As many people are blocked as may be.
  case tooManyBlocks(limit: Int)
  /// As many guests, or accounts, as the server takes.
  case tooManyPeople

  // Rooms.
  /// There is no such room, or not for this person.
  case unknownRoom
  /// Only moderators may.
  case notModerator
  /// As many rooms as a person may moderate.
  case tooManyRooms(limit: Int)
  /// The room has no such invitation.
  case unknownInvite
  /// As many invitations as a room may have.
  case tooManyInvites(limit: Int)

  // The server itself.
  /// The disk has no room.
  case diskFull
  /// Something that a client cannot mend.
  case failure
}
