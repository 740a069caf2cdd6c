import CoreMetrics
import Testing

@testable import ServerMetrics

struct PrometheusTests {
  /// The page's lines but those about series that were turned away.
  private static func lines(_ metrics: PrometheusMetrics) -> [String] {
    metrics.text().split(separator: "\n").map(String.init).filter { !$0.contains("dropped") }
  }

  @Test func `Counters, gauges and histograms are as the format has them`() {
    let metrics = PrometheusMetrics(
      help: ["b_gauge": "How much.\nReally \\ truly."], bounds: ["d_seconds": [0.1, 1]])
    Counter(label: "a_total", dimensions: [("kind", "x")], factory: metrics).increment(by: 3)
    Counter(label: "a_total", dimensions: [("kind", "w")], factory: metrics).increment()
    Gauge(label: "b_gauge", factory: metrics).record(-2.5)
    Meter(label: "c", factory: metrics).set(7)
    let timer = Timer(label: "d_seconds", factory: metrics)
    timer.recordMilliseconds(50)
    timer.recordMilliseconds(100)
    timer.recordMilliseconds(500)
    timer.recordSeconds(20)
    #expect(
      Self.lines(metrics) == [
        "# TYPE a_total counter", #"a_total{kind="w"} 1"#, #"a_total{kind="x"} 3"#,
        #"# HELP b_gauge How much.\nReally \\ truly."#, "# TYPE b_gauge gauge", "b_gauge -2.5",
        "# TYPE c gauge", "c 7",
        "# TYPE d_seconds histogram", #"d_seconds_bucket{le="0.1"} 2"#,
        #"d_seconds_bucket{le="1"} 3"#, #"d_seconds_bucket{le="+Inf"} 4"#, "d_seconds_sum 20.65",
        "d_seconds_count 4",
      ])
    #expect(metrics.text().hasSuffix("\n"))
  }

  @Test func `The same label and dimensions are one series, in whatever order`() {
    let metrics = PrometheusMetrics()
    Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: metrics).increment()
    Counter(label: "a", dimensions: [("y", "2"), ("x", "1")], factory: metrics).increment()
    #expect(Self.lines(metrics) == ["# TYPE a counter", #"a{x="1",y="2"} 2"#])
  }

  @Test(arguments: [
    ("a.b-c", "a_b_c"), ("9lives", "_9lives"), ("a:b", "a:b"), ("", "_"), ("ä", "_"),
    ("a\nb{", "a_b_"),
  ])
  func `Names become such as the format allows`(label: String, name: String) {
    #expect(MetricName.metric(label) == name)
    #expect(MetricName.label(label) == name.replacing(":", with: "_"))
  }

  @Test func `Labels are escaped, and names of their own`() {
    let labels = SeriesLabels([
      ("a", "q\"b\\c\nd"), ("le", "1"), ("__x", "2"), ("b.c", "3"), ("b_c", "4"), ("ü", "🦊"),
    ])
    #expect(
      labels.text()
        == #"{_="🦊",a="q\"b\\c\nd",b_c="3;4",le_="1",x__x="2"}"#)
    #expect(SeriesLabels([]).text() == "" && SeriesLabels([]).text(bound: "1") == "{le=\"1\"}")
  }

  @Test func `Numbers are such as the format reads`() {
    for (value, text) in [
      (0.0, "0"), (-0.0, "0"), (1, "1"), (0.25, "0.25"), (.nan, "NaN"), (.infinity, "+Inf"),
      (-.infinity, "-Inf"), (1e300, "1e+300"), (123_456_789_012, "123456789012"),
    ] {
      #expect(SampleValue.text(value) == text)
    }
  }

  @Test func `Counters never fall, and stay where numbers end`() {
    let series = CounterSeries()
    func text() -> String {
      var text = ""
      series.write(name: "a", labels: SeriesLabels([]), to: &text)
      return text
    }
    series.increment(by: 5 as Int64)
    series.increment(by: -3 as Int64)
    series.increment(by: -.infinity)
    series.increment(by: Double.nan)
    #expect(text() == "a 5\n")
    series.increment(by: 0.5)
    #expect(text() == "a 5.5\n")
    series.reset()
    series.increment(by: Int64.max)
    series.increment(by: Int64.max)
    #expect(text() == "a 9223372036854775807\n")
  }

  @Test func `Histograms take any value`() {
    let series = HistogramSeries(bounds: [0, 1])
    for value in [-1, 0, 0.5, 1, 1.5, .nan, 1e308] { series.record(value) }
    series.record(Int64.min)
    var text = ""
    series.write(name: "a", labels: SeriesLabels([]), to: &text)
    let lines = text.split(separator: "\n")
    #expect(lines[0] == #"a_bucket{le="0"} 3"# && lines[1] == #"a_bucket{le="1"} 5"#)
    #expect(lines[2] == #"a_bucket{le="+Inf"} 7"# && lines[4] == "a_count 7")
  }

  @Test func `Series are bounded, and those that were turned away are counted`() {
    let metrics = PrometheusMetrics(mostSeries: 3)
    for k in 0..<10 {
      Counter(label: "a", dimensions: [("k", "\(k)")], factory: metrics).increment()
    }
    #expect(Self.lines(metrics).count == 4)
    #expect(metrics.text().contains("dropped_series_total 7\n"))
    // One that is there goes on, one that is destroyed makes room.
    let first = Counter(label: "a", dimensions: [("k", "0")], factory: metrics)
    first.increment()
    #expect(metrics.text().contains(#"a{k="0"} 2"#))
    first.destroy()
    Counter(label: "a", dimensions: [("k", "new")], factory: metrics).increment()
    #expect(metrics.text().contains(#"a{k="new"} 1"#) && !metrics.text().contains(#"k="0""#))
  }

  @Test func `A name is of one kind, histograms' lines included`() {
    let metrics = PrometheusMetrics()
    Timer(label: "a", factory: metrics).recordSeconds(1)
    Counter(label: "a", factory: metrics).increment()
    Counter(label: "a_count", factory: metrics).increment()
    Counter(label: "b_sum", factory: metrics).increment()
    Timer(label: "b", factory: metrics).recordSeconds(1)
    let names = Self.lines(metrics).filter { $0.hasPrefix("# TYPE") }
    #expect(names == ["# TYPE a histogram", "# TYPE b_sum counter"])
    #expect(metrics.text().contains("dropped_series_total 3\n"))
  }

  @Test func `Many at once lose nothing, and a page read meanwhile is whole`() async {
    let metrics = PrometheusMetrics(bounds: ["c": [10, 100]])
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for k in 0..<1000 {
            Counter(label: "a", factory: metrics).increment()
            Counter(label: "b", dimensions: [("k", "\(k % 7)")], factory: metrics).increment()
            Recorder(label: "c", factory: metrics).record(k % 200)
            Meter(label: "d", factory: metrics).increment(by: task.isMultiple(of: 2) ? 1 : -1)
            if k % 250 == 0 { #expect(Self.isWhole(metrics.text())) }
          }
        }
      }
    }
    let text = metrics.text()
    #expect(Self.isWhole(text))
    #expect(text.contains("\na 8000\n") && text.contains("\nc_count 8000\n"))
    #expect(text.contains(#"c_bucket{le="10"} 440"#) && text.contains("\nd 0\n"))
    let kinds = text.split(separator: "\n").filter { $0.hasPrefix("b{") }
      .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(kinds.count == 7 && kinds.reduce(0, +) == 8000)
  }

  /// Whether every line is one of the format, and every histogram agrees with itself.
  private static func isWhole(_ text: String) -> Bool {
    let sample =
      /[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*\})? (NaN|[+-]Inf|-?[0-9.]+(e[+-]?[0-9]+)?)/
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.last == "" else { return false }
    var last = (bucket: 0, count: 0)
    for line in lines.dropLast() where !line.hasPrefix("# ") {
      guard line.wholeMatch(of: sample) != nil else { return false }
      let value = line.split(separator: " ").last.flatMap { Int($0) } ?? 0
      if line.hasPrefix("c_bucket{le=\"10\"") { last.bucket = 0 }
      if line.hasPrefix("c_bucket") {
        guard value >= last.bucket else { return false }
        last.bucket = value
      }
      if line.hasPrefix("c_count"), value != last.bucket { return false }
    }
    return true
  }
}
