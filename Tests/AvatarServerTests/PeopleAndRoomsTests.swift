import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import ServerMetrics
import Testing

@testable import AvatarServer

/// People, rooms and the pages' server together.
struct PeopleAndRoomsTests {
  private struct Person: Decodable {
    var token, person: String
  }

  private struct Named: Decodable {
    var id: String
    var secret: String?
  }

  private static func server(_ folder: TestFolder, data: String) throws -> AvatarServer {
    var settings = try TestServer(folder: folder).settings
    settings.dataFolder = folder.path + "/" + data
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return try AvatarServer(
      settings: settings, enroller: TestEnroller(),
      isAvatar: { $0.starts(with: Array("avatar".utf8)) }, packer: { $0 },
      metrics: PrometheusMetrics(),
      logger: logger)
  }

  /// A room with a table, and a way into it for guests.
  private static func openKitchen(
    _ client: any TestClientProtocol, as person: Person
  ) async throws -> (room: String, invite: Named) {
    let room = try await client.send(
      .post, "/api/rooms", bearer(person),
      body: #"{"name":"Kitchen","surroundings":"beach","arrangement":"table"}"#
    ).decode(Named.self).id
    let invite = try await client.send(
      .post, "/api/rooms/\(room)/invites", bearer(person), body: #"{"role":"guest"}"#
    ).decode(Named.self)
    return (room, invite)
  }

  /// Signs in with a new key; without a network a request's host is `localhost`.
  private static func signIn(
    _ client: any TestClientProtocol, _ name: String
  ) async throws -> Person {
    struct Challenge: Decodable { var challenge: String }
    let challenge = try await client.send(.post, "/api/people/challenge").decode(Challenge.self)
      .challenge
    let key = Curve25519.Signing.PrivateKey()
    func text(_ bytes: Data) -> String {
      bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        .replacing("=", with: "")
    }
    let signature = try key.signature(for: Data("visavis token 1\nlocalhost\n\(challenge)".utf8))
    let answer = try await client.send(
      .post, "/api/people/token",
      body: #"{"key":"\#(text(key.publicKey.rawRepresentation))","challenge":"\#(challenge)","#
        + #""signature":"\#(text(signature))","name":"\#(name)"}"#)
    #expect(answer.status == .ok, "\(answer.text)")
    return try answer.decode(Person.self)
  }

  private static func bearer(_ person: Person) -> HTTPFields {
    [.authorization: "Bearer " + person.token]
  }

  private static func seat(_ person: Person, in welcome: [String: Any]) -> Int? {
    let state = welcome["state"] as? [String: Any]
    let people = state?.filter { $0.key.hasPrefix("person/") }.values.compactMap {
      $0 as? [String: Any]
    }
    return people?.first { $0["person"] as? String == person.person }?["seat"] as? Int
  }

  @Test func `Two people meet, sit and talk, and are back in their seats after a kill`()
    async throws
  {
    let folder = try TestFolder()
    let first = try Self.server(folder, data: "first")
    let (room, people, places) = try await first.application().test(.live) { client in
      let port = try #require(client.port)
      let anna = try await Self.signIn(client, "Anna")
      let bert = try await Self.signIn(client, "Bert")
      let (room, invite) = try await Self.openKitchen(client, as: anna)
      let avatar = try await client.send(
        .post, "/api/people/me/avatars?access=rooms", Self.bearer(anna), body: "avatar of Anna"
      ).decode(Named.self).id
      let unmet = try await client.send(
        .get, "/api/people/avatars/\(avatar)", Self.bearer(bert))
      #expect(try unmet.problem() == "unknown-avatar")

      let hers = try await RoomClient(
        port: port, room: room, join: ["token": anna.token, "avatar": avatar])
      let herWelcome = try #require(try await hers.message("welcome"))
      #expect(herWelcome["role"] as? String == "moderator")
      let his = try await RoomClient(
        port: port, room: room, join: ["token": bert.token, "invite": invite.secret ?? ""])
      let hisWelcome = try #require(try await his.message("welcome"))
      let met = try await client.send(.get, "/api/people/avatars/\(avatar)", Self.bearer(bert))
      #expect(met.text == "avatar of Anna")

      for (socket, seat) in [(hers, 2), (his, 5)] {
        try await socket.say(["t": "sit", "seat": seat, "id": 1])
        #expect(try await socket.message("done") != nil)
      }
      try await his.say(["t": "chat", "text": "Hello, Anna."])
      let chat = try #require(try await hers.message("chat"))
      #expect(chat["text"] as? String == "Hello, Anna." && chat["name"] as? String == "Bert")

      // What a process leaves that is killed now is what lies on the disk now.
      try FileManager.default.copyItem(
        atPath: folder.path + "/first", toPath: folder.path + "/second")
      hers.vanish()
      his.vanish()
      let places = [herWelcome, hisWelcome].map {
        (participant: $0["participant"] as? Int ?? -1, secret: $0["secret"] as? String ?? "")
      }
      return (room, [anna, bert], places)
    }

    let second = try Self.server(folder, data: "second")
    try await second.application().test(.live) { client in
      let port = try #require(client.port)
      for (person, place, seat) in [(people[0], places[0], 2), (people[1], places[1], 5)] {
        let socket = try await RoomClient(
          port: port, room: room,
          join: [
            "token": person.token,
            "resume": [
              "participant": place.participant, "secret": place.secret, "version": 0,
            ],
          ])
        let welcome = try #require(try await socket.message("welcome"))
        #expect(welcome["participant"] as? Int == place.participant)
        #expect(Self.seat(person, in: welcome) == seat)
        let chat = welcome["chat"] as? [[String: Any]]
        #expect(chat?.map { $0["text"] as? String } == ["Hello, Anna."])
        socket.vanish()
      }
    }
  }

  @Test func `A scene is for who is in the room that it surrounds, until it is gone`() async throws
  {
    let folder = try TestFolder()
    try await Self.server(folder, data: "data").application().test(.live) { client in
      let port = try #require(client.port)
      let anna = try await Self.signIn(client, "Anna")
      let bert = try await Self.signIn(client, "Bert")
      let (room, invite) = try await Self.openKitchen(client, as: anna)
      let scene = try await client.send(
        .post, "/api/people/me/scenes?name=Garden", Self.bearer(anna), body: "a garden"
      ).decode(Named.self).id
      let path = "/api/people/scenes/\(scene)"
      let hers = try await RoomClient(port: port, room: room, join: ["token": anna.token])
      #expect(try await hers.message("welcome") != nil)
      try await hers.say(["t": "surround", "scene": scene, "place": [0, 0, 0, 0, 1], "id": 1])
      #expect(try await hers.message("done") != nil)
      // To be invited is not to be there.
      let early = try await client.send(.get, path, Self.bearer(bert))
      #expect(try early.status == .notFound && early.problem() == "unknown-scene")
      let his = try await RoomClient(
        port: port, room: room, join: ["token": bert.token, "invite": invite.secret ?? ""])
      let welcome = try #require(try await his.message("welcome"))
      let around = (welcome["state"] as? [String: Any])?["room"] as? [String: Any]
      #expect((around?["scene"] as? [String: Any])?["id"] as? String == scene)
      #expect(try await client.send(.get, path, Self.bearer(bert)).text == "a garden")
      let gone = try await client.send(
        .delete, "/api/people/me/scenes/\(scene)", Self.bearer(anna))
      #expect(gone.status == .noContent)
      let change = try #require(try await his.message("change"))
      let after = (change["set"] as? [String: Any])?["room"] as? [String: Any]
      #expect(after?["scene"] is NSNull && after?["surroundings"] as? String == "darkness")
      let late = try await client.send(.get, path, Self.bearer(bert))
      #expect(try late.problem() == "unknown-scene")
    }
  }

  @Test func `A room that is deleted, or a person, is gone from the sockets as well`() async throws
  {
    let folder = try TestFolder()
    try await Self.server(folder, data: "data").application().test(.live) { client in
      let port = try #require(client.port)
      let anna = try await Self.signIn(client, "Anna")
      for path in ["/api/rooms/ROOM", "/api/people/me"] {
        let room = try await client.send(
          .post, "/api/rooms", Self.bearer(anna),
          body: #"{"name":"Kitchen","surroundings":"beach","arrangement":"sofa"}"#
        ).decode(Named.self).id
        let socket = try await RoomClient(port: port, room: room, join: ["token": anna.token])
        #expect(try await socket.message("welcome") != nil)
        let gone = try await client.send(
          .delete, path.replacing("ROOM", with: room), Self.bearer(anna))
        #expect(gone.status == .noContent)
        let word = try await socket.message("refused")
        #expect(word?["code"] as? String == "closed")
        let again = try await RoomClient(port: port, room: room, join: ["token": anna.token])
        let code = try await again.message("refused")?["code"] as? String
        #expect(code == (path == "/api/people/me" ? "invalid-token" : "unknown-room"))
      }
    }
  }

  @Test func `People need no key of the machine, but another site's page may not ask for them`()
    async throws
  {
    let folder = try TestFolder()
    try await Self.server(folder, data: "data").application().test(.live) { client in
      let foreign = try await client.send(
        .post, "/api/people/challenge", [.origin: "https://evil.example"])
      #expect(try foreign.problem() == "other-origin")
      let none = try await client.send(.get, "/api/people/me")
      #expect(try none.problem() == "token-needed")
      for (path, allowed) in [
        ("/api/people/token", "POST"), ("/api/people/me", "DELETE, GET, PATCH"),
        ("/api/rooms", "GET, POST"), ("/metrics", "GET"),
      ] {
        let answer = try await client.send(.put, path)
        #expect(answer.status == .methodNotAllowed && answer.headers[.allow] == allowed)
      }
      let socket = try await client.send(
        .get, "/api/rooms/\(String(repeating: "a", count: 26))/socket")
      #expect(socket.status.code == 426)
    }
  }

  @Test func `Metrics are for this machine and who has its key`() async throws {
    let folder = try TestFolder()
    try await Self.server(folder, data: "data").application().test(.live) { client in
      let page = try await client.send(.get, "/metrics")
      #expect(page.status == .ok && page.headers[.contentType]?.hasPrefix("text/plain") == true)
      #expect(page.text.hasSuffix("visavis_metrics_dropped_series_total 0\n"))
    }
    #expect(AccessMiddleware.isPersonal("/metrics") && AccessMiddleware.isPersonal("/%6detrics"))
    #expect(!AccessMiddleware.hasOwnKeys("/metrics"))
  }
}
