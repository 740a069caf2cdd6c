/// An avatar that lies at `/api/people/avatars/ID`.
public struct AvatarReference: Sendable, Codable, Equatable {
  /// Its identifier.
  public var id: String
  /// The length of its file.
  public var bytes: Int
  /// SHA-256 of its file, base64url.
  public var sha256: String

  /// Takes every value as it is.
  public init(id: String, bytes: Int, sha256: String) {
    self.id = id
    self.bytes = bytes
    self.sha256 = sha256
  }
}
