/// One argument of a message of Open Sound Control.
public enum OSCArgument: Sendable, Equatable {
  /// `i`
  case int(Int32)
  /// `h`
  case long(Int64)
  /// `f`
  case float(Float)
  /// `d`
  case double(Double)
  /// `s` and `S`
  case text(String)
  /// `b`
  case blob([UInt8])
  /// `T` and `F`
  case bool(Bool)
  /// `N`
  case null
  /// `I`
  case impulse
  /// `t`: seconds since 1900 in 32 bits, then fractions in 32 bits.
  case time(UInt64)
  /// `c`, `r` and `m`: a character, a colour, a note.
  case word(UInt32)

  /// The number that it is; nil for what is none, and for numbers that are not finite.
  public var number: Double? {
    switch self {
    case .int(let v): Double(v)
    case .long(let v): Double(v)
    case .float(let v): v.isFinite ? Double(v) : nil
    case .double(let v): v.isFinite ? v : nil
    case .bool(let v): v ? 1 : 0
    default: nil
    }
  }

  /// The text that it is; nil for anything else.
  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}

/// One message of Open Sound Control.
public struct OSCMessage: Sendable, Equatable {
  /// Where it is meant to go, such as `/VMC/Ext/OK`.
  public var address: String
  /// What it says; the marks around an array's elements are left out.
  public var arguments: [OSCArgument]

  /// Makes a message.
  public init(_ address: String, _ arguments: [OSCArgument] = []) {
    self.address = address
    self.arguments = arguments
  }
}
