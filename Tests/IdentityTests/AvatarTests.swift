import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Identity

struct AvatarTests {
  @Test func `An avatar comes back as it was sent, and is not sent twice`() async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      let answer = try await client.upload(anna, query: "?name=In%20hat&access=everyone")
      #expect(answer.status == .created)
      let avatar = try answer.decode(AvatarView.self)
      #expect(avatar.name == "In hat" && avatar.access == .everyone && avatar.bytes == 18)
      // printf 'avatar of somebody' | openssl dgst -sha256 -binary | basenc --base64url
      #expect(avatar.sha256 == "aSx7GfRMSPG-14nyWFrlGXQ7OzslbqxmC_P0HcEuGDo")
      let bytes = try await client.send(
        .get, "/api/people/avatars/\(avatar.id)", token: anna.token)
      #expect(bytes.status == .ok && bytes.text == "avatar of somebody")
      #expect(bytes.headers[.eTag] == "\"\(avatar.sha256)\"")
      #expect(bytes.headers[.cacheControl] == "private, no-cache")
      for tag in ["\"\(avatar.sha256)\"", "\"x\", W/\"\(avatar.sha256)\"", "*"] {
        let again = try await client.send(
          .get, "/api/people/avatars/\(avatar.id)", token: anna.token,
          headers: [.ifNoneMatch: tag])
        #expect(again.status == .notModified && again.body.readableBytes == 0)
      }
      let other = try await client.send(
        .get, "/api/people/avatars/\(avatar.id)", token: anna.token,
        headers: [.ifNoneMatch: "\"x\""])
      #expect(other.status == .ok)
      #expect(try await client.view(anna).avatars == [avatar])
    }
  }

  @Test(arguments: [
    ("me", false, false, 404), ("me", true, false, 404), ("rooms", false, false, 404),
    ("rooms", true, false, 200), ("rooms", true, true, 404), ("everyone", false, false, 200),
    ("everyone", false, true, 404),
  ])
  func `An avatar is shown to whom its owner allows`(
    access: String, meets: Bool, isBlocked: Bool, status: Int
  ) async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, eve) = (try await client.signIn("Anna"), try await client.signIn("Eve"))
      let avatar = try await client.upload(anna, query: "?access=\(access)")
        .decode(AvatarView.self)
      if meets { people.rooms.bringTogether([anna.person, eve.person]) }
      if isBlocked {
        _ = try await client.send(
          .put, "/api/people/me/blocked/\(anna.person)", token: eve.token)
      }
      let path = "/api/people/avatars/\(avatar.id)"
      // Not even that it is there is told, by a tag that is the same.
      for headers in [[:], [.ifNoneMatch: "\"\(avatar.sha256)\""]] as [HTTPFields] {
        let answer = try await client.send(.get, path, token: eve.token, headers: headers)
        #expect(answer.status.code == (status == 200 && !headers.isEmpty ? 304 : status))
      }
      #expect(try await client.send(.get, path, token: anna.token).status == .ok)
      #expect(try await client.send(.get, path).status == .unauthorized)
    }
  }

  @Test func `Only its owner changes and removes an avatar`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, eve) = (try await client.signIn("Anna"), try await client.signIn("Eve"))
      let avatar = try await client.upload(anna).decode(AvatarView.self)
      let path = "/api/people/me/avatars/\(avatar.id)"
      let change = ["name": "New", "access": "me"]
      #expect(try await client.send(.patch, path, as: eve, change).problem() == "unknown-avatar")
      let byEve = try await client.send(.delete, path, token: eve.token)
      #expect(try byEve.problem() == "unknown-avatar")
      let changed = try await client.send(.patch, path, as: anna, change).decode(AvatarView.self)
      #expect(changed.name == "New" && changed.access == .me)
      #expect(try await client.send(.delete, path, token: anna.token).status == .noContent)
      #expect(people.folder.files.filter { $0.hasSuffix(".avatar") }.isEmpty)
    }
  }

  @Test func `What is no avatar, too large or too many is refused and leaves nothing`()
    async throws
  {
    let people = try TestPeople {
      $0.avatars = 2
      $0.avatarBytes = 100_000
    }
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      #expect(try await client.upload(anna, "video").problem() == "not-an-avatar")
      #expect(try await client.upload(anna, "").problem() == "not-an-avatar")
      let large = "avatar" + String(repeating: "x", count: 100_000)
      let answer = try await client.upload(anna, large)
      #expect(try answer.status == .contentTooLarge && answer.problem() == "avatar-too-large")
      for query in ["?access=all", "?name=%00", "?name=" + String(repeating: "x", count: 65)] {
        #expect(try await client.upload(anna, query: query).problem() == "malformed-body")
      }
      #expect(people.folder.files.filter { $0.contains("people-avatars") }.isEmpty)
      // Several at once: one arrives after the other, and no more than may be stay.
      let stored = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<10 {
          group.addTask { try await client.upload(anna).status == .created }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect((1...2).contains(stored))
      for _ in stored..<2 { #expect(try await client.upload(anna).status == .created) }
      #expect(try await client.upload(anna).problem() == "too-many-avatars")
      #expect(people.folder.files.filter { $0.contains("people-avatars") }.count == 2)
    }
  }

  @Test func `A file without its row is removed at the next start`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let avatar = try await client.upload(try await client.signIn()).decode(AvatarView.self)
      let place = people.folder.path + "/people-avatars/"
      for name in ["left.avatar", "\(avatar.id).avatar.unfinished"] {
        #expect(FileManager.default.createFile(atPath: place + name, contents: Data("x".utf8)))
      }
      _ = try TestPeople(folder: people.folder)
      let files = try FileManager.default.contentsOfDirectory(atPath: place)
      #expect(files == ["\(avatar.id).avatar"])
    }
  }

  @Test func `Half-sent avatars let others in`() throws {
    let gate = UploadGate(most: 2)
    try gate.enter("a")
    #expect(throws: IdentityError.busy) { try gate.enter("a") }
    try gate.enter("b")
    #expect(throws: IdentityError.busy) { try gate.enter("c") }
    gate.leave("a")
    try gate.enter("c")
  }
}
