import AvatarModel
import ExpressionStream
import Geometry
import Testing

struct PacketDeliveryTests {
  @Test(arguments: [0, 1, 3, 6], [1, 2])
  func `without losses everything arrives`(repeats: Int, bundle: Int) throws {
    let link = PacketLink(
      120, options: SenderOptions(repeats: repeats, statesPerPacket: bundle))
    var largest = 0
    while link.step < 120 {
      guard let packet = try link.nextPacket() else { continue }
      largest = max(largest, packet.count)
      #expect(try link.deliver(packet) == bundle)
    }
    #expect(link.decoded[0].count == 120)
    #expect(largest < 400)
    link.expectTruth()
  }

  /// Every subset of six packets in a row is lost, at every place of the first seconds.
  @Test(arguments: [0, 3])
  func `after any losses every packet that arrives can be read`(repeats: Int) throws {
    for mask in 0..<64 {
      for start in [1, 2, 3, 5, 9, 20, 31] {
        let link = PacketLink(start + 12, options: SenderOptions(repeats: repeats))
        while link.step < start + 12 {
          let place = link.step - start
          guard let packet = try link.nextPacket() else { continue }
          if (0..<6).contains(place), mask >> place & 1 == 1 { continue }
          #expect(try link.deliver(packet) >= 1, "pattern \(mask) at \(start)")
        }
        link.expectTruth()
      }
    }
  }

  @Test(arguments: 1...3)
  func `repeats make good what a burst took`(burst: Int) throws {
    // Acknowledgements take two states to come back, so that packets hold three or four states.
    for start in 14..<40 {
      let link = PacketLink(start + 10)
      while link.step < start + 10 {
        // A first loss, which nothing makes good, makes the sender fear others.
        let isLost = link.step == 4 || (start..<start + burst).contains(link.step)
        guard let packet = try link.nextPacket() else { continue }
        if !isLost { try link.deliver(packet, answerAfter: 2) }
      }
      #expect(link.decoded[0].count == start + 9, "burst at \(start)")
      link.expectTruth()
    }
  }

  @Test func `packets repeat states for half a minute after a loss`() throws {
    let link = PacketLink(1000)
    var counts: [Int] = []
    while link.step < 1000 {
      let isLost = link.step == 20
      guard let packet = try link.nextPacket() else { continue }
      counts.append(Int(packet[4]) + 1)
      if !isLost { try link.deliver(packet, answerAfter: 2) }
    }
    #expect(counts[..<20].allSatisfy { $0 == 1 })
    #expect(counts[30..<900].allSatisfy { (3...5).contains($0) })
    #expect(counts[930...].allSatisfy { $0 == 1 })
  }

  @Test func `losses of answers change nothing for who reads`() throws {
    var random = SeededRandom(seed: 3)
    let link = PacketLink(400)
    while link.step < 400 {
      guard let packet = try link.nextPacket() else { continue }
      let isAnswered = random.uniform() < 0.3
      #expect(try link.deliver(packet, answerAfter: isAnswered ? random.index(12) : nil) >= 1)
    }
    #expect(link.decoded[0].count == 400)
    link.expectTruth()
  }

  @Test func `order and copies do not matter`() throws {
    var random = SeededRandom(seed: 5)
    let link = PacketLink(300)
    var waiting: [[UInt8]] = []
    while link.step < 300 {
      if let packet = try link.nextPacket() {
        waiting.append(packet)
        if random.uniform() < 0.3 { waiting.append(packet) }
      }
      while waiting.count > 8 || (link.step == 300 && !waiting.isEmpty) {
        try link.deliver(waiting.remove(at: random.index(waiting.count)))
      }
    }
    #expect(link.decoded[0].count == 300)
    link.expectTruth()
  }

  @Test func `a copy adds nothing`() throws {
    let link = PacketLink(20)
    while link.step < 20 {
      guard let packet = try link.nextPacket() else { continue }
      #expect(try link.deliver(packet) == 1)
      #expect(try link.deliver(packet) == 0)
    }
  }

  @Test(arguments: [65_500 as UInt32, 131_060, 0x7FFF_FFF0])
  func `numbers wrap around`(first: UInt32) throws {
    var random = SeededRandom(seed: 9)
    let link = PacketLink(150, firstNumber: first)
    var unread = 0
    while link.step < 150 {
      guard let packet = try link.nextPacket(), random.uniform() > 0.2 else { continue }
      if try link.deliver(packet) == 0 { unread += 1 }
    }
    #expect(unread == 0)
    #expect(link.decoded[0].count > 130)
    link.expectTruth()
  }

  @Test func `nothing exceeds the largest datagram`() throws {
    let link = PacketLink(10)
    let sections = [UInt8](repeating: 9, count: 1150)
    #expect(throws: PacketError.self) { try link.nextPacket(sections: sections) }
    // The next packet does not need what was dropped.
    let packet = try #require(try link.nextPacket())
    #expect(try link.deliver(packet) == 1)
  }

  @Test func `what nobody fetched is dropped at last`() throws {
    let link = PacketLink(60, options: SenderOptions(statesPerPacket: 8))
    for _ in 0..<40 { link.sender.add(link.states[0]) }
    #expect(link.sender.unsentCount < 16)
    var packet: [UInt8] = []
    #expect(try link.sender.writePacket(into: &packet))
    #expect(try link.receivers[0].receive(packet, at: 0) >= 1)
  }

  @Test func `sections travel beside states, and unknown ones are skipped`() throws {
    let link = PacketLink(10)
    var sections: [UInt8] = []
    PacketSection.append([1, 2, 3], as: .hands, to: &sections)
    PacketSection.append([UInt8](repeating: 7, count: 200), as: .personal, to: &sections)
    sections += [99, 2, 0, 0]
    let packet = try #require(try link.nextPacket(sections: sections))
    #expect(try link.deliver(packet) == 1)
    let found = link.receivers[0].sections
    // The first packet is a key and names the configuration.
    #expect(found.map(\.type) == [4, 2, 3, 99])
    #expect(Array(packet[found[1].range]) == [1, 2, 3])
    #expect(found[2].range.count == 200 && found[3].range.count == 2)
    link.expectTruth()
  }
}
