/// A part of a datagram beside its states: a type byte, a varint length, bytes.
///
/// This is where a body's, a hand's or one avatar's own data travel, at the moment of the datagram's
/// newest state. Readers pass over types that they do not know.
///
/// ```swift
/// var sections: [UInt8] = []
/// PacketSection.append(fingers, as: .hands, to: &sections)
/// try sender.writePacket(sections: sections, into: &packet)
/// …
/// try receiver.receive(packet, at: now)
/// for section in receiver.sections where section.kind == .hands { show(packet[section.range]) }
/// ```
///
/// A recording of what was sent has them too: ``RecordingPlayer/sections``.
public struct PacketSection: Sendable, Equatable {
  /// Types that have a meaning; the others are reserved.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// The upper body's state.
    case upperBody = 1
    /// The hands' state.
    case hands = 2
    /// Data of one person's avatar.
    case personal = 3
    /// The identifier of the epoch's configuration, 4 bytes.
    case configurationIdentifier = 4
    /// An ``Acknowledgement`` of the opposite direction: a whole datagram of that kind.
    case acknowledgement = 5
  }

  /// The type byte.
  public var type: UInt8
  /// What the type byte means; nil where that is not known.
  public var kind: Kind? { Kind(rawValue: type) }
  /// Where the contents lie in the packet.
  public var range: Range<Int>
  /// The whole section's bytes: type, length and contents.
  public var byteCount: Int { range.count + (range.count < 128 ? 2 : 3) }

  /// Appends a section to a list of sections.
  ///
  /// - Precondition: fewer than 16,384 bytes.
  public static func append(_ contents: [UInt8], as kind: Kind, to sections: inout [UInt8]) {
    sections.append(kind.rawValue)
    appendLength(contents.count, to: &sections)
    for byte in contents { sections.append(byte) }
  }

  /// Reads the list of sections at `range`.
  ///
  /// - Parameter found: overwritten.
  static func read(
    _ bytes: [UInt8], in range: Range<Int>, into found: inout [PacketSection]
  ) throws(PacketError) {
    found.removeAll(keepingCapacity: true)
    var i = range.lowerBound
    while i < range.upperBound {
      let start = i
      i += 1
      let length = try length(in: bytes, at: &i, before: range.upperBound)
      if length > range.upperBound - i { throw .malformedSection(offset: start) }
      found.append(PacketSection(type: bytes[start], range: i..<i + length))
      i += length
    }
  }

  /// Appends the length of something in a datagram.
  static func appendLength(_ length: Int, to bytes: inout [UInt8]) {
    precondition(length < 1 << 14)
    bytes.appendVariable(UInt64(length))
  }

  /// The inverse of ``appendLength(_:to:)``.
  static func length(
    in bytes: [UInt8], at i: inout Int, before end: Int
  ) throws(PacketError) -> Int {
    let start = i
    guard let length = bytes.variable(at: &i, end: end), length < 1 << 14 else {
      throw .malformedSection(offset: start)
    }
    return Int(length)
  }
}
