/// Bounds on what a room takes.
public struct RoomLimits: Sendable, Equatable {
  /// Participants of a room.
  public var participants = 50
  /// Participants who are one person.
  public var presencesOfOne = 8
  /// People who wait at the door.
  public var knocks = 50
  /// Characters of a name.
  public var nameCharacters = 80
  /// Characters of a chat message.
  public var chatCharacters = 2000
  /// How far from the middle somebody may put a seat or stand, in metres.
  public var reach: Float = 10
  /// How far from the middle a scene's origin may stand, in metres.
  public var sceneReach: Float = 1000
  /// The least and the largest scale of a scene.
  public var sceneScales: ClosedRange<Float> = 0.001...1000
  /// How long a presence without a socket is kept, in milliseconds.
  public var resumeMilliseconds: Int64 = 60_000

  /// The usual limits.
  public init() {}
}
