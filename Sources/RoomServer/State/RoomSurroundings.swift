/// What is around a room.
public enum RoomSurroundings: String, Sendable, CaseIterable {
  case darkness
  case conference
  case beach
  case meadow
}
