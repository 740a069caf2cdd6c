import Crypto
import Foundation
import NIOHTTP1

/// A request for a room's socket that is taken, and its answer (RFC 6455 §4.2).
struct RoomHandshake {
  /// The protocol that is spoken.
  static let subprotocol = "visavis.room.1"

  /// The room's identifier.
  let room: String
  /// The key of the request.
  let key: String

  /// Looks at a request; nil where it is none for a socket, or not taken.
  init?(_ head: HTTPRequestHead) {
    let headers = head.headers
    let keys = headers["Sec-WebSocket-Key"]
    guard head.method == .GET, head.version == .http1_1, let room = RoomPath.room(of: head.uri),
      Self.names("websocket", headers["Upgrade"]), Self.names("upgrade", headers["Connection"]),
      headers["Sec-WebSocket-Version"] == ["13"], keys.count == 1,
      Data(base64Encoded: keys[0])?.count == 16, Self.isSameOrigin(headers),
      Self.names(Self.subprotocol, headers["Sec-WebSocket-Protocol"])
    else { return nil }
    self.room = room
    key = keys[0]
  }

  /// What is answered.
  var answer: HTTPResponseHead {
    HTTPResponseHead(
      version: .http1_1, status: .switchingProtocols,
      headers: [
        "Connection": "Upgrade", "Upgrade": "websocket",
        "Sec-WebSocket-Accept": Self.accept(key), "Sec-WebSocket-Protocol": Self.subprotocol,
      ])
  }

  /// Whether a page of this very server asks, or a program that is no browser and names none.
  static func isSameOrigin(_ headers: HTTPHeaders) -> Bool {
    let origins = headers["Origin"]
    guard let origin = origins.first else { return true }
    let hosts = headers["Host"]
    guard origins.count == 1, hosts.count == 1, let separator = origin.range(of: "://"),
      ["http", "https"].contains(origin[..<separator.lowerBound].lowercased())
    else { return false }
    let authority = String(origin[separator.upperBound...]).lowercased()
    return !authority.isEmpty && authority == hosts[0].lowercased()
  }

  /// What proves that the key was read.
  static func accept(_ key: String) -> String {
    let digest = Insecure.SHA1.hash(
      data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
    return Data(digest).base64EncodedString()
  }

  /// Whether one of the words of a header is this one.
  private static func names(_ word: String, _ values: [String]) -> Bool {
    values.contains { value in
      value.split(separator: ",").contains { String($0).trimmed.lowercased() == word }
    }
  }
}
