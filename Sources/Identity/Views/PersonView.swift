/// What a person sees of themselves.
struct PersonView: Codable, Equatable, Sendable {
  var person: String
  var name: String
  var isGuest: Bool
  var expressiveness: JSONValue?
  var devices: [DeviceView]
  var avatars: [AvatarView]
  var scenes: [SceneView]
  var rooms: [RoomView]
  var blocked: [String]
}

/// A device, with the certificate that admits it; the first one has none.
struct DeviceView: Codable, Equatable, Sendable {
  /// What a key is for.
  enum Kind: String, Codable, Sendable {
    /// It lies in a browser or program.
    case device
    /// It lies on paper, and admits a new device when all others are lost.
    case recovery
  }

  var key: String
  var name: String
  var kind: Kind
  /// Milliseconds since 1970.
  var time: Int64
  var by: String?
  var certificate: String?
}

/// A scene, without its bytes.
struct SceneView: Codable, Equatable, Sendable {
  var id: String
  var name: String
  var bytes: Int
  /// Base64url.
  var sha256: String
  /// Milliseconds since 1970.
  var created: Int64
}

/// An avatar, without its bytes.
struct AvatarView: Codable, Equatable, Sendable {
  /// Who may have an avatar's bytes.
  enum Access: String, Codable, Sendable {
    /// Its owner.
    case me
    /// People who are in a room with its owner now.
    case rooms
    /// Who has a token.
    case everyone
  }

  var id: String
  var name: String
  var access: Access
  var bytes: Int
  /// Base64url.
  var sha256: String
  /// Milliseconds since 1970.
  var created: Int64
}
