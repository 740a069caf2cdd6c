/// Why a connection is closed by the server, as WebSocket's close codes.
enum WebSocketFailure: UInt16, Error, Sendable, Equatable {
  /// The server ends, or is restarted: come back.
  case goingAway = 1001
  /// What arrived is no WebSocket.
  case protocolError = 1002
  /// Text is not UTF-8.
  case invalidText = 1007
  /// More fragments, or more unread messages, than anybody needs.
  case policy = 1008
  /// A message is larger than it may be.
  case tooLarge = 1009
  /// Refused, as the message before says.
  case refused = 4403
  /// Nothing arrived for too long.
  case silent = 4408
}
