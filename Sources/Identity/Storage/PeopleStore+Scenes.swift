import Crypto
import Foundation
import GRDB
import NIOPosix
import RoomServer
import ServerSupport

extension PeopleStore {
  /// Takes a scene, packed for pages.
  func add(
    scene bytes: [UInt8], name: String, of person: String, now: Int64
  ) async throws(IdentityError) -> SceneView {
    let limits = limits
    guard bytes.count <= limits.sceneBytes else {
      throw .sceneTooLarge(limit: limits.sceneBytes)
    }
    let scene = SceneView(
      id: Identifier.new(), name: name, bytes: bytes.count,
      sha256: Base64URL.text(SHA256.hash(data: bytes)), created: now)
    let path = scenePath(scene.id)
    do {
      // The disk is waited for elsewhere than where requests are answered.
      try await NIOThreadPool.singleton.runIfActive { try AtomicFile.write(bytes, to: path) }
    } catch {
      throw failure(error)
    }
    do throws(IdentityError) {
      try await write { db in
        try db.execute(
          sql: """
            INSERT INTO scene (id, person, name, bytes, sha256, created) VALUES (?, ?, ?, ?, ?, ?)
            """, arguments: [scene.id, person, name, scene.bytes, scene.sha256, now])
        let count = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM scene WHERE person = ?", arguments: [person])
        guard count ?? 0 <= limits.scenes else {
          throw IdentityError.tooManyScenes(limit: limits.scenes)
        }
        let sum = try Int.fetchOne(db, sql: "SELECT total(bytes) FROM scene")
        guard sum ?? 0 <= limits.allSceneBytes else { throw IdentityError.diskFull }
      }
    } catch {
      removeSceneFile(scene.id)
      throw error
    }
    return scene
  }

  /// Refuses early what ``add(scene:name:of:now:)`` would refuse.
  func refuseSceneTooMany(of person: String) async throws(IdentityError) {
    let limit = limits.scenes
    let (count, sum) = try await read { db in
      (
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM scene WHERE person = ?", arguments: [person]),
        try Int.fetchOne(db, sql: "SELECT total(bytes) FROM scene")
      )
    }
    guard count ?? 0 < limit else { throw .tooManyScenes(limit: limit) }
    guard freeBytes - limits.sceneBytes >= limits.freeBytes, sum ?? 0 < limits.allSceneBytes
    else { throw .diskFull }
  }

  /// Removes a scene of a person; rooms that it surrounds do without.
  func remove(scene id: String, of person: String) async throws(IdentityError) {
    try await write { db in
      try db.execute(
        sql: "DELETE FROM scene WHERE id = ? AND person = ?", arguments: [id, person])
      guard db.changesCount > 0 else { throw IdentityError.unknownScene }
    }
    removeSceneFile(id)
  }

  /// A scene with its owner.
  func scene(_ id: String) async throws(IdentityError) -> (owner: String, scene: SceneView) {
    try await read { db in
      guard
        let row = try Row.fetchOne(db, sql: "SELECT * FROM scene WHERE id = ?", arguments: [id])
      else { throw IdentityError.unknownScene }
      return (row["person"], Self.scene(row))
    }
  }

  /// A person's scenes, the newest first.
  static func scenes(of person: String, in db: Database) throws -> [SceneView] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM scene WHERE person = ? ORDER BY created DESC, id",
      arguments: [person]
    ).map(scene)
  }

  private static func scene(_ row: Row) -> SceneView {
    SceneView(
      id: row["id"], name: row["name"], bytes: row["bytes"], sha256: row["sha256"],
      created: row["created"])
  }

  /// Where a scene's bytes lie.
  ///
  /// - Parameter id: one of the database's, or checked to be an identifier.
  func scenePath(_ id: String) -> String { folder + "/\(Self.sceneFolder)/\(id).scene" }

  func removeSceneFile(_ id: String) { try? FileManager.default.removeItem(atPath: scenePath(id)) }
}
