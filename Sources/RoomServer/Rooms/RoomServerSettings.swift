/// How rooms are served.
public struct RoomServerSettings: Sendable, Equatable {
  /// What a room takes.
  public var room = RoomLimits()
  /// What a socket may send.
  public var socket = SocketLimits()
  /// Who helps pages to a direct path.
  public var ice = IceSettings()
  /// The most participants whom packets may reach directly.
  public var directLimit = 8

  /// The usual settings.
  public init() {}
}
