/// Writes datagrams of Open Sound Control 1.0: bundles that fit a size.
public struct OSCWriter {
  /// The most bytes of a datagram; a message that is longer alone gets one of its own.
  public let largest: Int
  private var done: [[UInt8]] = []
  private var current: [UInt8] = []
  private var part: [UInt8] = []

  /// The size that passes every usual path unfragmented, headers included.
  public static let usualLargest = 1400

  /// Starts with nothing.
  public init(largest: Int = OSCWriter.usualLargest) { self.largest = largest }

  /// Adds a message to the bundle, or to the next where it is full.
  public mutating func add(_ message: OSCMessage) {
    part.removeAll(keepingCapacity: true)
    Self.append(message, to: &part)
    if current.isEmpty || current.count + 4 + part.count > largest {
      if !current.isEmpty { done.append(current) }
      // At once: the time is one in the fraction's last bit.
      current = Array("#bundle\0".utf8) + [0, 0, 0, 0, 0, 0, 0, 1]
    }
    Self.append(UInt32(part.count), to: &current)
    current += part
  }

  /// Hands over the datagrams and starts anew.
  public mutating func take() -> [[UInt8]] {
    if !current.isEmpty { done.append(current) }
    current = []
    defer { done = [] }
    return done
  }

  /// The bytes of a message that stands alone.
  public static func encoded(_ message: OSCMessage) -> [UInt8] {
    var bytes: [UInt8] = []
    append(message, to: &bytes)
    return bytes
  }

  private static func append(_ message: OSCMessage, to bytes: inout [UInt8]) {
    append(message.address, to: &bytes)
    append("," + message.arguments.map(type).joined(), to: &bytes)
    for argument in message.arguments { append(argument, to: &bytes) }
  }

  private static func type(_ argument: OSCArgument) -> String {
    switch argument {
    case .int: "i"
    case .long: "h"
    case .float: "f"
    case .double: "d"
    case .text: "s"
    case .blob: "b"
    case .bool(let value): value ? "T" : "F"
    case .null: "N"
    case .impulse: "I"
    case .time: "t"
    case .word: "r"
    }
  }

  private static func append(_ argument: OSCArgument, to bytes: inout [UInt8]) {
    switch argument {
    case .int(let v): append(UInt32(bitPattern: v), to: &bytes)
    case .long(let v): append(UInt64(bitPattern: v), to: &bytes)
    case .float(let v): append(v.bitPattern, to: &bytes)
    case .double(let v): append(v.bitPattern, to: &bytes)
    case .text(let v): append(v, to: &bytes)
    case .blob(let v):
      append(UInt32(v.count), to: &bytes)
      bytes += v
      pad(&bytes)
    case .time(let v): append(v, to: &bytes)
    case .word(let v): append(v, to: &bytes)
    case .bool, .null, .impulse: break
    }
  }

  /// A text up to its first zero, a zero, and padding.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes += text.utf8.prefix { $0 != 0 }
    bytes.append(0)
    pad(&bytes)
  }

  private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
    for shift in [24, 16, 8, 0] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  private static func append(_ long: UInt64, to bytes: inout [UInt8]) {
    append(UInt32(truncatingIfNeeded: long >> 32), to: &bytes)
    append(UInt32(truncatingIfNeeded: long), to: &bytes)
  }

  /// Messages begin at multiples of four bytes, so padding to the whole is padding to the part.
  private static func pad(_ bytes: inout [UInt8]) {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }
}
