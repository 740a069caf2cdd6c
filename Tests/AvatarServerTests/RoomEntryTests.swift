import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import RoomServer
import Testing

@testable import AvatarServer

/// Rooms beside pages: who gets to their sockets, and what the settings say of them.
@Suite("Rooms in the server")
struct RoomEntryTests {
  private func request(_ path: String, _ headers: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: visavis.example\r\nConnection: Upgrade\r\n"
      + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
      + "Sec-WebSocket-Protocol: visavis.room.1\r\n\(headers)\r\n"
  }

  @Test func `A room's socket opens without the machine's key, beside requests`() async throws {
    let sample = try TestServer()
    let server = try AvatarServer(
      settings: sample.settings, enroller: sample.enroller, isAvatar: { _ in false },
      logger: Logger(label: "test"))
    try await server.application().test(.live) { client in
      let port = client.port ?? 0
      let path = "/api/rooms/room/socket"
      let opened = try await RawClient.firstLine(port: port, request(path))
      #expect(opened == "HTTP/1.1 101 Switching Protocols")
      let foreign = request(path, "Origin: https://evil.example\r\n")
      #expect(
        try await RawClient.firstLine(port: port, foreign) == "HTTP/1.1 403 Forbidden")
      for other in ["/api/health", "/api/ready"] {
        #expect(try await RawClient.firstLine(port: port, request(other)) == "HTTP/1.1 200 OK")
      }
      #expect(try await client.send(.get, path).status.code == 426)
      #expect(try await client.send(.get, "/api/rooms/room/socket/x").status.code == 404)
    }
  }

  @Test func `Only people's and rooms' own paths are spared the machine's key`() {
    for path in ["/api/people/me", "/api/rooms", "/api/rooms/x/invites"] {
      #expect(AccessMiddleware.hasOwnKeys(path), "\(path)")
    }
    for path in [
      "/api/avatars", "/api/rooms/../avatars", "/api/rooms/%2e%2e/avatars", "/api/roomsx",
      "/api//rooms", "//api/rooms", "/API/rooms", "/api", "/avatars/a", "/api/people/./x",
    ] { #expect(!AccessMiddleware.hasOwnKeys(path), "\(path)") }
  }

  @Test func `Settings of rooms come from the environment and the file`() async throws {
    let folder = try TestFolder()
    try folder.write(
      #"{"address": {"connections": 7}, "room": {"participants": 12}, "stun": "stun:a:1, http://x", "#
        + #""turn": {"secret": "s"}}"#, to: "server.json")
    var settings = ServerSettings(dataFolder: folder.path, webFolder: "", assetFolder: "")
    #expect(settings.limits.connections == 20_000)
    #expect(settings.limits.connectionsPerAddress == 256)
    settings.take(try await ServerSettings.surroundings(dataFolder: folder.path))
    #expect(settings.limits.connectionsPerAddress == 7)
    #expect(settings.rooms.room.participants == 12)
    #expect(settings.rooms.ice.stun == ["stun:a:1"])
    let two = IceSettings.addresses("stun:a, stuns:b:2", schemes: IceSettings.stunSchemes)
    #expect(two == ["stun:a", "stuns:b:2"])
    for text in ["", "stun:", "http://x", "stun:a, turn:b"] {
      #expect(IceSettings.addresses(text, schemes: IceSettings.stunSchemes) == nil, "\(text)")
    }
    #expect(settings.rooms.ice.turnSecret == "s")
  }

  @Test func `The process may have as many files as the system allows`() {
    let limit = FileLimit.raise()
    #expect(limit >= 256)
    #expect(FileLimit.raise() == limit)
  }
}
