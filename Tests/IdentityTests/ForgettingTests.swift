import Foundation
import GRDB
import HTTPTypes
import HummingbirdTesting
import NIOCore
import RoomServer
import Testing

@testable import Identity

/// Going, and being forgotten.
struct ForgettingTests {
  /// Somebody who has left traces everywhere; gives back what must be nowhere afterwards.
  private static func traces(
    of anna: TestPerson, _ client: PeopleClient, _ people: TestPeople
  ) async throws -> [[UInt8]] {
    let archive = people.people.archive
    let bert = try await client.signIn("Bert")
    let room = try await client.makeRoom(bert)
    let invite = try await client.invite(bert, to: room, role: "member")
    _ = try await archive.admission(token: anna.token, room: room.id, invite: invite.secret)
    // Names of different lengths, so that rows move about.
    for k in 0..<60 {
      let text = "xyzzy-message-" + String(repeating: "m", count: 37 * k % 1900)
      let message = ChatMessage(
        participant: 7, person: anna.person, name: "xyzzy-called", time: 5, text: text)
      _ = try await archive.append(message, to: room.id)
      let filler = ChatMessage(
        participant: 8, person: bert.person, name: "Bert", time: 5,
        text: String(repeating: "f", count: 61 * k % 1900))
      _ = try await archive.append(filler, to: room.id)
    }
    let presence = KeptPresence(
      person: anna.person, name: "xyzzy-present", role: .member, isGuest: true,
      secretDigest: [UInt8](repeating: 0xA7, count: 32))
    try await archive.save(presence, participant: 7, of: room.id)
    try await archive.save(
      KeptPresence(
        person: anna.person, name: "xyzzy-renamed-present", role: .member, isGuest: true,
        secretDigest: [UInt8](repeating: 0xA7, count: 32)), participant: 7, of: room.id)
    _ = try await client.upload(anna, "avatar xyzzy-avatar", query: "?name=xyzzy-avatar-name")
    _ = try await client.bring(anna, scene: "scene xyzzy-scene", query: "?name=xyzzy-scene-name")
    let paper = TestDevice()
    _ = try await client.add(paper, to: anna, name: "xyzzy-paper", kind: "recovery")
    _ = try await client.send(
      .patch, "/api/people/me", as: anna, ["expressiveness": ["xyzzy-setting": 1]])
    _ = try await client.makeRoom(anna, name: "xyzzy-room")
    _ = try await client.send(
      .put, "/api/people/me/blocked/\(bert.person)", token: anna.token)
    return [
      Array("xyzzy".utf8), Array(anna.person.utf8), anna.device.key.bytes, paper.key.bytes,
      [UInt8](repeating: 0xA7, count: 32),
    ]
  }

  @Test func `Who goes is gone from every file, and what others have stays`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("xyzzy")
      let traces = try await Self.traces(of: anna, client, people)
      for trace in traces { #expect(!people.folder.files(holding: trace).isEmpty) }
      let answer = try await client.send(.delete, "/api/people/me", token: anna.token)
      #expect(answer.status == .noContent)
      for trace in traces {
        #expect(people.folder.files(holding: trace).isEmpty, "\(trace.prefix(8))")
      }
      #expect(!people.folder.files(holding: Array("Bert".utf8)).isEmpty)
      let old = try await client.send(.get, "/api/people/me", token: anna.token)
      #expect(try old.problem() == "invalid-token")
      #expect(people.rooms.seen.closedPeople == [anna.person])
      #expect(people.rooms.seen.closedRooms.count == 1)
      #expect(people.rooms.seen.droppedScenes.count == 1)
      // The key may begin again, with nothing.
      let again = try await client.signIn("Anna", with: anna.device)
      #expect(try await client.view(again).avatars.isEmpty)
    }
  }

  @Test func `Rows that moved about leave no copy behind`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, bert) = (try await client.signIn("xyzzy"), try await client.signIn("Bert"))
      var rooms: [String] = []
      for _ in 0..<9 { rooms.append(try await client.makeRoom(bert).id) }
      let places = rooms
      // Rows of all lengths come and go, so that pages are split and joined: without a database
      // written anew some of hers stay readable where they lay before (tried).
      try await people.people.store.write { db in
        var chance: UInt64 = 7
        func next(_ bound: Int) -> Int {
          chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Int(chance >> 33) % bound
        }
        for n in 1...1500 {
          let isHers = next(10) == 0
          try db.execute(
            sql: """
              INSERT INTO message (room, n, participant, person, name, time, text)
              VALUES (?, ?, 1, ?, ?, 1, ?)
              """,
            arguments: [
              places[next(9)], n, isHers ? anna.person : bert.person, isHers ? "xyzzy" : "Bert",
              String(repeating: isHers ? "xyzzy" : "b", count: next(isHers ? 380 : 1900)),
            ])
          guard next(10) < 3 else { continue }
          try db.execute(sql: "DELETE FROM message WHERE n = ?", arguments: [next(n) + 1])
        }
      }
      let answer = try await client.send(.delete, "/api/people/me", token: anna.token)
      #expect(answer.status == .noContent)
      #expect(people.folder.files(holding: Array("xyzzy".utf8)).isEmpty)
      #expect(people.folder.files(holding: Array(anna.person.utf8)).isEmpty)
    }
  }

  @Test func `Guests are forgotten a day after they were last seen, accounts are not`()
    async throws
  {
    let people = try TestPeople()
    try await people.test { client in
      let guest = try await client.signIn("xyzzy")
      let traces = try await Self.traces(of: guest, client, people)
      let account = try await client.signIn("Account")
      _ = try await client.send(.patch, "/api/people/me", as: account, ["isGuest": false])
      let present = try await client.signIn("Present")
      people.rooms.bringTogether([present.person])
      people.clock.advance(seconds: 23 * 3600)
      let seen = try await client.signIn("Seen")
      await people.people.tidyOnce(live: people.rooms)
      #expect(people.rooms.seen.closedPeople.isEmpty)
      people.clock.advance(seconds: 2 * 3600)
      await people.people.tidyOnce(live: people.rooms)
      // The guest, and Bert, who was one too.
      #expect(people.rooms.seen.closedPeople.contains(guest.person))
      #expect(people.rooms.seen.closedPeople.count == 2)
      for trace in traces { #expect(people.folder.files(holding: trace).isEmpty) }
      for device in [account.device, present.device, seen.device] {
        #expect(try await client.signIn("x", with: device).name != "x")
      }
    }
  }

  @Test func `A pairing and an invitation that have ended go`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      _ = try await client.send(.patch, "/api/people/me", as: anna, ["isGuest": false])
      let room = try await client.makeRoom(anna)
      _ = try await client.invite(anna, to: room, seconds: 60)
      let lasting = try await client.invite(anna, to: room)
      try await client.pair(TestDevice(), to: anna, name: "xyzzy-pairing")
      people.clock.advance(seconds: 2 * 86_400)
      await people.people.tidyOnce(live: people.rooms)
      let rest = try await people.people.store.read { db in
        (
          try String.fetchAll(db, sql: "SELECT id FROM invite"),
          try Int.fetchOne(db, sql: "SELECT count(*) FROM pairing")
        )
      }
      #expect(rest.0 == [lasting.id] && rest.1 == 0)
    }
  }

  @Test func `A room whose moderator goes is given to who has been there longest, or goes too`()
    async throws
  {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let (shared, alone) = (try await client.makeRoom(anna), try await client.makeRoom(anna))
      let invite = try await client.invite(anna, to: shared, role: "member")
      let guest = try await client.invite(anna, to: alone)
      let archive = people.people.archive
      var others: [TestPerson] = []
      for name in ["Bert", "Carl"] {
        let other = try await client.signIn(name)
        people.clock.advance(seconds: 1)
        _ = try await archive.admission(
          token: other.token, room: shared.id, invite: invite.secret)
        _ = try await archive.admission(token: other.token, room: alone.id, invite: guest.secret)
        others.append(other)
      }
      _ = try await client.send(.delete, "/api/people/me", token: anna.token)
      #expect(try await client.view(others[0]).rooms.map(\.role) == ["moderator"])
      #expect(try await client.view(others[1]).rooms.map(\.role) == ["member"])
      #expect(people.rooms.seen.closedRooms == [alone.id])
    }
  }

  @Test func `What a kill left to be overwritten is at the next start`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("xyzzy")
      let traces = try await Self.traces(of: anna, client, people)
      // The commit is on the disk, and the process dies before what follows it.
      _ = try await people.people.store.write { try PeopleStore.forget(anna.person, in: $0) }
      let left = traces.flatMap { people.folder.files(holding: $0) }
      #expect(!left.isEmpty)
      // A killed process closes nothing: the log stays as it is.
      let restarted = try TestPeople(folder: people.folder)
      for trace in traces { #expect(people.folder.files(holding: trace).isEmpty) }
      #expect(try await !restarted.people.store.read { try PeopleStore.hasErasing($0) })
    }
  }

  @Test func `An export is an archive of everything that one has said and left`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("xyzzy")
      _ = try await Self.traces(of: anna, client, people)
      let answer = try await client.send(.get, "/api/people/me/export", token: anna.token)
      #expect(answer.headers[.contentType] == "application/x-tar")
      let folder = try TestFolder()
      let archive = folder.path + "/export.tar"
      try Data(answer.body.readableBytesView).write(to: URL(fileURLWithPath: archive))
      let tar = Process()
      tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      tar.arguments = ["tar", "-xf", archive, "-C", folder.path]
      try tar.run()
      tar.waitUntilExit()
      #expect(tar.terminationStatus == 0)
      let view = try await client.view(anna)
      let texts = try ["person", "rooms", "chat"].map {
        try String(contentsOfFile: folder.path + "/\($0).json", encoding: .utf8)
      }
      #expect(texts[0].contains(anna.person) && texts[0].contains("xyzzy-setting"))
      #expect(texts[1].contains("xyzzy-room") && texts[1].contains("xyzzy-renamed-present"))
      #expect(texts[2].components(separatedBy: "xyzzy-message-").count == 61)
      #expect(!texts[2].contains("ffff"))
      let avatar = try String(
        contentsOfFile: folder.path + "/avatars/\(view.avatars[0].id).avatar", encoding: .utf8)
      #expect(avatar == "avatar xyzzy-avatar")
    }
  }
}
