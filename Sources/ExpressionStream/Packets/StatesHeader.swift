/// What a packet of states says before the states; see ``PacketFormat``.
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
    newest = bytes.number16(at: i + 2)
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
}
