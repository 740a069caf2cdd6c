/// How long packets took, counted in steps of 20 µs up to two seconds.
struct DelayHistogram: Sendable {
  private static let step: UInt64 = 20_000
  private var counts = [Int](repeating: 0, count: 100_000)
  private(set) var total = 0

  mutating func add(nanoseconds: UInt64) {
    counts[min(Int(nanoseconds / Self.step), counts.count - 1)] += 1
    total += 1
  }

  mutating func add(_ other: Self) {
    for index in counts.indices { counts[index] += other.counts[index] }
    total += other.total
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
