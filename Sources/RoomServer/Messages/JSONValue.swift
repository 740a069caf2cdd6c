import PlainJSON

/// A JSON value as it was read.
enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A whole number of at most 53 bits.
  case whole(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// How many arrays and objects of a message may lie within each other.
  static let mostDepth = 16

  /// Reads the one value of a text.
  static func read(_ bytes: [UInt8]) throws(JSONError) -> Self {
    Self(try JSONReader.read(bytes, deepest: mostDepth))
  }

  /// A value without its places; of a repeated name the last one counts.
  private init(_ node: JSONNode) {
    switch node.value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .number(let value): self = node.int.map { .whole(Int64($0)) } ?? .number(value)
    case .text(let text): self = .string(text)
    case .list(let nodes): self = .array(nodes.map { Self($0) })
    case .object(let members):
      self = .object(
        Dictionary(members.map { ($0.name, Self($0.node)) }, uniquingKeysWith: { $1 }))
    }
  }

  /// The value as JSON text.
  func write(to json: inout JSONWriter) {
    switch self {
    case .null: json.raw("null")
    case .bool(let value): json.bool(value)
    case .whole(let value): json.number(value)
    case .number(let value): json.raw("\(value)")
    case .string(let value): json.string(value)
    case .array(let values): json.array(values) { $1.write(to: &$0) }
    case .object(let members):
      json.object { json in
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
          json.key(key)
          value.write(to: &json)
        }
      }
    }
  }
}
