import Foundation
import HTTPTypes
import HummingbirdTesting
import RoomServer
import Testing

@testable import Identity

struct RoomTests {
  @Test func `A room's maker moderates it, and others do not know of it`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, eve) = (try await client.signIn("Anna"), try await client.signIn("Eve"))
      let room = try await client.makeRoom(anna)
      #expect(room.role == "moderator" && room.surroundings == "beach")
      #expect(try await client.view(anna).rooms == [room])
      struct Rooms: Decodable { var rooms: [RoomView] }
      let mine = try await client.send(.get, "/api/rooms", token: anna.token).decode(Rooms.self)
      let hers = try await client.send(.get, "/api/rooms", token: eve.token).decode(Rooms.self)
      #expect(mine.rooms == [room] && hers.rooms.isEmpty)
      for (method, path) in [
        (HTTPRequest.Method.get, ""), (.delete, ""), (.get, "/invites"),
      ] {
        let answer = try await client.send(method, "/api/rooms/\(room.id)\(path)", token: eve.token)
        #expect(try answer.problem() == "unknown-room")
      }
      let gone = try await client.send(.delete, "/api/rooms/\(room.id)", token: anna.token)
      #expect(gone.status == .noContent)
      #expect(people.rooms.seen.closedRooms == [room.id])
      #expect(try await people.people.archive.room(room.id) == nil)
    }
  }

  @Test(arguments: [
    ["surroundings": "hell"], ["arrangement": "throne"], ["name": ""], ["name": "\u{202E}x"],
    ["name": String(repeating: "x", count: 65)],
  ])
  func `A room has a name, surroundings and an arrangement that there are`(
    change: [String: String]
  ) async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      var body = ["name": "Kitchen", "surroundings": "beach", "arrangement": "table"]
      body.merge(change) { $1 }
      let answer = try await client.send(.post, "/api/rooms", as: anna, body)
      #expect(try answer.problem() == "malformed-body")
    }
  }

  @Test func `An invitation admits with its role, and its secret is told once`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, bert) = (try await client.signIn("Anna"), try await client.signIn("Bert"))
      let room = try await client.makeRoom(anna)
      let archive = people.people.archive
      await #expect(throws: RoomRefusal.notAllowed) {
        try await archive.admission(token: bert.token, room: room.id, invite: nil)
      }
      let invite = try await client.invite(anna, to: room, role: "member")
      let secret = try #require(invite.secret)
      for shown in [secret, room.id + "." + secret] {
        let admission = try await archive.admission(
          token: bert.token, room: room.id, invite: shown)
        #expect(admission.person == bert.person && admission.role == .member)
        #expect(admission.name == "Bert" && admission.key == bert.device.key.bytes)
      }
      struct Invites: Decodable { var invites: [InviteView] }
      let path = "/api/rooms/\(room.id)/invites"
      let listed = try await client.send(.get, path, token: anna.token).decode(Invites.self)
      #expect(listed.invites.map(\.secret) == [nil] && listed.invites.map(\.used) == [1])
      let byMember = try await client.send(.get, path, token: bert.token)
      #expect(try byMember.problem() == "not-moderator")
      // The disk does not hold what would open the room.
      let bytes = try #require(Base64URL.bytes(secret))
      #expect(people.folder.files(holding: bytes).isEmpty)
      #expect(people.folder.files(holding: Array(secret.utf8)).isEmpty)
      #expect(!people.folder.files(holding: Array(room.id.utf8)).isEmpty)
    }
  }

  @Test func `An invitation gives a member nothing less than they have`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, bert) = (try await client.signIn("Anna"), try await client.signIn("Bert"))
      let room = try await client.makeRoom(anna)
      let archive = people.people.archive
      let low = try #require(try await client.invite(anna, to: room).secret)
      let high = try #require(try await client.invite(anna, to: room, role: "moderator").secret)
      func role(_ person: TestPerson, _ invite: String?) async throws -> RoomRole {
        try await archive.admission(token: person.token, room: room.id, invite: invite).role
      }
      #expect(try await role(bert, low) == .guest)
      #expect(try await role(bert, high) == .moderator)
      #expect(try await role(bert, low) == .moderator)
      #expect(try await role(bert, nil) == .moderator)
      #expect(try await role(anna, low) == .moderator)
    }
  }

  @Test func `A revoked invitation admits nobody, and its guests knock from then on`()
    async throws
  {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, bert) = (try await client.signIn("Anna"), try await client.signIn("Bert"))
      let eve = try await client.signIn("Eve")
      let room = try await client.makeRoom(anna)
      let archive = people.people.archive
      let invite = try await client.invite(anna, to: room)
      let first = try await archive.admission(
        token: bert.token, room: room.id, invite: invite.secret)
      #expect(!first.mustKnock)
      let path = "/api/rooms/\(room.id)/invites/\(invite.id)"
      #expect(try await client.send(.delete, path, token: anna.token).status == .noContent)
      await #expect(throws: RoomRefusal.unknownInvite) {
        try await archive.admission(token: eve.token, room: room.id, invite: invite.secret)
      }
      let second = try await archive.admission(
        token: bert.token, room: room.id, invite: invite.secret)
      #expect(second.mustKnock && second.role == .guest)
      // A new invitation, or a moderator's word, lets them in again.
      let fresh = try await client.invite(anna, to: room)
      let third = try await archive.admission(
        token: bert.token, room: room.id, invite: fresh.secret)
      #expect(!third.mustKnock)
      let gone = try await client.send(.delete, path, token: anna.token)
      #expect(try gone.problem() == "unknown-invite")
    }
  }

  @Test func `An invitation ends by time, and opens no other room`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, bert) = (try await client.signIn("Anna"), try await client.signIn("Bert"))
      let room = try await client.makeRoom(anna)
      let other = try await client.makeRoom(anna, name: "Cellar")
      let archive = people.people.archive
      let invite = try await client.invite(anna, to: room, seconds: 60)
      for shown in [invite.secret, "x", "", "..", invite.id, String(repeating: "A", count: 22)] {
        await #expect(throws: RoomRefusal.unknownInvite) {
          try await archive.admission(token: bert.token, room: other.id, invite: shown)
        }
      }
      people.clock.advance(seconds: 61)
      await #expect(throws: RoomRefusal.expiredInvite) {
        try await archive.admission(token: bert.token, room: room.id, invite: invite.secret)
      }
    }
  }

  @Test func `The last use of an invitation is one person's, however many come at once`()
    async throws
  {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let room = try await client.makeRoom(anna)
      let invite = try await client.invite(anna, to: room, uses: 2)
      var guests: [TestPerson] = []
      for _ in 0..<12 { guests.append(try await client.signIn()) }
      let archive = people.people.archive
      let admitted = await withTaskGroup(of: Bool.self) { group in
        for guest in guests {
          group.addTask {
            do throws(RoomRefusal) {
              _ = try await archive.admission(
                token: guest.token, room: room.id, invite: invite.secret)
              return true
            } catch {
              #expect(error == .expiredInvite)
              return false
            }
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(admitted == 2)
    }
  }

  @Test func `Who is banned is told so whatever they show`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, bert) = (try await client.signIn("Anna"), try await client.signIn("Bert"))
      let room = try await client.makeRoom(anna)
      let invite = try await client.invite(anna, to: room, role: "moderator", uses: 1)
      let archive = people.people.archive
      try await archive.ban(bert.person, from: room.id)
      for shown in [invite.secret, nil] {
        let admission = try await archive.admission(
          token: bert.token, room: room.id, invite: shown)
        #expect(admission.isBanned && admission.role == .guest)
      }
      // Nothing was used up.
      let carl = try await client.signIn("Carl")
      let admission = try await archive.admission(
        token: carl.token, room: room.id, invite: invite.secret)
      #expect(admission.role == .moderator)
    }
  }

  @Test func `A block is kept and told to rooms, from either side`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, bert) = (try await client.signIn("Anna"), try await client.signIn("Bert"))
      let room = try await client.makeRoom(anna)
      let path = "/api/people/me/blocked/\(bert.person)"
      for _ in 0..<2 {
        #expect(try await client.send(.put, path, token: anna.token).status == .noContent)
      }
      #expect(try await client.view(anna).blocked == [bert.person])
      #expect(
        people.rooms.seen.blocks == [[anna.person, "blocks", bert.person]])
      let archive = people.people.archive
      let invite = try await client.invite(anna, to: room)
      let admission = try await archive.admission(
        token: bert.token, room: room.id, invite: invite.secret)
      #expect(admission.blocked == [anna.person])
      #expect(try await archive.isBlocked(bert.person, by: anna.person))
      #expect(try await !archive.isBlocked(anna.person, by: bert.person))
      try await archive.setBlock(false, of: bert.person, by: anna.person)
      #expect(try await !archive.isBlocked(bert.person, by: anna.person))
      #expect(try await client.view(anna).blocked.isEmpty)
      let oneself = try await client.send(
        .put, "/api/people/me/blocked/\(anna.person)", token: anna.token)
      #expect(try oneself.problem() == "oneself")
      let nobody = try await client.send(
        .put, "/api/people/me/blocked/\(String(repeating: "a", count: 26))", token: anna.token)
      #expect(try nobody.problem() == "unknown-person")
    }
  }

  @Test func `A person moderates so many rooms, and a room has so many invitations`() async throws {
    try await TestPeople {
      $0.rooms = 1
      $0.invites = 1
    }.test { client in
      let anna = try await client.signIn("Anna")
      let room = try await client.makeRoom(anna)
      _ = try await client.invite(anna, to: room)
      let invite = try await client.send(
        .post, "/api/rooms/\(room.id)/invites", as: anna, ["role": "guest"])
      #expect(try invite.problem() == "too-many-invites")
      let second = try await client.send(
        .post, "/api/rooms", as: anna,
        ["name": "x", "surroundings": "meadow", "arrangement": "sofa"])
      #expect(try second.problem() == "too-many-rooms")
    }
  }
}
