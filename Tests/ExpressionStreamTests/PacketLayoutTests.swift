import ExpressionStream
import Testing

struct PacketLayoutTests {
  @Test func `the bytes before the states are as documented`() throws {
    let link = PacketLink(12, options: SenderOptions(repeats: 2), firstNumber: 0x1_23FE, epoch: 9)
    var heads: [[UInt8]] = []
    while link.step < 12 {
      guard let packet = try link.nextPacket() else { continue }
      heads.append(Array(packet[..<6]))
      try link.deliver(packet, answerAfter: 4)
    }
    let expected: [[UInt8]] = [
      // Keys while nothing is acknowledged; sections name the configuration.
      [0x48, 9, 0xFE, 0x23, 0, 0], [0x48, 9, 0xFF, 0x23, 0, 0], [0x48, 9, 0x00, 0x24, 0, 0],
      [0x48, 9, 0x01, 0x24, 0, 0], [0x48, 9, 0x02, 0x24, 0, 0],
      // Directly against the newest acknowledged.
      [0x40, 9, 0x03, 0x24, 0, 5], [0x40, 9, 0x04, 0x24, 0, 5],
    ]
    #expect(Array(heads.prefix(expected.count)) == expected)
  }

  @Test func `acknowledgements have the documented bytes`() throws {
    var bytes: [UInt8] = []
    Acknowledgement(epoch: 3, newest: 0xABCD, history: 0x8000_0000_0000_0005).append(to: &bytes)
    #expect(bytes == [0x50, 3, 1, 0xCD, 0xAB, 5, 0, 0, 0, 0, 0, 0, 0x80])
    bytes = []
    Acknowledgement(epoch: 3, newest: nil, history: 0, fragments: 0x0102).append(to: &bytes)
    #expect(bytes == [0x50, 3, 2, 2, 1, 0, 0, 0, 0, 0, 0])
    for newest in [nil, 7] as [UInt16?] {
      for fragments in [nil, 0x55] as [UInt64?] {
        let word = Acknowledgement(
          epoch: 1, newest: newest, history: newest == nil ? 0 : 3, fragments: fragments)
        bytes = [1, 2, 3]
        word.append(to: &bytes)
        #expect(try Acknowledgement(bytes, in: 3..<bytes.count) == word)
        #expect(bytes.count - 3 <= Acknowledgement.largest)
        for end in 3..<bytes.count {
          #expect(throws: PacketError.self) { try Acknowledgement(bytes, in: 3..<end) }
        }
      }
    }
  }

  @Test func `numbers are those nearest to what is known`() {
    for near in [0x8000, 0xFFFF, 0x1_0000, 0x1_7FFF, 0xFFFF_0000] as [UInt32] {
      for step in [-32_768, -5, -1, 0, 1, 9, 32_767] as [Int64] {
        let wanted = Int64(near) + step
        guard wanted >= 0 && wanted < 1 << 32 else { continue }
        #expect(
          PacketFormat.number(UInt16(truncatingIfNeeded: wanted), near: near) == UInt32(wanted))
      }
    }
  }

  @Test func `states ride in other packets`() throws {
    for host in [0, 5, 80] {
      for states in [0, 1, 40, 127, 128, 600, 1200] {
        var packet = [UInt8](repeating: 0xEE, count: host)
        let payload = (0..<states).map { UInt8(truncatingIfNeeded: $0) }
        PacketRider.append(payload, to: &packet)
        #expect(packet.count == host + states + (states < 128 ? 1 : 2))
        let parts = try PacketRider.split(packet)
        #expect(parts.host == 0..<host && Array(packet[parts.states]) == payload)
      }
    }
    for hostile in [[], [1], [0x80], [3, 0x85], [9, 9, 9, 4]] as [[UInt8]] {
      #expect(throws: PacketError.self) { try PacketRider.split(hostile) }
    }
  }

  @Test func `a rider is read where it lies`() throws {
    let link = PacketLink(4)
    let payload = try #require(try link.nextPacket())
    var sound = [UInt8](repeating: 0x41, count: 60)
    PacketRider.append(payload, to: &sound)
    let parts = try PacketRider.split(sound)
    #expect(try link.receivers[0].receive(sound, in: parts.states, at: 0) == 1)
  }

  @Test func `headers add up`() {
    #expect(WireOverhead.dataChannel.bytes(payload: 16) == 20 + 8 + 37 + 28 + 16)
    #expect(WireOverhead.dataChannel.bytes(payload: 17) == 20 + 8 + 37 + 28 + 20)
    #expect(WireOverhead.secureDatagram.bytes(payload: 17) == 65 + 17)
    #expect(WireOverhead(security: .dtls12ChaCha, hasSCTP: false).bytes(payload: 0) == 57)
    #expect(WireOverhead(security: .dtls13).bytes(payload: 0) == 78)
    #expect(WireOverhead(internetBytes: 40).bytes(payload: 0) == 113)
    #expect(WireOverhead.riding.bytes(payload: 40) == 41)
    #expect(WireOverhead.datagram.bits(payload: 12, packetsPerSecond: 30) == 9600)
    #expect(WireOverhead.dataChannel.returningBits(packetsPerSecond: 30) == 93 * 8 * 15)
    #expect(WireOverhead.riding.returningBits(packetsPerSecond: 30) == 0)
  }
}
