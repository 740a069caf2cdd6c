import Dispatch
public import GaussianSplats
import Synchronization

extension Workers {
  /// Workers on the system's threads.
  ///
  /// - Parameter count: At most this many at once; the number of processors, if nil.
  public static func native(count: Int? = nil) -> Workers {
    let count = max(1, count ?? ProcessorCount.active)
    if count == 1 { return .serial }
    return Workers(count: count) { jobs, body in
      let next = Atomic<Int>(0)
      withoutActuallyEscaping(body) { body in
        // Safe because concurrentPerform returns only when no call is left, and `body` accepts
        // concurrent calls by contract.
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: min(count, jobs)) { worker in
          while true {
            let job = next.add(1, ordering: .relaxed).oldValue
            if job >= jobs { return }
            body(worker, job)
          }
        }
      }
    }
  }
}
