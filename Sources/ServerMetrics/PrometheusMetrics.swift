public import CoreMetrics
import Synchronization

/// Metrics as a page that Prometheus reads: counters, gauges and histograms.
///
/// ```swift
/// let metrics = PrometheusMetrics(help: ["visavis_rooms": "Rooms that somebody is in."])
/// MetricsSystem.bootstrap(metrics)
/// let page = metrics.text()    // as PrometheusMetrics.contentType
/// ```
/// Timers are histograms of seconds, recorders histograms, unless they do not aggregate: those are
/// gauges. The same label and dimensions are the same series whoever asks for it. Memory is bounded:
/// beyond so many series, further ones count nothing, and how many were turned away is told.
public final class PrometheusMetrics: MetricsFactory {
  /// What the page is served as.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"
  /// Seconds that timers are sorted by.
  public static let timerBounds = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// What recorders are sorted by.
  public static let recorderBounds: [Double] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000,
  ]
  /// Tells how many series were turned away.
  static let droppedName = "visavis_metrics_dropped_series_total"

  /// What a metric is.
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// All series of a name.
  private struct Family {
    var kind: Kind
    var series: [SeriesLabels: any Series] = [:]
  }

  private struct State {
    var families: [String: Family] = [:]
    var count = 0
    var dropped = 0
    /// Names that histograms' lines have.
    var taken: Set<String> = [PrometheusMetrics.droppedName]
  }

  private let help: [String: String]
  private let bounds: [String: [Double]]
  private let mostSeries: Int
  private let state = Mutex(State())

  /// Makes an empty page.
  ///
  /// - Parameters:
  ///   - help: sentences, by metric.
  ///   - bounds: of a histogram's buckets, by metric, where the usual ones do not fit.
  ///   - mostSeries: how many series are kept.
  public init(
    help: [String: String] = [:], bounds: [String: [Double]] = [:], mostSeries: Int = 2000
  ) {
    self.help = help
    self.bounds = bounds.mapValues { Array(Set($0.filter(\.isFinite))).sorted() }
    self.mostSeries = mostSeries
  }

  /// A counter's series.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, dimensions, .counter) { CounterSeries() } ?? DroppedSeries()
  }

  /// A counter's series, of fractions.
  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    series(label, dimensions, .counter) { CounterSeries() } ?? DroppedSeries()
  }

  /// A gauge's series.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, dimensions, .gauge) { GaugeSeries() } ?? DroppedSeries()
  }

  /// A histogram's series, or a gauge's where values are not to be added up.
  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    guard aggregate else {
      return series(label, dimensions, .gauge) { GaugeSeries() } ?? DroppedSeries()
    }
    return series(label, dimensions, .histogram) {
      HistogramSeries(bounds: bounds[label] ?? Self.recorderBounds)
    } ?? DroppedSeries()
  }

  /// A histogram's series, of seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, dimensions, .histogram) {
      HistogramSeries(bounds: bounds[label] ?? Self.timerBounds)
    } ?? DroppedSeries()
  }

  /// Removes a counter's series.
  public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  /// Removes a counter's series.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    remove(handler)
  }
  /// Removes a gauge's series.
  public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  /// Removes a histogram's or gauge's series.
  public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  /// Removes a histogram's series.
  public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

  /// The page: every metric by name, every series by its labels.
  public func text() -> String {
    let (families, dropped) = state.withLock { ($0.families, $0.dropped) }
    var text = ""
    for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
      head(name, family.kind, to: &text)
      let series = family.series.map { (labels: $0.key, series: $0.value, key: $0.key.text()) }
      for one in series.sorted(by: { $0.key < $1.key }) {
        one.series.write(name: name, labels: one.labels, to: &text)
      }
    }
    head(Self.droppedName, .counter, to: &text)
    return text + "\(Self.droppedName) \(dropped)\n"
  }

  private func head(_ name: String, _ kind: Kind, to text: inout String) {
    if let sentence = help[name] {
      let escaped = sentence.split(separator: "\\", omittingEmptySubsequences: false)
        .joined(separator: "\\\\").split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\\n")
      text += "# HELP \(name) \(escaped)\n"
    }
    text += "# TYPE \(name) \(kind.rawValue)\n"
  }

  /// The series of a name and labels, made if there is none; nil where there is no room or the name is
  /// another kind's.
  private func series<Kept: Series>(
    _ label: String, _ dimensions: [(String, String)], _ kind: Kind, make: () -> Kept
  ) -> Kept? {
    let (name, labels) = (MetricName.metric(label), SeriesLabels(dimensions))
    return state.withLock { state in
      if let family = state.families[name] {
        if let kept = family.series[labels] as? Kept { return kept }
        guard family.kind == kind, family.series[labels] == nil, state.count < mostSeries else {
          state.dropped += 1
          return nil
        }
      } else {
        // A histogram's lines carry endings: they must not meet another metric's name.
        let names = [name] + (kind == .histogram ? Self.endings.map { name + $0 } : [])
        guard state.count < mostSeries, state.taken.isDisjoint(with: names) else {
          state.dropped += 1
          return nil
        }
        state.taken.formUnion(names)
        state.families[name] = Family(kind: kind)
      }
      let made = make()
      state.families[name]?.series[labels] = made
      state.count += 1
      return made
    }
  }

  private func remove(_ handler: AnyObject) {
    state.withLock { state in
      for (name, family) in state.families {
        guard let labels = family.series.first(where: { $0.value === handler })?.key else {
          continue
        }
        state.families[name]?.series[labels] = nil
        state.count -= 1
        return
      }
    }
  }

  private static let endings = ["_bucket", "_sum", "_count"]
}
