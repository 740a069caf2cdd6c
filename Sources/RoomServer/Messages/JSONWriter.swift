/// Writes JSON text from its parts.
///
/// Messages to participants are small and of few shapes; they are put together directly.
struct JSONWriter: Sendable {
  private(set) var text = ""

  /// A string with what JSON wants escaped.
  mutating func string(_ value: String) {
    text.append("\"")
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text.append("\\\"")
      case "\\": text.append("\\\\")
      case "\n": text.append("\\n")
      case "\r": text.append("\\r")
      case "\t": text.append("\\t")
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text.append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text.append("\"")
  }

  /// A string, or null.
  mutating func string(_ value: String?) {
    if let value { string(value) } else { raw("null") }
  }

  /// A number; JSON has none for what is not finite, so that is null.
  mutating func number(_ value: Float) { raw(value.isFinite ? "\(value)" : "null") }

  /// A whole number, or null.
  mutating func number(_ value: (some BinaryInteger)?) {
    if let value { raw(String(value)) } else { raw("null") }
  }

  mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

  /// Text that is JSON already.
  mutating func raw(_ value: String) { text.append(value) }

  /// An array of numbers, or null.
  mutating func numbers(_ values: [Float]?) {
    guard let values else { return raw("null") }
    array(values) { $0.number($1) }
  }

  /// An array whose elements a closure writes.
  mutating func array<Values: Sequence>(
    _ values: Values, write: (inout Self, Values.Element) -> Void
  ) {
    text.append("[")
    var isFirst = true
    for value in values {
      if !isFirst { text.append(",") }
      isFirst = false
      write(&self, value)
    }
    text.append("]")
  }

  /// An object whose members a closure writes, each after ``key(_:)``.
  mutating func object(_ write: (inout Self) -> Void) {
    text.append("{")
    write(&self)
    text.append("}")
  }

  /// A member's name; the value follows.
  mutating func key(_ name: String) {
    if text.last != "{" { text.append(",") }
    string(name)
    text.append(":")
  }

  /// The text that a closure writes.
  static func write(_ body: (inout Self) -> Void) -> String {
    var writer = Self()
    body(&writer)
    return writer.text
  }
}
