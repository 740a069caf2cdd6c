import Foundation

/// How many files, and so connections, the process may have open.
enum FileLimit {
  /// Files that are not connections: the data folder's, those being served, the program's own.
  static let reserved = 256

  /// Raises the limit to the highest that the system allows; returns what it is then.
  @discardableResult
  static func raise() -> Int {
    var limit = rlimit()
    guard getrlimit(kind, &limit) == 0 else { return 1024 }
    if limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = limit.rlim_max
      // Some systems report no bound but have one.
      if setrlimit(kind, &raised) == 0 { limit = raised }
    }
    return Int(clamping: UInt64(limit.rlim_cur))
  }

  #if canImport(Glibc)
    private static let kind = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
  #else
    private static let kind = RLIMIT_NOFILE
  #endif
}
