import Foundation
import GRDB
import Logging
import ServerSupport

/// People, their devices, avatars and rooms in a data folder.
///
/// ```
/// people.sqlite, -wal, -shm      everything but bytes of avatars and scenes, and the secret
/// people-avatars/ID.avatar       avatars' bytes
/// people-scenes/ID.scene         scenes' bytes
/// people.key                     the secret that tokens are made with
/// ```
/// Reads see whole commits and never wait for writes; writes that come while others are being put on
/// the disk share the next commit. Whatever a write returned is on the disk.
final class PeopleStore: Sendable {
  let folder: String
  let limits: PeopleLimits
  let logger: Logger
  let pool: DatabasePool
  let commits: GroupCommits

  /// Opens the folder's database, made if there is none, and ends what a killed server left undone.
  ///
  /// - Throws: where the folder or the database cannot be written or is of a later version.
  init(folder: String, limits: PeopleLimits, logger: Logger) throws {
    self.folder = folder
    self.limits = limits
    self.logger = logger
    for kept in [Self.avatarFolder, Self.sceneFolder] {
      try FileManager.default.createDirectory(
        atPath: folder + "/" + kept, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    let path = folder + "/people.sqlite"
    // SQLite gives its other files this one's permissions.
    if !FileManager.default.fileExists(atPath: path) {
      let isMade = FileManager.default.createFile(
        atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
      guard isMade else { throw FileFailure.unwritable }
    }
    pool = try DatabasePool(path: path, configuration: Self.configuration)
    commits = GroupCommits(pool: pool)
    // A commit is on the disk when it returns; the pool's own choice would let the last few go.
    try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    guard try !pool.read(Self.migrator.hasBeenSuperseded) else { throw OpeningError.laterVersion }
    try Self.migrator.migrate(pool)
    try removeOrphans()
    if try pool.read({ try Self.hasErasing($0) }) { try eraseNow() }
  }

  static let avatarFolder = "people-avatars"
  static let sceneFolder = "people-scenes"

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "visavis.people"
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      // What is deleted is overwritten; nothing goes to temporary files elsewhere.
      try db.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
    }
    return configuration
  }

  /// Reads a whole state of the database.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(IdentityError) -> Value {
    do {
      return try await pool.read(body)
    } catch {
      throw failure(error)
    }
  }

  /// Changes the database: all of the body or, where it throws, nothing.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(IdentityError) -> Value {
    do {
      return try await commits.commit(body)
    } catch {
      throw failure(error)
    }
  }

  /// What the database threw, as an error of this module's.
  func failure(_ error: any Error) -> IdentityError {
    switch error {
    case let error as IdentityError: return error
    case is CancellationError: return .busy
    case let error as DatabaseError:
      if error.resultCode == .SQLITE_FULL { return .diskFull }
      // The code alone: messages may quote values.
      logger.error("Storage failed", metadata: ["code": "\(error.extendedResultCode.rawValue)"])
      return .failure
    case FileFailure.full: return .diskFull
    default:
      logger.error("Storage failed", metadata: ["error": "\(type(of: error))"])
      return .failure
    }
  }

  /// Closes the database, once nothing uses it any more.
  func close() throws { try pool.close() }
}
