import NIOCore

/// The connection behind a ``RoomSocket``; used on its event loop alone, but for ``isWritable``.
protocol SocketWriter: AnyObject, Sendable {
  /// Whether the network takes more.
  var isWritable: Bool { get }
  /// Writes up to two buffers of whole frames at once.
  func write(_ control: ByteBuffer?, _ packets: ByteBuffer?)
  /// Says why, and closes.
  func close(_ failure: WebSocketFailure)
  /// Looks whether the other end is still there; called every half second.
  func look(now: UInt64)
}
