/// A packet as it comes from a participant: kind, receiver, payload.
struct RelayPacket {
  /// The receiver that means everyone who is not reached directly.
  static let everyone: UInt16 = 65_535
  /// The bytes before the payload.
  static let headerBytes = 3
  /// The largest message that may hold one.
  static let mostBytes = headerBytes + 2048

  let kind: PacketKind
  let receiver: UInt16
  let payload: UnsafeRawBufferPointer

  /// Reads a binary message; nil where it is none that may be passed on.
  init?(_ message: UnsafeRawBufferPointer) {
    guard message.count > Self.headerBytes, let kind = PacketKind(rawValue: message[0]) else {
      return nil
    }
    let receiver = UInt16(message[1]) | UInt16(message[2]) << 8
    let payload = UnsafeRawBufferPointer(rebasing: message[Self.headerBytes...])
    guard receiver != 0, kind.allows(length: payload.count),
      kind != .acknowledgement || receiver != Self.everyone,
      kind != .place || Self.isPlace(payload)
    else { return nil }
    self.kind = kind
    self.receiver = receiver
    self.payload = payload
  }

  /// Whether the numbers of a place are any.
  private static func isPlace(_ payload: UnsafeRawBufferPointer) -> Bool {
    (0..<4).allSatisfy { index in
      let bits = UInt32(
        littleEndian: payload.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
      return Float(bitPattern: bits).isFinite
    }
  }
}
