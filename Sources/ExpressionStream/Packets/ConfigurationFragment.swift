import FaceRig

/// A part of a configuration, which is too long for one datagram.
///
///     0–1  as every packet, kind 2
///     2–5  identifier: the CRC-32 of the whole
///     6–7  length of the whole, less one
///     8    which fragment
///     9    how many there are, less one
///     10…  contents: length ÷ count bytes, rounded up; the last has the rest
struct ConfigurationFragment: Equatable {
  static let header = 10
  /// The most contents of a fragment, so that packets leave room for what an application adds.
  static let contents = 1100
  /// The longest configuration that fragments can carry: their length has 16 bits.
  static let largest = 1 << 16

  var epoch: UInt8
  var identifier: UInt32
  var length: Int
  var index: Int
  var count: Int
  /// Where the contents lie in the packet.
  var range: Range<Int>

  /// How many fragments a configuration has.
  static func count(of length: Int) -> Int { (length + contents - 1) / contents }

  /// Which bytes of the whole a fragment holds.
  static func range(of index: Int, count: Int, length: Int) -> Range<Int> {
    let size = (length + count - 1) / count
    return min(index * size, length)..<min((index + 1) * size, length)
  }

  /// Appends a fragment as a packet.
  static func append(
    _ index: Int, of whole: [UInt8], identifier: UInt32, epoch: UInt8, to packet: inout [UInt8]
  ) {
    let count = count(of: whole.count)
    PacketFormat.begin(.configuration, epoch: epoch, in: &packet)
    packet.appendLittleEndian(identifier)
    packet.appendLittleEndian(UInt16(truncatingIfNeeded: whole.count - 1))
    packet.append(UInt8(index))
    packet.append(UInt8(count - 1))
    for i in range(of: index, count: count, length: whole.count) { packet.append(whole[i]) }
  }

  /// Reads a packet; the inverse of ``append(_:of:identifier:epoch:to:)``.
  init(_ bytes: [UInt8], in range: Range<Int>) throws(PacketError) {
    let (kind, epoch, hasSections) = try PacketFormat.head(of: bytes, in: range)
    if kind != .configuration { throw .unexpectedKind(kind.rawValue) }
    if hasSections { throw .reservedBits(8) }
    let i = range.lowerBound
    if range.count <= Self.header {
      throw .truncated(needed: Self.header + 1, available: range.count)
    }
    self.epoch = epoch
    identifier = bytes.word(at: i + 2)
    length = Int(bytes.short(at: i + 6)) + 1
    index = Int(bytes[i + 8])
    count = Int(bytes[i + 9]) + 1
    self.range = i + Self.header..<range.upperBound
    let part = Self.range(of: index, count: count, length: length)
    if index >= count || count > 64 || part.count != self.range.count || part.isEmpty {
      throw .malformedFragment
    }
  }
}

/// Puts a configuration together from fragments that arrive in any order, again, or never.
///
/// Holds one configuration at a time: at most 64 KiB.
struct ConfigurationAssembler {
  private(set) var epoch: UInt8 = 0
  private(set) var identifier: UInt32 = 0
  /// Bit i: fragment i is here.
  private(set) var present: UInt64 = 0
  private var bytes: [UInt8] = []
  private var count = 0

  /// Takes a fragment; another configuration than the one begun replaces that.
  ///
  /// - Returns: the whole, when this was the last part of it.
  mutating func take(
    _ fragment: ConfigurationFragment, of packet: [UInt8]
  ) throws(PacketError) -> [UInt8]? {
    if count == 0 || fragment.epoch != epoch || fragment.identifier != identifier
      || fragment.length != bytes.count || fragment.count != count
    {
      epoch = fragment.epoch
      identifier = fragment.identifier
      count = fragment.count
      present = 0
      bytes = [UInt8](repeating: 0, count: fragment.length)
    }
    if present >> UInt64(fragment.index) & 1 == 1 { return nil }
    let part = ConfigurationFragment.range(
      of: fragment.index, count: count, length: fragment.length)
    for i in 0..<part.count { bytes[part.lowerBound + i] = packet[fragment.range.lowerBound + i] }
    present |= 1 << UInt64(fragment.index)
    if present.nonzeroBitCount < count { return nil }
    let whole = bytes
    let expected = identifier
    reset()
    let found = TemplateFormat.checksum(whole, in: 0..<whole.count)
    if found != expected { throw .configurationDamaged(expected: expected, found: found) }
    return whole
  }

  /// Forgets what has arrived.
  mutating func reset() {
    present = 0
    count = 0
    bytes = []
  }
}
