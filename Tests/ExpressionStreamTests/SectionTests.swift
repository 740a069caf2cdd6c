import ExpressionStream
import Testing

/// What travels beside states, and what a reader of today makes of tomorrow's datagrams.
struct SectionTests {
  /// What a body and hands might send, and one person's own data.
  private static func sections(_ step: Int) -> [UInt8] {
    var sections: [UInt8] = []
    PacketSection.append([UInt8](repeating: UInt8(step), count: 12), as: .upperBody, to: &sections)
    if step % 2 == 0 { PacketSection.append([9, UInt8(step)], as: .hands, to: &sections) }
    if step % 10 == 0 {
      PacketSection.append([UInt8](repeating: 5, count: 130), as: .personal, to: &sections)
    }
    return sections
  }

  @Test func `body, hands and a person's own data travel beside states`() throws {
    let link = PacketLink(40)
    while link.step < 40 {
      let step = link.step
      guard let packet = try link.nextPacket(sections: Self.sections(step)) else { continue }
      #expect(try link.deliver(packet) == 1)
      let found = link.receivers[0].sections.filter { $0.kind != .configurationIdentifier }
      #expect(
        found.map(\.kind)
          == [.upperBody] + (step % 2 == 0 ? [.hands] : []) + (step % 10 == 0 ? [.personal] : []))
      #expect(Array(packet[found[0].range]) == [UInt8](repeating: UInt8(step), count: 12))
      if step % 2 == 0 { #expect(Array(packet[found[1].range]) == [9, UInt8(step)]) }
    }
    link.expectTruth()
  }

  @Test func `acknowledgements ride beside the states of the other direction`() throws {
    let there = PacketLink(60), back = PacketLink(60)
    var answer: [UInt8] = []
    var keys = 0
    while there.step < 60 {
      let packet = try #require(try there.nextPacket())
      if packet[5] == 0 { keys += 1 }
      #expect(try there.deliver(packet, answerAfter: nil) >= 1)
      there.receivers[0].writeAcknowledgement(at: there.now, into: &answer)
      var sections: [UInt8] = []
      PacketSection.append(answer, as: .acknowledgement, to: &sections)
      let other = try #require(try back.nextPacket(sections: sections))
      try back.deliver(other)
      for section in back.receivers[0].sections where section.kind == .acknowledgement {
        try there.sender.receive(other, in: section.range, from: 0, at: there.now)
      }
    }
    #expect(keys == 1, "nothing else needed to come back")
    there.expectTruth()
  }

  @Test func `a recording of what was sent has the sections, and statistics count them`() throws {
    let link = PacketLink(40)
    var writer = RecordingWriter(configuration: link.sender.configuration)
    while link.step < 40 {
      let sections = Self.sections(link.step)
      guard let packet = try link.nextPacket(sections: sections) else { continue }
      try link.deliver(packet)
      writer.add(datagram: packet)
    }
    writer.finish()
    let bytes = writer.takeBytes()
    let player = RecordingPlayer(try RecordingReader(bytes))
    var state = link.states[0]
    var step = 0
    while try player.next(into: &state) != nil {
      let found = player.sections
      let body = try #require(found.first { $0.kind == .upperBody })
      #expect(Array(bytes[body.range]) == [UInt8](repeating: UInt8(step), count: 12))
      #expect(found.contains { $0.kind == .hands } == (step % 2 == 0))
      step += 1
    }
    #expect(step == 40)
    let statistics = try RecordingStatistics(bytes)
    let byType = statistics.sectionBytesByType
    #expect(byType[1] == 40 * 14 && byType[2] == 20 * 4 && byType[3] == 4 * 133)
    #expect(byType[4] > 0 && byType.reduce(0, +) == statistics.sectionBytes)
  }

  /// A datagram as a later version might send it: other versions, reserved bits, unknown sections.
  private static func futures(of packet: [UInt8]) -> [[UInt8]] {
    let rest = packet.dropFirst()
    return [0, 2, 3].map { [packet[0] & 63 | $0 << 6] + rest }
      + [1, 2, 4].map { [packet[0] | $0] + rest }
  }

  @Test func `a receiver passes over what it does not know`() throws {
    let link = PacketLink(30)
    while link.step < 30 {
      let unknown: [UInt8] = [6, 1, 0, 255, 3, 1, 2, 3]
      guard let packet = try link.nextPacket(sections: unknown) else { continue }
      for future in Self.futures(of: packet) {
        #expect(throws: PacketError.self) { try link.receivers[0].receive(future, at: link.now) }
      }
      #expect(try link.deliver(packet) == 1)
      #expect(link.receivers[0].sections.suffix(2).map(\.type) == [6, 255])
      #expect(link.receivers[0].sections.suffix(2).allSatisfy { $0.kind == nil })
    }
    #expect(link.decoded[0].count == 30)
    link.expectTruth()
  }

  @Test func `a recording is read though it holds what is not known`() throws {
    let link = PacketLink(30)
    var plain = RecordingWriter(configuration: link.sender.configuration)
    var mixed = RecordingWriter(configuration: link.sender.configuration)
    while link.step < 30 {
      guard let packet = try link.nextPacket(sections: [77, 2, 1, 1]) else { continue }
      try link.deliver(packet)
      plain.add(datagram: packet)
      // Later versions, other kinds, and nonsense.
      for future in Self.futures(of: packet) { mixed.add(datagram: future) }
      mixed.add(datagram: [0x50, 7, 0])
      mixed.add(datagram: [0x70, 7, 1, 2, 3])
      mixed.add(datagram: [])
      mixed.add(datagram: packet)
    }
    mixed.finish()
    plain.finish()
    let read = try AvatarStream(bytes: mixed.takeBytes())
    #expect(read.states.count == 30)
    #expect(read == (try AvatarStream(bytes: plain.takeBytes())))
  }

  @Test func `lengths longer than they need to be are refused`() throws {
    let link = PacketLink(1)
    let packet = try #require(try link.nextPacket())
    let states = Int(packet[6])
    let longer = Array(packet[..<6]) + [UInt8(states | 128), 0] + packet[7...]
    #expect(throws: PacketError.malformedSection(offset: 6)) {
      try link.receivers[0].receive(longer, at: 0)
    }
    #expect(try link.deliver(packet) == 1)
  }
}
