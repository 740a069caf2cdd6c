/// A signature that was accepted, and how far its groups are judged.
struct SignedRun: Sendable {
  let packet: SignaturePacket
  /// The number of its first state.
  var first: UInt32
  /// By group, the digest once it was found to be the one signed.
  var digests: [[UInt8]?]
  /// By group.
  var isDecided: [Bool]

  init(_ packet: SignaturePacket, first: UInt32) {
    self.packet = packet
    self.first = first
    digests = [[UInt8]?](repeating: nil, count: packet.groupCount)
    isDecided = [Bool](repeating: false, count: packet.groupCount)
  }

  /// The number of its last state.
  var last: UInt32 { first &+ UInt32(packet.count - 1) }

  /// The numbers of a group's states.
  func group(_ k: Int) -> ClosedRange<UInt32> {
    let start = k * packet.group
    return first + UInt32(start)...first + UInt32(min(start + packet.group, packet.count) - 1)
  }
}
