/// Bounds on what one socket may send and leave unread.
public struct SocketLimits: Sendable, Equatable {
  /// Bytes of a text message.
  public var textBytes = 16 << 10
  /// Packets that are passed on in one second.
  public var packetsPerSecond = 400
  /// Bytes of packets that are passed on in one second.
  public var bytesPerSecond = 256 << 10
  /// Text messages in one second.
  public var messagesPerSecond = 400
  /// Text messages that the room has not looked at yet.
  public var unhandledMessages = 256
  /// Their bytes.
  public var unhandledBytes = 128 << 10
  /// Bytes of packets that wait for a reader; beyond them the oldest go.
  public var packetBytes = 60_000
  /// Bytes of control messages that wait for a reader; beyond them it is cut off.
  public var controlBytes = 8 << 20
  /// Bytes that the system may hold for a reader.
  public var systemBytes = 64 << 10
  /// Seconds until somebody has to have said who they are.
  public var joinSeconds = 10.0
  /// Seconds between two pings.
  public var pingSeconds = 3.0
  /// Seconds without a byte, or without reading any, after which a socket is closed.
  public var silenceSeconds = 8.0

  /// The usual limits.
  public init() {}
}
