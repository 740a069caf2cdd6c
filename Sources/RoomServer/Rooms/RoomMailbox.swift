/// Where what happens to a room is put, in order, from any thread.
struct RoomMailbox: Sendable {
  /// What happens to a room.
  enum Event: Sendable {
    case join(RoomSocket, JoinRequest, Admission)
    /// A message, and how long it was.
    case message(RoomSocket, ClientMessage, bytes: Int)
    /// A socket is gone, because the participant left or not.
    case gone(RoomSocket, isLeaving: Bool)
    case block(Bool, of: String, by: String)
    case dropScene(String)
    case closePerson(String)
    case close
    /// Presences may have waited long enough.
    case expire
  }

  private let continuation: AsyncStream<Event>.Continuation

  init(_ continuation: AsyncStream<Event>.Continuation) { self.continuation = continuation }

  /// Puts an event in; false where the room has ended.
  @discardableResult
  func put(_ event: Event) -> Bool {
    if case .terminated = continuation.yield(event) { return false }
    return true
  }

  /// Takes nothing more; what is in it is still delivered.
  func finish() { continuation.finish() }
}
