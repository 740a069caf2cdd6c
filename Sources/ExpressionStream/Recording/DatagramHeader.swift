/// What a datagram says before its coded part, as far as a recording needs it.
struct DatagramHeader: Equatable {
  /// What a datagram is for.
  enum Kind: UInt8 {
    case states = 0
    case acknowledgement = 1
    case configuration = 2
    case signature = 3
  }

  let kind: Kind
  let epoch: UInt8
  /// The number of the newest state, modulo 2¹⁶; 0 unless it holds states.
  let newest: UInt16
  /// States in it, 1…64; 0 unless it holds states.
  let count: Int
  /// From the first state back to its reference; 0: a key state.
  let distance: Int
  /// The range-coded part.
  let coded: Range<Int>
  /// What extends it.
  let extensions: Range<Int>

  /// Reads the header of a datagram; nil where it is of another version or cut off.
  init?(_ bytes: [UInt8], in range: Range<Int>) {
    var i = range.lowerBound
    let end = range.upperBound
    guard range.count >= 2, bytes[i] >> 6 == 1, bytes[i] & 7 == 0,
      let kind = Kind(rawValue: bytes[i] >> 4 & 3)
    else { return nil }
    let isExtended = bytes[i] & 8 != 0
    self.kind = kind
    epoch = bytes[i + 1]
    guard kind == .states else {
      (newest, count, distance, coded, extensions) = (0, 0, 0, i + 2..<end, end..<end)
      return
    }
    guard range.count >= 6 else { return nil }
    newest = UInt16(bytes[i + 2]) | UInt16(bytes[i + 3]) << 8
    i += 4
    count = Int(bytes[i]) + 1
    distance = Int(bytes[i + 1])
    i += 2
    guard count <= RecordingFormat.largestStateCount,
      distance <= RecordingFormat.largestStateCount
    else { return nil }
    var stop = end
    if isExtended {
      guard let length = bytes.variable(at: &i, end: end), length <= UInt64(end - i) else {
        return nil
      }
      stop = i + Int(length)
    }
    coded = i..<stop
    extensions = stop..<end
  }

  /// The newest number in full, the one nearest to a number seen before.
  func number(after last: UInt32?) -> UInt32 {
    // Before anything is known, the first state has a number of at most 16 bits.
    guard let last else {
      return Int(newest) < count - 1 ? UInt32(newest) + 65536 : UInt32(newest)
    }
    let step = Int16(truncatingIfNeeded: Int(newest) - Int(last & 0xFFFF))
    let number = Int64(last) + Int64(step)
    return UInt32(truncatingIfNeeded: number < 0 ? number + 65536 : number)
  }

  /// The time in ticks of the key state that a coded part begins with.
  static func keyTime(_ bytes: [UInt8], in coded: Range<Int>) -> UInt64 {
    var coder = DecodingCoder(decoder: RangeDecoder(bytes, in: coded))
    let high = coder.codeEvenly(0, count: 20)
    return UInt64(high) << 20 | UInt64(coder.codeEvenly(0, count: 20))
  }

  /// Appends the header of a datagram that holds states and no extensions.
  static func append(
    epoch: UInt8, newest: UInt32, count: Int, distance: Int, to bytes: inout [UInt8]
  ) {
    bytes.append(1 << 6)
    bytes.append(epoch)
    bytes.appendLittleEndian(UInt16(truncatingIfNeeded: newest))
    bytes.append(UInt8(count - 1))
    bytes.append(UInt8(distance))
  }
}
