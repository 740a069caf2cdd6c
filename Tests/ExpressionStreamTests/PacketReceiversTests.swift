import ExpressionStream
import Geometry
import Testing

struct PacketReceiversTests {
  @Test func `every receiver can read every packet that reaches it`() throws {
    for seed in 0..<6 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let link = PacketLink(250, receivers: 4)
      // From no losses to most packets.
      let losses: [Float] = [0, 0.1, 0.4, 0.8]
      // Until the sender has heard of it a receiver may be sent what it cannot read.
      var isKnownFrom = [Int](repeating: .max, count: 4)
      while link.step < 250 {
        guard let packet = try link.nextPacket() else { continue }
        for r in 0..<4 where random.uniform() >= losses[r] {
          let delay = random.uniform() < 0.2 ? nil : 1 + random.index(8)
          do {
            try link.deliver(packet, to: r, answerAfter: delay)
          } catch PacketError.referenceMissing {
            #expect(link.step <= isKnownFrom[r], "receiver \(r) at \(link.step), seed \(seed)")
          }
          if let delay { isKnownFrom[r] = min(isKnownFrom[r], link.step + delay) }
        }
      }
      for r in 0..<4 { link.expectTruth(of: r) }
      #expect(link.decoded[0].count == 250)
      #expect(link.decoded[3].count > 50)
    }
  }

  @Test func `who joins late gets a key state, and the others lose nothing`() throws {
    let link = PacketLink(100)
    var keys = 0
    while link.step < 100 {
      guard let packet = try link.nextPacket() else { continue }
      if packet[5] == 0 && packet[4] == 0 && link.step > 1 { keys += 1 }
      #expect(try link.deliver(packet) >= 1)
      if link.step == 40 { link.join(link.sender.configuration) }
      if link.step > 40 {
        do {
          try link.deliver(packet, to: 1)
        } catch PacketError.referenceMissing {
          // Two states until the answer is back, one on the way.
          #expect(link.step < 46)
        }
      }
    }
    #expect(link.decoded[1].count >= 54)
    #expect(keys >= 1)
    link.expectTruth(of: 1)
  }

  @Test func `who joins late is no loss`() throws {
    let link = PacketLink(100)
    while link.step < 100 {
      guard let packet = try link.nextPacket() else { continue }
      #expect(packet[4] == 0, "repeats at \(link.step)")
      try link.deliver(packet)
      if link.step == 40 { link.join(link.sender.configuration) }
      if link.step > 40 {
        do {
          try link.deliver(packet, to: 1)
        } catch PacketError.referenceMissing {
          #expect(link.step < 46)
        }
      }
    }
  }

  @Test func `a silent receiver is not waited for`() throws {
    let link = PacketLink(300, receivers: 2)
    var longest = 0
    while link.step < 300 {
      guard let packet = try link.nextPacket() else { continue }
      try link.deliver(packet)
      if link.step < 30 { try link.deliver(packet, to: 1) }
      // Three seconds later the second is forgotten, and no state refers to what it had.
      if link.step > 130 { longest = max(longest, Int(packet[5])) }
    }
    #expect(link.sender.receiverCount(at: link.now) == 1)
    #expect(longest > 0 && longest <= 4)
  }

  @Test func `an answer overtaken by a later one changes nothing`() throws {
    let link = PacketLink(40)
    var answers: [[UInt8]] = []
    while link.step < 40 {
      guard let packet = try link.nextPacket() else { continue }
      try link.deliver(packet, answerAfter: nil)
      var answer: [UInt8] = []
      link.receivers[0].writeAcknowledgement(at: link.now, into: &answer)
      answers.append(answer)
      if answers.count == 4 {
        for answer in answers.reversed() {
          try link.sender.receive(answer, from: 0, at: link.now)
        }
        answers = []
      }
    }
    #expect(link.decoded[0].count == 40)
    link.expectTruth()
  }

  @Test func `a receiver that lost its memory is served again`() throws {
    let link = PacketLink(80)
    while link.step < 80 {
      guard let packet = try link.nextPacket() else { continue }
      if link.step == 40 {
        link.receivers[0] = StreamReceiver(configuration: link.sender.configuration)
        link.decoded[0] = [:]
      }
      do { try link.deliver(packet) } catch PacketError.referenceMissing {
        #expect((40..<46).contains(link.step))
      }
    }
    #expect(link.decoded[0].count > 30)
    link.expectTruth()
  }

  @Test func `answers about states that never were are refused`() throws {
    let link = PacketLink(20)
    for _ in 0..<10 { _ = try link.nextPacket() }
    for newest in [10, 500, 32_000, 65_535] as [UInt16] {
      var bytes: [UInt8] = []
      Acknowledgement(epoch: 7, newest: newest, history: .max).append(to: &bytes)
      #expect(throws: PacketError.self) { try link.sender.receive(bytes, from: 0, at: 0) }
    }
    var bytes: [UInt8] = []
    Acknowledgement(epoch: 8, newest: 3, history: 1).append(to: &bytes)
    #expect(throws: PacketError.foreignEpoch(expected: 7, found: 8)) {
      try link.sender.receive(bytes, from: 0, at: 0)
    }
    // History before the first state is not believed.
    bytes = []
    Acknowledgement(epoch: 7, newest: 9, history: .max).append(to: &bytes)
    try link.sender.receive(bytes, from: 0, at: 0)
    #expect(try link.nextPacket() != nil)
  }

  @Test func `a sender serves so many receivers and no more`() throws {
    let link = PacketLink(20, options: SenderOptions(receiverLimit: 3))
    _ = try link.nextPacket()
    var bytes: [UInt8] = []
    Acknowledgement(epoch: 7, newest: 0, history: 1).append(to: &bytes)
    for r in 0..<3 as Range<UInt32> { try link.sender.receive(bytes, from: r, at: 0) }
    #expect(throws: PacketError.tooManyReceivers(3)) {
      try link.sender.receive(bytes, from: 9, at: 0)
    }
    link.sender.remove(receiver: 1)
    try link.sender.receive(bytes, from: 9, at: 0)
  }
}
