/// What tells a metric's series apart: names and values, in one order.
struct SeriesLabels: Sendable, Hashable {
  /// Sorted by name, each name once.
  let pairs: [Pair]

  /// One label.
  struct Pair: Sendable, Hashable {
    var name, value: String
  }

  /// Takes a metric's dimensions.
  ///
  /// Names that become the same share one label, their values joined by `;`. A histogram's `le` is
  /// its own, so a dimension of that name gets another.
  init(_ dimensions: [(String, String)]) {
    var values: [String: String] = [:]
    for (name, value) in dimensions {
      let label = MetricName.label(name)
      let free = label == "le" ? "le_" : label
      values[free] = values[free].map { $0 + ";" + value } ?? value
    }
    pairs = values.map { Pair(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
  }

  /// `{a="1",b="2"}`, or nothing where there are none.
  ///
  /// - Parameter bound: a histogram's bucket.
  func text(bound: String? = nil) -> String {
    var parts = pairs.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
    if let bound { parts.append("le=\"\(bound)\"") }
    return parts.isEmpty ? "" : "{" + parts.joined(separator: ",") + "}"
  }

  /// A value between quotes.
  static func escaped(_ value: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": out.append(contentsOf: "\\\\".unicodeScalars)
      case "\"": out.append(contentsOf: "\\\"".unicodeScalars)
      case "\n": out.append(contentsOf: "\\n".unicodeScalars)
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
