/// Numbers from the bytes of a datagram, front to back.
struct PacketCursor {
  /// Which byte of a number comes first.
  enum Order {
    /// The most significant one.
    case big
    /// The least significant one.
    case little
  }

  let bytes: [UInt8]
  /// Where the next byte lies.
  private(set) var position: Int
  /// Where reading ends.
  let end: Int
  private let order: Order

  /// - Precondition: `range` lies within `bytes`.
  init(_ bytes: [UInt8], in range: Range<Int>? = nil, order: Order) {
    let range = range ?? 0..<bytes.count
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    self.order = order
  }

  var remaining: Int { end - position }

  /// Makes sure that so many bytes follow.
  func need(_ count: Int) throws(ProtocolError) {
    if remaining < count {
      throw .truncated(offset: position, needed: count, available: remaining)
    }
  }

  mutating func skip(_ count: Int) throws(ProtocolError) {
    try need(count)
    position += count
  }

  mutating func byte() throws(ProtocolError) -> UInt8 {
    try need(1)
    position += 1
    return bytes[position - 1]
  }

  mutating func word() throws(ProtocolError) -> UInt32 {
    try need(4)
    var value: UInt32 = 0
    for k in 0..<4 {
      let shift = UInt32(8 * (order == .big ? 3 - k : k))
      value |= UInt32(bytes[position + k]) << shift
    }
    position += 4
    return value
  }

  mutating func long() throws(ProtocolError) -> UInt64 {
    try need(8)
    let first = UInt64(try word()), second = UInt64(try word())
    return order == .big ? first << 32 | second : second << 32 | first
  }

  /// A finite number of magnitude at most 10⁶.
  mutating func float() throws(ProtocolError) -> Float {
    let start = position
    let value = Float(bitPattern: try word())
    if !(value.magnitude <= 1e6) { throw .valueOutOfRange(offset: start) }
    return value
  }

  /// A finite number of magnitude at most 10¹².
  mutating func double() throws(ProtocolError) -> Double {
    let start = position
    let value = Double(bitPattern: try long())
    if !(value.magnitude <= 1e12) { throw .valueOutOfRange(offset: start) }
    return value
  }
}
