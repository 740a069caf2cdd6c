/// What a receiver has: the newest state that it decoded, and which of the 63 before it.
///
///     0–1  as every packet, kind 1
///     2    bit 0: has states · bit 1: lacks the configuration · others zero
///     3–4  number of the newest state mod 2¹⁶                    } where it has states
///     5–12 bit i: has the state i before the newest (bit 0 set)   }
///     …    8 bytes, bit i: has fragment i of the configuration      where it lacks it
public struct Acknowledgement: Sendable, Equatable {
  /// The sender's epoch.
  public var epoch: UInt8
  /// The newest state's number mod 2¹⁶; nil before any.
  public var newest: UInt16?
  /// Bit i: has the state i before the newest.
  public var history: UInt64
  /// Bit i: has fragment i of the configuration; nil where nothing is lacking.
  public var fragments: UInt64?

  /// The largest acknowledgement, in bytes.
  public static var largest: Int { 21 }

  /// Makes an acknowledgement.
  public init(epoch: UInt8, newest: UInt16?, history: UInt64, fragments: UInt64? = nil) {
    self.epoch = epoch
    self.newest = newest
    self.history = history
    self.fragments = fragments
  }

  /// Appends the packet; ``init(_:in:)`` is the inverse.
  public func append(to packet: inout [UInt8]) {
    PacketFormat.begin(.acknowledgement, epoch: epoch, in: &packet)
    packet.append((newest == nil ? 0 : 1) | (fragments == nil ? 0 : 2))
    if let newest {
      packet.appendLittleEndian(newest)
      packet.appendLittleEndian(history)
    }
    if let fragments { packet.appendLittleEndian(fragments) }
  }

  /// Reads a packet.
  public init(_ bytes: [UInt8], in range: Range<Int>) throws(PacketError) {
    let (kind, epoch, hasSections) = try PacketFormat.head(of: bytes, in: range)
    if kind != .acknowledgement { throw .unexpectedKind(kind.rawValue) }
    if hasSections { throw .reservedBits(8) }
    var i = range.lowerBound + 2
    if range.count < 3 { throw .truncated(needed: 3, available: range.count) }
    let flags = bytes[i]
    if flags > 3 { throw .reservedBits(flags) }
    i += 1
    let needed = 3 + (flags & 1 == 1 ? 10 : 0) + (flags & 2 == 2 ? 8 : 0)
    if range.count < needed { throw .truncated(needed: needed, available: range.count) }
    if range.count > needed { throw .tooLong(range.count) }
    self.init(epoch: epoch, newest: nil, history: 0)
    if flags & 1 == 1 {
      newest = bytes.short(at: i)
      history = bytes.long(at: i + 2)
      i += 10
    }
    if flags & 2 == 2 { fragments = bytes.long(at: i) }
  }
}
