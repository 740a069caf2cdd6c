/// Something with a room for bytes, inside the core's memory, through which they go in and out.
public class ByteRoom {
  /// Bytes in and out.
  public let room: UnsafeMutablePointer<UInt8>
  /// How many there is room for: the largest configuration takes fewer.
  public static var roomLength: Int { 1 << 17 }

  /// An empty room.
  init() {
    room = .allocate(capacity: Self.roomLength)
    room.initialize(repeating: 0, count: Self.roomLength)
  }

  deinit { room.deallocate() }

  /// What lies in the room.
  func bytes(_ count: Int) throws(Failure) -> [UInt8] {
    if count < 0 || count > Self.roomLength { throw Failure(.packetUnusable, Double(count)) }
    return Array(UnsafeBufferPointer(start: room, count: count))
  }

  /// Puts bytes into the room; returns how many there are with those before them.
  func put(_ bytes: [UInt8], at start: Int = 0) throws(Failure) -> Int32 {
    let end = start + bytes.count
    if end > Self.roomLength { throw Failure(.packetUnusable, Double(bytes.count)) }
    for i in 0..<bytes.count { room[start + i] = bytes[i] }
    return Int32(end)
  }
}
