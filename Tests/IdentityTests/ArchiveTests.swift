import Foundation
import GRDB
import HTTPTypes
import HummingbirdTesting
import Logging
import RoomServer
import Testing

@testable import Identity

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What lies on the disk, and when it does.
struct ArchiveTests {
  private static func presence(
    of person: String, seat: Int? = 3, name: String = "Anna"
  ) -> KeptPresence {
    KeptPresence(
      person: person, name: name, role: .member, isGuest: true, seat: seat,
      place: [1, 0, -2.5, 0.25], isMuted: true,
      avatar: AvatarReference(id: "a", bytes: 7, sha256: "x"),
      secretDigest: [UInt8](repeating: 9, count: 32))
  }

  private static func message(of person: String, _ text: String) -> ChatMessage {
    ChatMessage(participant: 7, person: person, name: "Anna", time: 5, text: text)
  }

  @Test func `A room comes back as it was kept`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let room = try await client.makeRoom(anna)
      let archive = people.people.archive
      let scene = try await client.bring(anna).decode(SceneView.self)
      var placed = try #require(try await archive.scene(scene.id, of: anna.person))
      placed.place = [1, -0.25, 2, .pi, 0.5]
      let settings = RoomSettings(
        name: "Küche 🌊", surroundings: "meadow", scene: placed, arrangement: "stage",
        isLocked: true, hasLobby: true, seats: [3: [1.5, -0.1, .pi], 0: [0, 0, 0]])
      try await archive.save(settings, of: room.id)
      let presence = Self.presence(of: anna.person)
      try await archive.save(presence, participant: 65534, of: room.id)
      try await archive.save(
        Self.presence(of: anna.person, seat: nil), participant: 1, of: room.id)
      try await archive.save(nil, participant: 1, of: room.id)
      let n = try await archive.append(Self.message(of: anna.person, "Hello"), to: room.id)
      let kept = try #require(try await archive.room(room.id))
      #expect(kept.id == room.id && kept.settings == settings)
      #expect(kept.presences == [65534: presence])
      #expect(kept.chat.map(\.text) == ["Hello"] && kept.chat[0].n == n)
      #expect(try await archive.room("nothing") == nil)
      // A room without a scene again, and one whose scene is gone by the time it is kept.
      try await archive.save(
        RoomSettings(name: "x", surroundings: "beach", arrangement: "sofa"), of: room.id)
      #expect(try await archive.room(room.id)?.settings.scene == nil)
      try await archive.save(settings, of: room.id)
      let gone = try await client.send(
        .delete, "/api/people/me/scenes/\(scene.id)", token: anna.token)
      #expect(gone.status == .noContent)
      #expect(try await archive.room(room.id)?.settings.scene == nil)
      try await archive.save(settings, of: room.id)
      #expect(try await archive.room(room.id)?.settings.scene == nil)
    }
  }

  @Test func `A room keeps its last 200 messages, and numbers them on`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let room = try await client.makeRoom(anna)
      let archive = people.people.archive
      for k in 1...205 {
        let n = try await archive.append(Self.message(of: anna.person, "\(k)"), to: room.id)
        #expect(n == Int64(k))
      }
      let chat = try #require(try await archive.room(room.id)).chat
      #expect(chat.map(\.n) == Array(6...205))
      await #expect(throws: RoomRefusal.unknownRoom) {
        try await archive.append(Self.message(of: anna.person, "x"), to: "nothing")
      }
    }
  }

  @Test func `What is about rooms and people that are gone is refused`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let room = try await client.makeRoom(anna)
      let archive = people.people.archive
      let settings = RoomSettings(name: "x", surroundings: "beach", arrangement: "sofa")
      await #expect(throws: RoomRefusal.unknownRoom) { try await archive.save(settings, of: "x") }
      let nobody = Self.presence(of: "nobody")
      await #expect(throws: RoomRefusal.storage) {
        try await archive.save(nobody, participant: 1, of: room.id)
      }
      var broken = settings
      broken.seats = [1: [.nan, 0, 0]]
      await #expect(throws: RoomRefusal.storage) { try await archive.save(broken, of: room.id) }
      // Neighbours of a refused write are kept.
      try await archive.save(settings, of: room.id)
      #expect(try await archive.room(room.id)?.settings == settings)
    }
  }

  @Test func `An avatar is shown in rooms where its owner allows it`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, eve) = (try await client.signIn("Anna"), try await client.signIn("Eve"))
      let archive = people.people.archive
      for (access, isShown) in [("me", false), ("rooms", true), ("everyone", true)] {
        let avatar = try await client.upload(anna, query: "?access=\(access)")
          .decode(AvatarView.self)
        let shown = try await archive.avatar(avatar.id, of: anna.person)
        #expect((shown != nil) == isShown)
        #expect(shown.map(\.sha256) ?? avatar.sha256 == avatar.sha256)
        #expect(try await archive.avatar(avatar.id, of: eve.person) == nil)
      }
    }
  }

  @Test func `What was kept survives a kill`() async throws {
    let folder = try TestFolder()
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let people = try People(folder: path, logger: Logger(label: "test"))
      let key = TestDevice().key
      let anna = try await people.store.signIn(key, name: "Anna", now: People.now())
      let room = try await people.store.makeRoom(
        name: "Kitchen", surroundings: .beach, arrangement: .table, by: anna.person,
        now: People.now())
      let archive = people.archive
      // Many at once share commits; every one of them is on the disk when it returns.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for k in 1...100 {
          group.addTask {
            let presence = ArchiveTests.presence(of: anna.person, seat: k)
            try await archive.save(presence, participant: UInt16(k), of: room.id)
            _ = try await archive.append(
              ArchiveTests.message(of: anna.person, "\(k)"), to: room.id)
          }
        }
        try await group.waitForAll()
      }
      kill(getpid(), SIGKILL)
    }
    let people = try People(folder: path, logger: Logger(label: "test"))
    let room = try #require(
      try await people.store.read { try String.fetchOne($0, sql: "SELECT id FROM room") })
    let kept = try #require(try await people.archive.room(room))
    #expect(kept.presences.count == 100)
    #expect(kept.presences.allSatisfy { $0.value.seat == Int($0.key) })
    #expect(Set(kept.chat.map(\.text)) == Set((1...100).map(String.init)))
    #expect(kept.chat.map(\.n) == Array(1...100))
  }

  @Test func `Writes that come at once share commits, and one that fails harms no other`()
    async throws
  {
    let people = try TestPeople()
    let store = people.people.store
    let kept = await withTaskGroup(of: Bool.self) { group in
      for k in 0..<300 {
        group.addTask {
          do {
            try await store.write { db in
              try db.execute(
                sql:
                  "INSERT INTO person (id, name, isGuest, created, seen) VALUES (?, 'x', 1, 0, 0)",
                arguments: ["\(k)"])
              if k % 3 == 0 { throw IdentityError.busy }
            }
            return true
          } catch {
            return false
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(kept == 200)
    let rows = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM person") }
    #expect(rows == 200)
    #expect(await store.commits.commits < 300)
    #expect(await store.commits.writes == 300)
  }

  @Test func `A caller that gives up takes no neighbour with it`() async throws {
    let people = try TestPeople()
    let store = people.people.store
    let callers = (0..<50).map { k in
      Task {
        try await store.write { db in
          try db.execute(
            sql: "INSERT INTO person (id, name, isGuest, created, seen) VALUES (?, 'x', 1, 0, 0)",
            arguments: ["\(k)"])
        }
      }
    }
    for (k, caller) in callers.enumerated() where k % 2 == 0 { caller.cancel() }
    for caller in callers { try await caller.value }
    let rows = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM person") }
    #expect(rows == 50)
  }

  @Test func `Commits wait for the disk, and deleted rows are overwritten`() async throws {
    let people = try TestPeople()
    let store = people.people.store
    let settings = try await store.write { db in
      [
        try Int.fetchOne(db, sql: "PRAGMA synchronous"),
        try Int.fetchOne(db, sql: "PRAGMA secure_delete"),
        try Int.fetchOne(db, sql: "PRAGMA foreign_keys"),
        try Int.fetchOne(db, sql: "PRAGMA temp_store"),
      ]
    }
    #expect(settings == [2, 1, 1, 2])
    #expect(
      try await store.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
  }

  @Test func `A database of a later version is not opened`() throws {
    let people = try TestPeople()
    try people.people.store.pool.write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('later')")
    }
    try people.people.close()
    #expect(throws: (any Error).self) { try TestPeople(folder: people.folder) }
  }
}
