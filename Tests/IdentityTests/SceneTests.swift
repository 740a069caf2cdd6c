import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import RoomServer
import Testing

@testable import Identity

/// Scenes that people bring as surroundings.
struct SceneTests {
  @Test func `A scene is kept as it was packed, and told of to its owner`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let answer = try await client.bring(anna)
      #expect(answer.status == .created)
      let scene = try answer.decode(SceneView.self)
      #expect(scene.name == "Garden" && scene.bytes == 34)
      // printf 'scene of somebodyscene of somebody' | openssl dgst -sha256 -binary | basenc --base64url
      #expect(scene.sha256 == "2JH-FEX9bXGF8r01hPAMJQmYt_vUxHrtzXfiZTDn9qQ")
      #expect(try await client.view(anna).scenes == [scene])
      let path = "/api/people/scenes/\(scene.id)"
      let bytes = try await client.send(.get, path, token: anna.token)
      #expect(bytes.status == .ok && bytes.text == "scene of somebodyscene of somebody")
      #expect(bytes.headers[.eTag] == "\"\(scene.sha256)\"")
      let again = try await client.send(
        .get, path, token: anna.token, headers: [.ifNoneMatch: "\"\(scene.sha256)\""])
      #expect(again.status == .notModified)
      let placed = try await people.people.archive.scene(scene.id, of: anna.person)
      #expect(
        placed
          == PlacedScene(id: scene.id, bytes: 34, sha256: scene.sha256, place: [0, 0, 0, 0, 1]))
    }
  }

  @Test func `A scene is shown to who is in a room that it surrounds, and to nobody else`()
    async throws
  {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, eve) = (try await client.signIn("Anna"), try await client.signIn("Eve"))
      let scene = try await client.bring(anna).decode(SceneView.self)
      let path = "/api/people/scenes/\(scene.id)"
      // To meet is not enough, and a tag tells nothing.
      people.rooms.bringTogether([anna.person, eve.person])
      for headers in [[:], [.ifNoneMatch: "\"\(scene.sha256)\""]] as [HTTPFields] {
        let answer = try await client.send(.get, path, token: eve.token, headers: headers)
        #expect(try answer.problem() == "unknown-scene")
      }
      #expect(try await client.send(.get, path).problem() == "token-needed")
      people.rooms.put(scene: scene.id, around: eve.person)
      #expect(try await client.send(.get, path, token: eve.token).status == .ok)
      // To see one is not to have it: another's room is not surrounded by it.
      #expect(try await people.people.archive.scene(scene.id, of: eve.person) == nil)
    }
  }

  @Test func `Only its owner removes a scene, and rooms and the disk are without it at once`()
    async throws
  {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, eve) = (try await client.signIn("Anna"), try await client.signIn("Eve"))
      let scene = try await client.bring(anna).decode(SceneView.self)
      let path = "/api/people/me/scenes/\(scene.id)"
      let byEve = try await client.send(.delete, path, token: eve.token)
      #expect(try byEve.problem() == "unknown-scene")
      #expect(people.rooms.seen.droppedScenes.isEmpty)
      #expect(people.folder.files.filter { $0.hasSuffix(".scene") }.count == 1)
      #expect(try await client.send(.delete, path, token: anna.token).status == .noContent)
      #expect(people.rooms.seen.droppedScenes == [scene.id])
      #expect(people.folder.files.filter { $0.hasSuffix(".scene") }.isEmpty)
      #expect(try await client.view(anna).scenes.isEmpty)
    }
  }

  @Test func `What is no scene, too large, too detailed or too much is refused and leaves nothing`()
    async throws
  {
    let people = try TestPeople {
      $0.scenes = 2
      $0.sceneBytes = 10_000
      $0.allSceneBytes = 100
    }
    try await people.test { client in
      let (anna, eve) = (try await client.signIn("Anna"), try await client.signIn("Eve"))
      for scene in ["", "avatar", "\u{0}scene"] {
        let answer = try await client.bring(anna, scene: scene)
        #expect(try answer.status.code == 422 && answer.problem() == "not-a-scene")
      }
      let full = try await client.bring(anna, scene: "scene full of splats")
      #expect(try full.status == .contentTooLarge && full.problem() == "scene-too-detailed")
      // As it is sent, and as it is kept.
      for count in [10_000, 6000] {
        let large = "scene" + String(repeating: "x", count: count)
        let answer = try await client.bring(anna, scene: large)
        #expect(try answer.status == .contentTooLarge && answer.problem() == "scene-too-large")
      }
      let odd = try await client.bring(anna, query: "?name=%00")
      #expect(try odd.problem() == "malformed-body")
      #expect(people.folder.files.filter { $0.contains("people-scenes") }.isEmpty)
      #expect(try await client.bring(anna).status == .created)
      #expect(try await client.bring(anna).status == .created)
      #expect(try await client.bring(anna).problem() == "too-many-scenes")
      // What all have together counts as well.
      let theirs = try await client.bring(eve)
      #expect(try theirs.status.code == 507 && theirs.problem() == "disk-full")
      #expect(people.folder.files.filter { $0.contains("people-scenes") }.count == 2)
    }
  }

  @Test func `A scene goes with the person, and comes along in the export`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let scene = try await client.bring(anna).decode(SceneView.self)
      let export = try await client.send(.get, "/api/people/me/export", token: anna.token)
      #expect(export.text.contains("scenes/\(scene.id).scene"))
      #expect(export.text.contains("scene of somebodyscene of somebody"))
      #expect(
        try await client.send(.delete, "/api/people/me", token: anna.token).status == .noContent)
      #expect(people.rooms.seen.droppedScenes == [scene.id])
      #expect(people.folder.files(holding: Array("scene of".utf8)).isEmpty)
    }
  }

  @Test func `A scene's file without its row is removed at the next start`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let scene = try await client.bring(try await client.signIn()).decode(SceneView.self)
      let place = people.folder.path + "/people-scenes/"
      for name in ["left.scene", "\(scene.id).scene.unfinished"] {
        #expect(FileManager.default.createFile(atPath: place + name, contents: Data("x".utf8)))
      }
      _ = try TestPeople(folder: people.folder)
      let files = try FileManager.default.contentsOfDirectory(atPath: place)
      #expect(files == ["\(scene.id).scene"])
    }
  }
}
