/// Names of the Prometheus text format.
enum MetricName {
  /// A metric's name: letters, digits, `_` and `:`, none of the digits first; others become `_`.
  static func metric(_ label: String) -> String { name(label, allowsColon: true) }

  /// A label's name: as a metric's, without `:` and without the prefix that is reserved.
  static func label(_ text: String) -> String {
    let name = name(text, allowsColon: false)
    return name.hasPrefix("__") ? "x" + name : name
  }

  private static func name(_ text: String, allowsColon: Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      let isDigit = ("0"..."9").contains(scalar)
      let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
      if isDigit && out.isEmpty { out = "_" }
      let isAllowed = isDigit || isLetter || (allowsColon && scalar == ":")
      out.unicodeScalars.append(isAllowed ? scalar : "_")
    }
    return out.isEmpty ? "_" : out
  }
}
