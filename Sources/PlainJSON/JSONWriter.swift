/// Writes JSON, member by member, in the order given.
public struct JSONWriter: Sendable {
  /// The text so far.
  public private(set) var text = ""
  private var needsComma = false

  /// Starts an empty text.
  public init() {}

  /// A text as JSON has it, quotes included.
  public static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// A number as JSON has it; what is not finite is 0.
  public static func number(_ value: some BinaryFloatingPoint & LosslessStringConvertible) -> String
  {
    guard value.isFinite else { return "0" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private mutating func begin(_ name: String?) {
    if needsComma { text += "," }
    if let name { text += Self.quoted(name) + ":" }
    needsComma = true
  }

  /// Adds a member or element that is JSON already.
  public mutating func add(_ name: String? = nil, raw: String) {
    begin(name)
    text += raw
  }

  /// Adds a member or element.
  public mutating func add(_ name: String? = nil, _ value: String) {
    add(name, raw: Self.quoted(value))
  }

  /// Adds a member or element.
  public mutating func add(_ name: String? = nil, _ value: Int) { add(name, raw: "\(value)") }

  /// Adds a member or element.
  public mutating func add(_ name: String? = nil, _ value: Bool) { add(name, raw: "\(value)") }

  /// Adds a member or element.
  public mutating func add(_ name: String? = nil, _ value: Float) {
    add(name, raw: Self.number(value))
  }

  /// Adds a member or element.
  public mutating func add(_ name: String? = nil, _ value: Double) {
    add(name, raw: Self.number(value))
  }

  /// Adds a member or element.
  public mutating func add(_ name: String? = nil, _ values: [Float]) {
    add(name, raw: "[" + values.map { Self.number($0) }.joined(separator: ",") + "]")
  }

  /// Adds a member or element.
  public mutating func add(_ name: String? = nil, _ values: [Int]) {
    add(name, raw: "[" + values.map { "\($0)" }.joined(separator: ",") + "]")
  }

  /// Adds an object.
  public mutating func object(_ name: String? = nil, _ body: (inout JSONWriter) -> Void) {
    begin(name)
    text += "{"
    needsComma = false
    body(&self)
    text += "}"
    needsComma = true
  }

  /// Adds a list.
  public mutating func list(_ name: String? = nil, _ body: (inout JSONWriter) -> Void) {
    begin(name)
    text += "["
    needsComma = false
    body(&self)
    text += "]"
    needsComma = true
  }
}
