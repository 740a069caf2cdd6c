/// States inside another packet of the application, such as the one with 20 ms of sound: without
/// headers of their own.
///
///     | the application's bytes … | a packet of states … | its length: 1 or 2 bytes |
///
/// The length is at the very end: seven low bits, and where bit 7 is set the byte before it holds
/// seven higher ones. A length of zero stands for no states.
///
/// A sound packet comes every 20 ms, a state every 33 ms: a state waits 10 ms on average and at
/// most 20 ms. Fetch a packet for the sound packet if ``StreamSender/unsentCount`` is above zero.
public enum PacketRider {
  /// Appends a packet of states, or the mark of none, to an application's packet.
  ///
  /// - Precondition: the packet is at most ``PacketFormat/largestPacket`` bytes.
  public static func append(_ states: [UInt8], to host: inout [UInt8]) {
    precondition(states.count <= PacketFormat.largestPacket)
    for i in 0..<states.count { host.append(states[i]) }
    if states.count < 128 {
      host.append(UInt8(states.count))
    } else {
      host.append(UInt8(states.count >> 7))
      host.append(UInt8(states.count & 127 | 128))
    }
  }

  /// Where the application's bytes and the states lie; the inverse of ``append(_:to:)``.
  ///
  /// - Returns: the states' range is empty where none were added.
  public static func split(
    _ packet: [UInt8]
  ) throws(PacketError) -> (host: Range<Int>, states: Range<Int>) {
    var end = packet.count - 1
    if end < 0 { throw .truncated(needed: 1, available: 0) }
    var length = Int(packet[end] & 127)
    if packet[end] >= 128 {
      end -= 1
      if end < 0 { throw .truncated(needed: 2, available: 1) }
      length |= Int(packet[end]) << 7
    }
    if length > end { throw .truncated(needed: length, available: end) }
    return (0..<end - length, end - length..<end)
  }
}
