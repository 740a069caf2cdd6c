/// How long packets took, counted in steps of 20 µs up to two seconds.
///
/// The clients of one event loop share one: it is used on that loop alone while they run.
final class DelayHistogram: @unchecked Sendable {
  // Safe because of that.
  private static let step: UInt64 = 20_000
  private var counts = [Int](repeating: 0, count: 100_000)
  private(set) var total = 0

  func add(nanoseconds: UInt64) {
    counts[min(Int(nanoseconds / Self.step), counts.count - 1)] += 1
    total += 1
  }

  func add(_ other: DelayHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    total += other.total
  }

  /// Starts anew.
  func reset() {
    for index in counts.indices { counts[index] = 0 }
    total = 0
  }

  /// The delay that a share of packets does not exceed, in milliseconds.
  func milliseconds(share: Double) -> Double {
    var left = Int((Double(total) * share).rounded(.up))
    for (index, count) in counts.enumerated() {
      left -= count
      if left <= 0 { return Double(index + 1) * Double(Self.step) / 1e6 }
    }
    return Double(counts.count) * Double(Self.step) / 1e6
  }
}
