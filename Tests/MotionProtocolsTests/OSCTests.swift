import Testing

@testable import MotionProtocols

struct OSCTests {
  @Test func `all types read back, alone and in bundles`() throws {
    let message = OSCMessage(
      "/a/b",
      [
        .int(-5), .float(0.25), .text("hé"), .blob([1, 2, 3]), .bool(true), .bool(false),
        .long(1 << 40), .double(-2.5), .time(0x0102_0304_0506_0708), .null, .impulse, .text(""),
        .word(9),
      ])
    #expect(try OSCReader.messages(in: OSCWriter.encoded(message)) == [message])
    var writer = OSCWriter(largest: 200)
    let many = (0..<20).map { OSCMessage("/m", [.int($0), .text("value")]) }
    for message in many { writer.add(message) }
    let packets = writer.take()
    #expect(packets.count > 1 && packets.allSatisfy { $0.count <= 200 && $0.count % 4 == 0 })
    #expect(try packets.flatMap { try OSCReader.messages(in: $0) } == many)
    #expect(writer.take().isEmpty)
  }

  @Test func `a packet of the specification reads as it says`() throws {
    // The second example of OSC 1.0: "/foo" with 1000, -1, "hello", 1.234, 5.678.
    let bytes: [UInt8] = [
      0x2F, 0x66, 0x6F, 0x6F, 0, 0, 0, 0, 0x2C, 0x69, 0x69, 0x73, 0x66, 0x66, 0, 0, 0, 0, 0x03,
      0xE8, 0xFF, 0xFF, 0xFF, 0xFF, 0x68, 0x65, 0x6C, 0x6C, 0x6F, 0, 0, 0, 0x3F, 0x9D, 0xF3, 0xB6,
      0x40, 0xB5, 0xB2, 0x2D,
    ]
    let expected = OSCMessage(
      "/foo", [.int(1000), .int(-1), .text("hello"), .float(1.234), .float(5.678)])
    #expect(try OSCReader.messages(in: bytes) == [expected])
    #expect(OSCWriter.encoded(expected) == bytes)
  }

  private func bundle(_ contents: [UInt8]...) -> [UInt8] {
    contents.reduce(Array("#bundle\0".utf8) + [0, 0, 0, 0, 0, 0, 0, 1]) {
      $0 + [0, 0, UInt8($1.count >> 8), UInt8($1.count & 255)] + $1
    }
  }

  @Test func `bundles within bundles are read up to a depth`() throws {
    var packet = OSCWriter.encoded(OSCMessage("/x", [.int(1)]))
    let alone = packet
    for _ in 0..<OSCReader.deepest { packet = bundle(packet, alone) }
    #expect(try OSCReader.messages(in: packet).count == OSCReader.deepest + 1)
    packet = bundle(packet)
    let place = 20 * OSCReader.deepest
    #expect(throws: ProtocolError.tooDeep(offset: place)) { try OSCReader.messages(in: packet) }
  }

  @Test func `damage is named with its place`() {
    func error(_ bytes: [UInt8]) -> ProtocolError? {
      protocolError { () throws(ProtocolError) in _ = try OSCReader.messages(in: bytes) }
    }
    let good = OSCWriter.encoded(OSCMessage("/ab", [.float(1)]))
    #expect(error([]) == .truncated(offset: 0, needed: 4, available: 0))
    #expect(error([0x41, 0, 0, 0]) == .badAddress(offset: 0))
    #expect(error(Array(good.dropLast())) == .truncated(offset: 8, needed: 4, available: 3))
    #expect(error(good + [0, 0, 0, 0]) == .surplus(offset: 12))
    var bad = good
    bad[5] = UInt8(ascii: "?")
    #expect(error(bad) == .unknownType(offset: 5, found: UInt8(ascii: "?")))
    bad = good
    bad[3] = 1
    #expect(error(bad) == .unterminatedText(offset: 4) || error(bad) != nil)
    var lying = bundle(good)
    lying[19] = 200
    #expect(error(lying) == .truncated(offset: 20, needed: 200, available: 12))
    lying[19] = 11
    #expect(error(lying) == .badLength(offset: 16, found: 11))
    var blob = OSCWriter.encoded(OSCMessage("/b", [.blob([1, 2])]))
    blob[8] = 0x7F
    #expect(error(blob) == .badLength(offset: 8, found: 0x7F00_0002))
  }
}
