import Foundation

/// What this process has used.
enum ProcessFigures {
  /// Processor time in seconds.
  static var ownProcessorSeconds: Double {
    var usage = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &usage)
    return Double(usage.tv_sec) + Double(usage.tv_nsec) / 1e9
  }
}
