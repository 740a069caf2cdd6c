/// Who does the work: a number of workers that take jobs in order, each when it is free.
///
/// The core has no threads of its own; a native program supplies them (see `NativeWorkers`).
/// Results never depend on which worker does a job, nor on how many there are.
public struct Workers: Sendable {
  /// How many jobs are done at once, at most.
  public let count: Int
  private let run: @Sendable (_ jobs: Int, _ body: (_ worker: Int, _ job: Int) -> Void) -> Void

  /// Makes workers from a function that calls `body(worker, job)` once for each job in
  /// `0..<jobs` and returns when all calls have: `worker` in `0..<count`, never the same for two
  /// calls at one time.
  public init(
    count: Int,
    run: @escaping @Sendable (_ jobs: Int, _ body: (_ worker: Int, _ job: Int) -> Void) -> Void
  ) {
    precondition(count > 0)
    self.count = count
    self.run = run
  }

  /// The calling thread alone.
  public static var serial: Workers {
    Workers(count: 1) { jobs, body in
      for job in 0..<jobs { body(0, job) }
    }
  }

  /// Calls `body(worker, job)` for every job and waits.
  public func perform(_ jobs: Int, _ body: (_ worker: Int, _ job: Int) -> Void) {
    if jobs == 1 { body(0, 0) } else if jobs > 1 { run(jobs, body) }
  }
}
