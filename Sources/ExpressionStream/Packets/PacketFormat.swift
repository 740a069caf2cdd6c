/// The layout of datagrams; normative in docs/stream-format.md.
///
///     byte 0   bits 7–6 version (1) · 5–4 kind · 3 sections follow · 2–0 zero
///     byte 1   epoch: changes when the sender restarts or its configuration changes
///
///     states   2–3  number of the newest state mod 2¹⁶, little-endian, as everything
///              4    how many states, less one
///              5    distance from the first state to its reference; 0: a key state
///              …    if sections follow: varint, bytes of coded states
///              …    the states, ascending, each but the first against its predecessor
///              …    sections: type, varint length, bytes
public enum PacketFormat {
  /// What a datagram carries.
  public enum Kind: UInt8, Sendable {
    /// States, and sections beside them.
    case states = 0
    /// What a receiver has.
    case acknowledgement = 1
    /// A part of the configuration.
    case configuration = 2
    /// A signature over states.
    case signature = 3
  }

  /// Version of the layout.
  public static var version: UInt8 { 1 }
  /// No datagram is longer: it passes every usual path unfragmented, headers included.
  public static var largestPacket: Int { 1200 }
  /// Bytes before the states.
  public static var statesHeader: Int { 6 }
  /// States that sender and receiver remember, and the most that a packet can hold.
  public static var memory: Int { 64 }

  /// The first two bytes.
  static func begin(
    _ kind: Kind, epoch: UInt8, sections: Bool = false, in packet: inout [UInt8]
  ) {
    packet.append(version << 6 | kind.rawValue << 4 | (sections ? 8 : 0))
    packet.append(epoch)
  }

  /// Reads the first two bytes of the datagram at `range`.
  public static func head(
    of bytes: [UInt8], in range: Range<Int>
  ) throws(PacketError) -> (kind: Kind, epoch: UInt8, hasSections: Bool) {
    if range.count < 2 { throw .truncated(needed: 2, available: range.count) }
    if range.count > largestPacket { throw .tooLong(range.count) }
    let first = bytes[range.lowerBound]
    if first >> 6 != version { throw .unsupportedVersion(first >> 6) }
    if first & 7 != 0 { throw .reservedBits(first & 7) }
    guard let kind = Kind(rawValue: first >> 4 & 3) else {
      throw .unexpectedKind(first >> 4 & 3)
    }
    return (kind, bytes[range.lowerBound + 1], first & 8 != 0)
  }

  /// The 32-bit number nearest to `near` that has these low 16 bits.
  ///
  /// Numbers compare right while they are less than 2¹⁵ apart: 18 minutes of losses at 30 states a
  /// second.
  public static func number(_ low: UInt16, near: UInt32) -> UInt32 {
    let step = Int16(bitPattern: low &- UInt16(truncatingIfNeeded: near))
    return near &+ UInt32(bitPattern: Int32(step))
  }

  /// Whether epoch `a` comes after `b`, on a circle of 256.
  static func isLater(_ a: UInt8, than b: UInt8) -> Bool { Int8(bitPattern: a &- b) > 0 }
}
