import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import Testing

struct PacketConfigurationTests {
  /// Sends and answers until the receiver shows states; returns how many steps that took.
  private func join(_ link: PacketLink, until limit: Int, losing share: Float = 0) throws -> Int? {
    var random = SeededRandom(seed: 11)
    var fragment: [UInt8] = []
    while link.step < limit {
      if let packet = try link.nextPacket() {
        do {
          if try link.deliver(packet) > 0 { return link.step }
        } catch PacketError.configurationMissing {
        } catch PacketError.referenceMissing {}
      }
      if link.sender.writeMissingConfiguration(at: link.now, into: &fragment),
        random.uniform() >= share
      {
        try link.deliver(fragment)
        // A copy, and one that was changed on the way.
        try link.deliver(fragment)
      }
    }
    return nil
  }

  @Test(arguments: [0, 0.3] as [Float])
  func `a viewer without the avatar asks for what it needs`(loss: Float) throws {
    let link = PacketLink(400, receivers: 0)
    for _ in 0..<10 { _ = try link.nextPacket() }
    link.join(nil)
    let steps = try #require(try join(link, until: 400, losing: loss))
    // About 12 kB at 8 kB a second, and again what was lost.
    #expect(steps < (loss > 0 ? 300 : 100))
    #expect(link.receivers[0].configuration == link.sender.configuration)
    #expect(link.receivers[0].acknowledgement()?.fragments == nil)
    link.expectTruth()
  }

  @Test func `who has no avatar reads the 52 coefficients, with what came over the wire alone`()
    throws
  {
    let link = PacketLink(200, receivers: 0)
    for _ in 0..<25 { _ = try link.nextPacket() }
    link.join(nil)
    var packet: [UInt8] = [], answer: [UInt8] = []
    var seen = 0
    var state = link.states[0]
    let receiver = link.receivers[0]
    while link.step < 200 {
      let step = link.step
      packet = try #require(try link.nextPacket())
      // Everything that the stranger knows are these bytes.
      _ = try? receiver.receive(packet, at: link.now)
      for number in receiver.accepted where number & 0xFFFF == step {
        receiver.state(number, into: &state)
        for channel in 0..<ExpressionChannel.count {
          let sent = link.states[step].face.expression[channel]
          // Half a step of the plain transform is 0.017; a call's choices leave less than three.
          #expect(abs(state.face.expression[channel] - sent) < 0.06)
        }
        seen += 1
      }
      if receiver.writeAcknowledgement(at: link.now, into: &answer) {
        try link.sender.receive(answer, from: 1, at: link.now)
      }
      if link.sender.writeMissingConfiguration(at: link.now, into: &packet) {
        try receiver.receive(packet, at: link.now)
      }
    }
    #expect(seen > 100)
  }

  @Test func `fragments in any order make the whole`() throws {
    let link = PacketLink(1, receivers: 0)
    let count = link.sender.configurationPacketCount
    #expect(count > 5)
    var random = SeededRandom(seed: 4)
    let receiver = StreamReceiver()
    var packet: [UInt8] = []
    var order = Array(0..<count) + Array(0..<count)
    for i in order.indices.reversed() { order.swapAt(i, random.index(i + 1)) }
    for index in order {
      link.sender.writeConfiguration(index, into: &packet)
      #expect(packet.count <= PacketFormat.largestPacket)
      try receiver.receive(packet, at: 0)
    }
    #expect(receiver.configuration == link.sender.configuration)
    #expect(receiver.epoch == link.sender.epoch)
  }

  @Test func `a damaged configuration is refused and can come again`() throws {
    let link = PacketLink(1, receivers: 0)
    let count = link.sender.configurationPacketCount
    let receiver = StreamReceiver()
    var packet: [UInt8] = []
    var refusals = 0
    for round in 0..<2 {
      for index in 0..<count {
        link.sender.writeConfiguration(index, into: &packet)
        if round == 0 && index == 2 { packet[100] ^= 1 }
        do {
          try receiver.receive(packet, at: 0)
        } catch PacketError.configurationDamaged { refusals += 1 }
      }
      #expect((receiver.configuration == nil) == (round == 0))
    }
    #expect(refusals == 1)
  }

  @Test func `a restart is followed, and what was sent before it is refused`() throws {
    let link = PacketLink(90)
    var old: [[UInt8]] = []
    while link.step < 60 {
      guard let packet = try link.nextPacket() else { continue }
      try link.deliver(packet)
      old.append(packet)
    }
    let generation = link.receivers[0].generation
    link.sender.restart()
    link.truth = [:]
    link.decoded[0] = [:]
    while link.step < 90 {
      guard let packet = try link.nextPacket() else { continue }
      #expect(try link.deliver(packet) == 1)
      #expect(throws: PacketError.foreignEpoch(expected: 8, found: 7)) {
        try link.receivers[0].receive(old[link.step - 1 - 60 + 20], at: link.now)
      }
    }
    #expect(link.receivers[0].generation > generation)
    #expect(link.receivers[0].configuration == link.sender.configuration)
    link.expectTruth()
  }

  @Test func `a restart with another configuration brings it along`() throws {
    let link = PacketLink(600)
    while link.step < 30 {
      guard let packet = try link.nextPacket() else { continue }
      try link.deliver(packet)
    }
    link.sender.restart(configuration: plainConfiguration(correction: 3, quality: 46))
    link.truth = [:]
    link.decoded[0] = [:]
    #expect(try join(link, until: 400) != nil)
    #expect(link.receivers[0].configuration == link.sender.configuration)
    #expect(link.receivers[0].configuration?.quality == 46)
    link.expectTruth()
  }

  @Test func `another sender is believed after a second of silence`() throws {
    let configuration = plainConfiguration()
    let receiver = StreamReceiver(configuration: configuration)
    let states = movingStates(4)
    // Epoch 200 comes before 20, on the circle; and a new run of the same epoch is no news.
    for (epoch, wait) in [(20, 0.0), (200, 1.5), (200, 1.5)] as [(UInt8, Double)] {
      let start = receiver.newest.map { _ in 10.0 * Double(receiver.generation) } ?? 0
      let sender = StreamSender(configuration: configuration, epoch: epoch, firstNumber: 100)
      var packet: [UInt8] = []
      for state in states {
        sender.add(state)
        try sender.writePacket(into: &packet)
        if receiver.epoch != nil && receiver.epoch != epoch {
          // While the other still speaks, or just did, this is refused.
          #expect(throws: PacketError.self) { try receiver.receive(packet, at: start - 10) }
        }
        try receiver.receive(packet, at: start + wait)
      }
      #expect(receiver.epoch == epoch)
      #expect(receiver.newest.map { $0 & 0xFFFF } == 103)
    }
  }

  @Test func `the wrong configuration is noticed`() throws {
    let link = PacketLink(400, receivers: 0)
    link.join(plainConfiguration(quality: 30))
    #expect(try join(link, until: 300) != nil)
    #expect(link.receivers[0].configuration == link.sender.configuration)
    link.expectTruth()
  }
}
