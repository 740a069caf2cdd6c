/// What a datagram of states says before the states; see ``PacketFormat``.
struct StatesHeader: Equatable {
  var epoch: UInt8
  /// Number of the newest state mod 2¹⁶.
  var newest: UInt16
  /// How many states, 1…64.
  var count: Int
  /// From the first state to its reference; 0: a key state.
  var distance: Int
  /// Where the coded states lie, and the sections after them.
  var states, sections: Range<Int>

  init(_ bytes: [UInt8], in range: Range<Int>) throws(PacketError) {
    let (kind, epoch, hasSections) = try PacketFormat.head(of: bytes, in: range)
    if kind != .states { throw .unexpectedKind(kind.rawValue) }
    let header = PacketFormat.statesHeader
    if range.count < header { throw .truncated(needed: header, available: range.count) }
    var i = range.lowerBound
    self.epoch = epoch
    newest = bytes.short(at: i + 2)
    count = Int(bytes[i + 4]) + 1
    distance = Int(bytes[i + 5])
    // Together they must fit what both ends remember.
    if count - 1 + distance >= PacketFormat.memory { throw .tooManyStates(count + distance) }
    i += header
    states = i..<range.upperBound
    sections = range.upperBound..<range.upperBound
    if hasSections {
      let length = try PacketSection.length(in: bytes, at: &i, before: range.upperBound)
      if length > range.upperBound - i {
        throw .truncated(needed: i + length - range.lowerBound, available: range.count)
      }
      states = i..<i + length
      sections = i + length..<range.upperBound
    }
  }

  /// Appends the header of a datagram without sections.
  static func append(
    epoch: UInt8, newest: UInt32, count: Int, distance: Int, to bytes: inout [UInt8]
  ) {
    PacketFormat.begin(.states, epoch: epoch, in: &bytes)
    bytes.appendLittleEndian(UInt16(truncatingIfNeeded: newest))
    bytes.append(UInt8(count - 1))
    bytes.append(UInt8(distance))
  }

  /// The newest number in full, the one nearest to a number seen before; the smallest possible where
  /// none was.
  func number(after last: UInt32?) -> UInt32 {
    guard let last else {
      return Int(newest) < count - 1 ? UInt32(newest) + 65536 : UInt32(newest)
    }
    let step = Int16(truncatingIfNeeded: Int(newest) - Int(last & 0xFFFF))
    let number = Int64(last) + Int64(step)
    return UInt32(truncatingIfNeeded: number < 0 ? number + 65536 : number)
  }

  /// The time in ticks of the key state that coded states begin with.
  static func keyTime(_ bytes: [UInt8], in states: Range<Int>) -> UInt64 {
    var coder = DecodingCoder(decoder: RangeDecoder(bytes, in: states))
    let high = coder.codeEvenly(0, count: 20)
    return UInt64(high) << 20 | UInt64(coder.codeEvenly(0, count: 20))
  }
}
