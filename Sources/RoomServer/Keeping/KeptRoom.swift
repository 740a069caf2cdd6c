/// A room as it lies on the disk.
public struct KeptRoom: Sendable, Equatable {
  /// Its identifier.
  public var id: String
  /// Name, surroundings, furniture, door.
  public var settings: RoomSettings
  /// Who was in it, by participant.
  public var presences: [UInt16: KeptPresence]
  /// The last 200 messages, oldest first.
  public var chat: [ChatMessage]

  /// Takes every value as it is.
  public init(
    id: String, settings: RoomSettings, presences: [UInt16: KeptPresence] = [:],
    chat: [ChatMessage] = []
  ) {
    self.id = id
    self.settings = settings
    self.presences = presences
    self.chat = chat
  }
}
