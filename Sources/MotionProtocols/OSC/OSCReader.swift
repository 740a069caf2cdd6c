/// Reads datagrams of Open Sound Control 1.0 (https://opensoundcontrol.stanford.edu/spec-1_0.html).
///
/// A datagram is a message or a bundle: `#bundle`, a time, then messages and bundles after their
/// lengths. Everything is big-endian and padded to four bytes. The types of version 1.1 and the common
/// extensions are read too. Times of bundles are not heeded: what came is meant now.
public enum OSCReader {
  /// How many bundles may lie within each other.
  public static let deepest = 8
  /// How many messages a datagram may hold; 65,507 bytes, the largest of UDP, could hold 8,188.
  public static let mostMessages = 8192

  /// The messages of a datagram, in its order.
  ///
  /// - Throws: ``ProtocolError``; any bytes are answered.
  /// - Complexity: O(bytes).
  public static func messages(in packet: [UInt8]) throws(ProtocolError) -> [OSCMessage] {
    var messages: [OSCMessage] = []
    try read(packet, in: 0..<packet.count, depth: 0, into: &messages)
    return messages
  }

  private static func read(
    _ packet: [UInt8], in range: Range<Int>, depth: Int, into messages: inout [OSCMessage]
  ) throws(ProtocolError) {
    var cursor = PacketCursor(packet, in: range, order: .big)
    try cursor.need(4)
    switch packet[range.lowerBound] {
    case UInt8(ascii: "/"):
      if messages.count >= mostMessages {
        throw .tooMany(offset: range.lowerBound, limit: mostMessages)
      }
      messages.append(try message(&cursor))
    case UInt8(ascii: "#"):
      if depth >= deepest { throw .tooDeep(offset: range.lowerBound) }
      let name = try text(&cursor)
      if name != "#bundle" { throw .badAddress(offset: range.lowerBound) }
      try cursor.skip(8)
      while cursor.remaining > 0 {
        let place = cursor.position
        let length = Int(try cursor.word())
        if length == 0 || length % 4 != 0 { throw .badLength(offset: place, found: length) }
        try cursor.need(length)
        let start = cursor.position
        try read(packet, in: start..<start + length, depth: depth + 1, into: &messages)
        try cursor.skip(length)
      }
    default:
      throw .badAddress(offset: range.lowerBound)
    }
  }

  private static func message(_ cursor: inout PacketCursor) throws(ProtocolError) -> OSCMessage {
    var message = OSCMessage(try text(&cursor))
    // Old senders leave the types out.
    if cursor.remaining == 0 { return message }
    let start = cursor.position
    let types = try textRange(&cursor)
    guard cursor.bytes[types.lowerBound] == UInt8(ascii: ",") else {
      throw .unknownType(offset: start, found: cursor.bytes[types.lowerBound])
    }
    message.arguments.reserveCapacity(types.count - 1)
    for place in types.dropFirst() {
      if let argument = try argument(cursor.bytes[place], at: place, &cursor) {
        message.arguments.append(argument)
      }
    }
    if cursor.remaining > 0 { throw .surplus(offset: cursor.position) }
    return message
  }

  private static func argument(
    _ type: UInt8, at place: Int, _ cursor: inout PacketCursor
  ) throws(ProtocolError) -> OSCArgument? {
    switch type {
    case UInt8(ascii: "i"): return .int(Int32(bitPattern: try cursor.word()))
    case UInt8(ascii: "h"): return .long(Int64(bitPattern: try cursor.long()))
    case UInt8(ascii: "f"): return .float(Float(bitPattern: try cursor.word()))
    case UInt8(ascii: "d"): return .double(Double(bitPattern: try cursor.long()))
    case UInt8(ascii: "t"): return .time(try cursor.long())
    case UInt8(ascii: "s"), UInt8(ascii: "S"): return .text(try text(&cursor))
    case UInt8(ascii: "b"):
      let start = cursor.position
      let length = Int(try cursor.word())
      if length > cursor.remaining { throw .badLength(offset: start, found: length) }
      let blob = Array(cursor.bytes[cursor.position..<cursor.position + length])
      try cursor.skip(length)
      try cursor.skip(min((4 - length % 4) % 4, cursor.remaining))
      return .blob(blob)
    case UInt8(ascii: "c"), UInt8(ascii: "r"), UInt8(ascii: "m"):
      return .word(try cursor.word())
    case UInt8(ascii: "T"): return .bool(true)
    case UInt8(ascii: "F"): return .bool(false)
    case UInt8(ascii: "N"): return .null
    case UInt8(ascii: "I"): return .impulse
    case UInt8(ascii: "["), UInt8(ascii: "]"): return nil
    default: throw .unknownType(offset: place, found: type)
    }
  }

  private static func text(_ cursor: inout PacketCursor) throws(ProtocolError) -> String {
    let range = try textRange(&cursor)
    guard let text = String(validating: cursor.bytes[range], as: UTF8.self) else {
      throw .notText(offset: range.lowerBound)
    }
    return text
  }

  /// Where a text lies; the cursor is put behind its padding.
  private static func textRange(_ cursor: inout PacketCursor) throws(ProtocolError) -> Range<Int> {
    let start = cursor.position
    guard let zero = cursor.bytes[start..<cursor.end].firstIndex(of: 0) else {
      throw .unterminatedText(offset: start)
    }
    let padded = start + (zero - start + 4) / 4 * 4
    guard padded <= cursor.end, cursor.bytes[zero..<padded].allSatisfy({ $0 == 0 }) else {
      throw .unterminatedText(offset: start)
    }
    try cursor.skip(padded - start)
    return start..<zero
  }
}
