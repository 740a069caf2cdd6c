/// A scene of somebody's as a room's surroundings; it lies at `/api/people/scenes/ID`.
public struct PlacedScene: Sendable, Codable, Equatable {
  /// How many numbers say where it stands.
  public static let placeCount = 5

  /// Its identifier.
  public var id: String
  /// The length of its file.
  public var bytes: Int
  /// SHA-256 of its file, base64url.
  public var sha256: String
  /// Where its origin stands in the room, x, y, z (metres), its turn about y (radians), its scale.
  public var place: [Float]

  /// Takes every value as it is.
  public init(id: String, bytes: Int, sha256: String, place: [Float] = [0, 0, 0, 0, 1]) {
    self.id = id
    self.bytes = bytes
    self.sha256 = sha256
    self.place = place
  }
}
