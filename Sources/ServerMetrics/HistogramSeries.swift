import CoreMetrics
import Synchronization

/// How often values fell below each of some bounds.
final class HistogramSeries: Series, RecorderHandler, TimerHandler {
  private struct State {
    /// Values of each bucket alone, the last one's above all bounds.
    var counts: [UInt64]
    var sum = 0.0
  }

  /// Rising.
  private let bounds: [Double]
  private let state: Mutex<State>

  init(bounds: [Double]) {
    self.bounds = bounds
    state = Mutex(State(counts: [UInt64](repeating: 0, count: bounds.count + 1)))
  }

  func record(_ value: Int64) { record(Double(value)) }

  /// Counts a value; what is no number belongs nowhere.
  func record(_ value: Double) {
    guard !value.isNaN else { return }
    // Few bounds: looking through them is as quick as halving.
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock {
      $0.counts[bucket] += 1
      $0.sum += value
    }
  }

  /// Counts a time, in seconds.
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

  func write(name: String, labels: SeriesLabels, to text: inout String) {
    let state = state.withLock { $0 }
    var count: UInt64 = 0
    for (k, inside) in state.counts.enumerated() {
      count += inside
      let bound = k < bounds.count ? SampleValue.text(bounds[k]) : "+Inf"
      text += "\(name)_bucket\(labels.text(bound: bound)) \(count)\n"
    }
    text += "\(name)_sum\(labels.text()) \(SampleValue.text(state.sum))\n"
    text += "\(name)_count\(labels.text()) \(count)\n"
  }
}
