import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import Testing

struct PacketHostilityTests {
  /// Packets of every kind, as a network would carry them.
  private func valid() throws -> [[UInt8]] {
    var packets: [[UInt8]] = []
    for delivery in [.acknowledged, .broadcast] as [SenderOptions.Delivery] {
      let link = PacketLink(40, options: SenderOptions(delivery: delivery, repeats: 3))
      var sections: [UInt8] = []
      PacketSection.append([1, 2, 3, 4], as: .hands, to: &sections)
      while link.step < 40 {
        guard let packet = try link.nextPacket(sections: link.step % 5 == 0 ? sections : [])
        else { continue }
        packets.append(packet)
        try link.deliver(packet)
        var answer: [UInt8] = []
        link.receivers[0].writeAcknowledgement(at: link.now, into: &answer)
        packets.append(answer)
      }
      var fragment: [UInt8] = []
      for index in 0..<link.sender.configurationPacketCount {
        link.sender.writeConfiguration(index, into: &fragment)
        packets.append(fragment)
      }
    }
    return packets
  }

  private func mutated(_ packet: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = packet
    for _ in 0...random.index(4) {
      switch random.index(6) {
      case 0: bytes.removeLast(min(bytes.count, 1 + random.index(20)))
      case 1: for _ in 0...random.index(30) { bytes.append(UInt8(random.index(256))) }
      // The header, where every bit decides.
      case 2, 3:
        if !bytes.isEmpty {
          bytes[random.index(min(bytes.count, 12))] ^= 1 << UInt8(random.index(8))
        }
      default: if !bytes.isEmpty { bytes[random.index(bytes.count)] = UInt8(random.index(256)) }
      }
    }
    return bytes
  }

  @Test func `mutated packets give typed errors or states, never a trap`() throws {
    let packets = try valid()
    var random = SeededRandom(seed: 21)
    let receiver = StreamReceiver(configuration: plainConfiguration())
    let stranger = StreamReceiver()
    var playout = Playout(configuration: plainConfiguration())
    var state = movingStates(1)[0]
    var accepted = 0, refused = 0
    for trial in 0..<200_000 {
      let now = Double(trial) / 60
      let packet = packets[random.index(packets.count)]
      // Now and then an intact one, so that there is something to spoil.
      let bytes = trial % 7 == 0 ? packet : mutated(packet, &random)
      do {
        try receiver.receive(bytes, at: now)
        accepted += receiver.accepted.count
        for number in receiver.accepted {
          receiver.state(number, into: &state)
          #expect(state.face.time.isFinite)
          if trial % 10 == 0 {
            playout.insert(state, generation: receiver.generation, at: now)
          }
        }
      } catch { refused += 1 }
      if trial % 20 == 0 {
        _ = playout.show(at: now, into: &state)
        #expect(state.face.cameraFromHead.translation.length.isFinite)
      }
      if trial % 4 == 0 { _ = try? stranger.receive(bytes, at: now) }
      if trial % 50 == 0 { _ = receiver.acknowledgement() }
    }
    #expect(accepted > 1000 && refused > 1000)
    // All is well again after a second without nonsense.
    let link = PacketLink(20, receivers: 0)
    link.receivers = [receiver]
    link.decoded = [[:]]
    var read = 0
    while link.step < 20 {
      guard let packet = try link.nextPacket() else { continue }
      read += (try? receiver.receive(packet, at: 5000 + link.now)) ?? 0
    }
    #expect(read > 0)
  }

  @Test func `a sender survives hostile answers`() throws {
    var random = SeededRandom(seed: 22)
    let link = PacketLink(400, options: SenderOptions(receiverLimit: 8))
    let packets = try valid()
    var bytes: [UInt8] = []
    while link.step < 400 {
      guard let packet = try link.nextPacket() else { continue }
      #expect(packet.count <= PacketFormat.largestPacket)
      for _ in 0..<50 {
        if random.uniform() < 0.5 {
          bytes = mutated(packets[random.index(packets.count)], &random)
        } else {
          bytes = []
          Acknowledgement(
            epoch: 7, newest: UInt16(max(0, link.step - 1 - random.index(80))),
            history: random.next(), fragments: random.uniform() < 0.1 ? random.next() : nil
          ).append(to: &bytes)
        }
        try? link.sender.receive(bytes, from: UInt32(random.index(12)), at: link.now)
        _ = link.sender.writeMissingConfiguration(at: link.now, into: &bytes)
      }
    }
  }

  @Test func `random bytes are refused`() {
    var random = SeededRandom(seed: 23)
    let receiver = StreamReceiver(configuration: plainConfiguration())
    for _ in 0..<50_000 {
      let bytes = (0..<random.index(40)).map { _ in UInt8(random.index(256)) }
      _ = try? receiver.receive(bytes, at: 0)
    }
  }
}
