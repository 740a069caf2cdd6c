/// How much somebody may send in one second; the rest of the second is dropped.
struct RateWindow: Sendable {
  let mostCount: Int
  let mostBytes: Int
  private var start: UInt64 = 0
  private var count = 0
  private var bytes = 0

  init(mostCount: Int, mostBytes: Int) {
    self.mostCount = mostCount
    self.mostBytes = mostBytes
  }

  /// Whether something of a length may pass at a time in nanoseconds.
  mutating func admits(_ length: Int, at now: UInt64) -> Bool {
    if now &- start >= 1_000_000_000 {
      start = now
      count = 0
      bytes = 0
    }
    guard count < mostCount, bytes + length <= mostBytes else {
      // Full until the second is over.
      count = mostCount
      return false
    }
    count += 1
    bytes += length
    return true
  }
}
