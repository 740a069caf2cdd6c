/// A value of a JSON text, and where it stands there.
public struct JSONNode: Sendable, Equatable {
  /// What it is.
  public enum Value: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSONNode])
    /// Members in their order; of a repeated name the last one counts.
    case object([(name: String, node: JSONNode)])

    /// Whether two values are the same, members in the same order.
    public static func == (a: Value, b: Value) -> Bool {
      switch (a, b) {
      case (.null, .null): true
      case (.bool(let a), .bool(let b)): a == b
      case (.number(let a), .number(let b)): a == b
      case (.text(let a), .text(let b)): a == b
      case (.list(let a), .list(let b)): a == b
      case (.object(let a), .object(let b)):
        a.count == b.count && zip(a, b).allSatisfy { $0.name == $1.name && $0.node == $1.node }
      default: false
      }
    }
  }

  /// What it is.
  public let value: Value
  /// Bytes before it in the text.
  public let offset: Int

  /// Makes a node.
  public init(_ value: Value, at offset: Int) {
    self.value = value
    self.offset = offset
  }

  /// The member of a name; nil where there is none, or this is no object.
  public subscript(name: String) -> JSONNode? {
    guard case .object(let members) = value else { return nil }
    return members.last { $0.name == name }?.node
  }

  /// The elements; nil where this is no list.
  public var list: [JSONNode]? { if case .list(let list) = value { list } else { nil } }
  /// The members; nil where this is no object.
  public var members: [(name: String, node: JSONNode)]? {
    if case .object(let members) = value { members } else { nil }
  }
  /// The number; nil where this is none.
  public var number: Double? { if case .number(let number) = value { number } else { nil } }
  /// The number, where it is whole and of at most 53 bits; nil for anything else.
  public var int: Int? {
    guard let number, number == number.rounded(), number.magnitude <= 9_007_199_254_740_991
    else { return nil }
    return Int(number)
  }
  /// The text; nil where this is none.
  public var text: String? { if case .text(let text) = value { text } else { nil } }
}

/// Why bytes are not JSON; every case says where.
public enum JSONError: Error, Equatable, Sendable {
  /// The text ends too soon.
  case truncated(offset: Int)
  /// Something else than `expected`.
  case unexpected(offset: Int, expected: String)
  /// Lists and objects within each other beyond ``JSONReader/deepest``.
  case tooDeep(offset: Int)
  /// Text that is not UTF-8, or has a bad escape.
  case badText(offset: Int)
  /// A number that JSON does not have, or that is not finite.
  case badNumber(offset: Int)
}
