import GRDB
import Metrics

/// Writes that share commits: what comes while the disk is busy goes with the next one.
///
/// Each write is whole or nothing, whatever becomes of its neighbours; each caller goes on when
/// the commit is on the disk. A caller that gives up does not take its neighbours with it.
actor GroupCommits {
  /// One caller's write.
  private struct Entry: Sendable {
    /// Does it; gives back what tells the caller once the commit has succeeded.
    let run: @Sendable (Database) throws -> @Sendable () -> Void
    /// Tells the caller that the commit has failed.
    let fail: @Sendable (any Error) -> Void
  }

  /// Writes of one commit, so that nobody waits long for their neighbours.
  static let most = 256

  private let pool: DatabasePool
  private var waiting: [Entry] = []
  private var isRunning = false
  /// Commits and writes so far.
  private(set) var commits = 0, writes = 0

  init(pool: DatabasePool) { self.pool = pool }

  /// Performs a write and waits until it is on the disk.
  func commit<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      waiting.append(
        Entry(
          run: { db in
            let outcome = try Self.outcome(of: body, in: db)
            return { continuation.resume(with: outcome) }
          },
          fail: { continuation.resume(throwing: $0) }))
      guard !isRunning else { return }
      isRunning = true
      Task { await run() }
    }
  }

  private func run() async {
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(Self.most))
      waiting.removeFirst(batch.count)
      let start = ContinuousClock.now
      do {
        let tellAll = try await pool.write { db in try batch.map { try $0.run(db) } }
        commits += 1
        writes += batch.count
        for tell in tellAll { tell() }
      } catch {
        for entry in batch { entry.fail(error) }
      }
      Metrics.Timer(label: "visavis_people_commit_seconds")
        .record(duration: ContinuousClock.now - start)
      Counter(label: "visavis_people_writes_total").increment(by: batch.count)
    }
    isRunning = false
  }

  /// Runs a write by itself within the commit.
  ///
  /// - Throws: where the whole commit is lost, as after an error of the disk.
  private static func outcome<Value: Sendable>(
    of body: @Sendable (Database) throws -> Value, in db: Database
  ) throws -> Result<Value, any Error> {
    var outcome: Result<Value, any Error> = .failure(IdentityError.failure)
    do {
      try db.inSavepoint {
        outcome = .success(try body(db))
        return .commit
      }
    } catch {
      guard db.isInsideTransaction else { throw error }
      outcome = .failure(error)
    }
    return outcome
  }
}
