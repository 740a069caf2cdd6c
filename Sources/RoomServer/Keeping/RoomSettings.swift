/// What of a room stays when nobody is in it.
public struct RoomSettings: Sendable, Equatable {
  /// What it is called.
  public var name: String
  /// What is around: `darkness`, `conference`, `beach`, `meadow`.
  public var surroundings: String
  /// What is around instead, where it can be shown.
  public var scene: PlacedScene?
  /// How seats stand: `facing`, `table`, `stage`, `sofa`.
  public var arrangement: String
  /// Whether nobody new comes in, moderators excepted.
  public var isLocked: Bool
  /// Whether guests knock.
  public var hasLobby: Bool
  /// Seats that somebody moved: number to x, z (metres) and yaw (radians).
  public var seats: [Int: [Float]]

  /// Takes every value as it is.
  public init(
    name: String, surroundings: String, scene: PlacedScene? = nil, arrangement: String,
    isLocked: Bool = false, hasLobby: Bool = false, seats: [Int: [Float]] = [:]
  ) {
    self.name = name
    self.surroundings = surroundings
    self.scene = scene
    self.arrangement = arrangement
    self.isLocked = isLocked
    self.hasLobby = hasLobby
    self.seats = seats
  }
}
