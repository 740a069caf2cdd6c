/// One message of a room's chat.
public struct ChatMessage: Sendable, Codable, Equatable {
  /// Its number in the room, growing; the keeper gives it.
  public var n: Int64
  /// Who wrote it, as a participant; the number may mean somebody else later.
  public var participant: UInt16
  /// Who wrote it.
  public var person: String
  /// What they called themselves.
  public var name: String
  /// When, in milliseconds since 1970.
  public var time: Int64
  /// What.
  public var text: String

  /// Takes every value as it is.
  public init(
    n: Int64 = 0, participant: UInt16, person: String, name: String, time: Int64, text: String
  ) {
    self.n = n
    self.participant = participant
    self.person = person
    self.name = name
    self.time = time
    self.text = text
  }
}
