import NIOCore

/// Packets on their way to one participant: the inside of the next WebSocket message.
///
/// They lie one after the other as they are written, with room for the frame's header before them.
/// Beyond its bound the oldest go.
struct PacketQueue: Sendable {
  /// The bytes before a payload: length, sender, kind.
  static let recordHeaderBytes = 5
  /// Where the first packet lies at first; the header of a message of 64 kB takes four bytes.
  private static let headroom = 4

  /// Bytes of packets that may wait.
  let most: Int
  private var buffer = ByteBuffer()
  /// All bytes that were ever appended, and the value that it had at the last ``dropStale()``.
  private var appended = 0
  private var mark = 0

  /// A queue of at most `most` bytes, fewer than 65,536.
  init(most: Int) {
    precondition((4096..<65_536).contains(most))
    self.most = most
  }

  var isEmpty: Bool { buffer.readableBytes == 0 }
  var byteCount: Int { buffer.readableBytes }
  /// The memory that it holds.
  var capacity: Int { buffer.capacity }

  /// Appends a packet; returns how many older ones had to go.
  mutating func append(
    from sender: UInt16, _ kind: PacketKind, _ payload: UnsafeRawBufferPointer
  ) -> Int {
    let length = Self.recordHeaderBytes + payload.count
    var dropped = 0
    if buffer.readableBytes + length > most {
      // Some more than needed, so that what is left moves seldom.
      let most = most / 4 * 3
      dropped = drop { buffer in buffer.readableBytes + length > most }
    }
    if buffer.writerIndex == 0 { begin() }
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { bytes in
      bytes.storeBytes(of: UInt16(payload.count).littleEndian, as: UInt16.self)
      bytes.storeBytes(of: sender.littleEndian, toByteOffset: 2, as: UInt16.self)
      bytes[4] = kind.rawValue
      UnsafeMutableRawBufferPointer(rebasing: bytes[Self.recordHeaderBytes...])
        .copyMemory(from: payload)
      return length
    }
    appended += length
    return dropped
  }

  /// Drops what was there when this was last called; returns how many.
  mutating func dropStale() -> Int {
    let stale = mark
    let end = appended
    mark = appended
    return drop { buffer in end - buffer.readableBytes < stale }
  }

  /// Takes everything out as one WebSocket message; nil where there is nothing.
  ///
  /// - Parameter spare: memory to go on with.
  mutating func take(spare: ByteBuffer) -> ByteBuffer? {
    guard !isEmpty else { return nil }
    var message = buffer
    buffer = spare
    buffer.clear()
    mark = appended
    let length = message.readableBytes
    let start = message.readerIndex - (length < 126 ? 2 : 4)
    message.setInteger(FrameWriter.binary, at: start)
    if length < 126 {
      message.setInteger(UInt8(length), at: start + 1)
    } else {
      message.setInteger(UInt8(126), at: start + 1)
      message.setInteger(UInt16(length), at: start + 2)
    }
    message.moveReaderIndex(to: start)
    return message
  }

  /// Gives memory back that is not needed now.
  mutating func release() { if isEmpty { buffer = ByteBuffer() } }

  private mutating func begin() {
    buffer.reserveCapacity(512)
    buffer.moveWriterIndex(to: Self.headroom)
    buffer.moveReaderIndex(to: Self.headroom)
  }

  /// Drops packets from the front while a condition holds.
  private mutating func drop(while condition: (ByteBuffer) -> Bool) -> Int {
    var count = 0
    while buffer.readableBytes >= Self.recordHeaderBytes, condition(buffer),
      let length = buffer.getInteger(at: buffer.readerIndex, endianness: .little, as: UInt16.self)
    {
      buffer.moveReaderIndex(forwardBy: Self.recordHeaderBytes + Int(length))
      count += 1
    }
    guard count > 0 else { return 0 }
    // What is left moves to the front, so that memory stays within the bound.
    let left = buffer.readableBytes
    if left > 0 {
      _ = try? buffer.copyBytes(at: buffer.readerIndex, to: Self.headroom, length: left)
    }
    buffer.moveReaderIndex(to: 0)
    buffer.moveWriterIndex(to: Self.headroom + left)
    buffer.moveReaderIndex(to: Self.headroom)
    return count
  }
}
