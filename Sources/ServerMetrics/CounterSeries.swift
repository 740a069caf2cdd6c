import CoreMetrics
import Synchronization

/// What only grows.
final class CounterSeries: Series, CounterHandler, FloatingPointCounterHandler {
  private struct Total {
    var whole: Int64 = 0
    var rest = 0.0
  }

  private let total = Mutex(Total())

  /// Adds; what is negative is not added, and where numbers end the counter stays.
  func increment(by amount: Int64) {
    guard amount > 0 else { return }
    total.withLock {
      let (sum, isOver) = $0.whole.addingReportingOverflow(amount)
      $0.whole = isOver ? .max : sum
    }
  }

  /// Adds; what is negative or no number is not added.
  func increment(by amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    total.withLock { $0.rest += amount }
  }

  /// Begins again, which readers take for a restart.
  func reset() { total.withLock { $0 = Total() } }

  func write(name: String, labels: SeriesLabels, to text: inout String) {
    let total = total.withLock { $0 }
    let value =
      total.rest == 0 ? String(total.whole) : SampleValue.text(Double(total.whole) + total.rest)
    text += "\(name)\(labels.text()) \(value)\n"
  }
}
