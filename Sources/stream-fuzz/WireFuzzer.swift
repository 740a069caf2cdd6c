import AvatarModel
import ExpressionStream
import FaceRig
import Geometry

/// A sender, two receivers and strangers between them.
///
/// One receiver gets every packet as it was sent, and must be able to read it, whatever strangers
/// tell the sender. The other gets packets in any order, again, late, spoilt or made up, and a
/// display shows what it makes of them.
struct WireFuzzer {
  /// What a step gave to a reader.
  enum Input: String {
    case packet = "packet"
    case answer, rider
    case parts = "configuration in parts"
  }

  /// Inputs that were read, those refused with a typed error, and states that came out.
  private(set) var accepted = 0, refused = 0, states = 0
  private var configuration: StreamConfiguration
  private var sender: StreamSender
  private var honest: StreamReceiver
  private var victim: StreamReceiver
  private var playout: Playout
  private var shownConfiguration: StreamConfiguration
  /// The last valid packets, of all kinds.
  private var packets: [[UInt8]] = []
  private var next = 0
  private var now = 0.0
  private var given = 0
  private let path: [AvatarState]
  private var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
  private var packet: [UInt8] = []

  static let packetCount = 64
  /// Inputs after which the victim is replaced.
  static let patience = 4096

  init(samples: Samples, seed: UInt64) {
    configuration = samples.configuration
    sender = StreamSender(configuration: configuration, epoch: 250, firstNumber: 65_500)
    honest = StreamReceiver(configuration: configuration)
    victim = StreamReceiver(configuration: configuration)
    playout = Playout(configuration: configuration)
    shownConfiguration = configuration
    path = Samples.states(256, seed: seed &+ 1)
    packets = samples.signatures
  }

  /// Sends a state every fourth time, and gives one input to a reader.
  mutating func step(_ mutator: inout Mutator) -> Input {
    if packets.isEmpty || mutator.index(4) == 0 { send(&mutator) }
    now += Double(mutator.index(20)) / 1000
    if mutator.index(500) == 0 { now += 1.5 }
    given += 1
    if given % Self.patience == 0 {
      // Every second one knows nothing.
      victim = StreamReceiver(
        configuration: given / Self.patience % 2 == 0 ? configuration : nil)
    }
    switch mutator.index(100) {
    case 0..<75:
      deliver(some(&mutator), &mutator)
      return .packet
    case 75..<90:
      answer(&mutator)
      return .answer
    case 90..<99:
      ride(&mutator)
      return .rider
    default:
      if mutator.index(10) == 0 {
        deliverParts(&mutator)
        return .parts
      }
      deliver(some(&mutator), &mutator)
      return .packet
    }
  }

  /// Codes the next state, as it should be.
  private mutating func send(_ mutator: inout Mutator) {
    if mutator.index(3000) == 0 { restart(&mutator) }
    var state = path[next % path.count]
    state.face.time = Double(next) / 30
    next += 1
    sender.add(state)
    var sections: [UInt8] = []
    if mutator.index(8) == 0 {
      PacketSection.append([1, 2, 3], as: .hands, to: &sections)
      sections += [200, 1, 0]
    }
    do throws(PacketError) {
      try sender.writePacket(sections: sections, into: &packet)
      precondition(packet.count <= PacketFormat.largestPacket)
      let added = try honest.receive(packet, at: now)
      precondition(added > 0, "a new packet has a new state")
    } catch {
      preconditionFailure("what strangers say spoilt a packet: \(error)")
    }
    keep(packet, &mutator)
    if honest.isAcknowledgementDue(at: now) {
      honest.writeAcknowledgement(at: now, into: &packet)
      // Refused where strangers have taken every place.
      try? sender.receive(packet, from: 0, at: now)
      keep(packet, &mutator)
    }
    if sender.writeMissingConfiguration(at: now, into: &packet) { keep(packet, &mutator) }
  }

  /// A new epoch, now and then of another quality.
  private mutating func restart(_ mutator: inout Mutator) {
    configuration.quality = 40 + mutator.index(2)
    sender.restart(configuration: configuration)
    for index in 0..<sender.configurationPacketCount {
      sender.writeConfiguration(index, into: &packet)
      _ = try? honest.receive(packet, at: now)
    }
  }

  private mutating func keep(_ packet: [UInt8], _ mutator: inout Mutator) {
    if packets.count < Self.packetCount {
      packets.append(packet)
    } else {
      packets[mutator.index(packets.count)] = packet
    }
  }

  /// A packet, one in eight as it was sent.
  private mutating func some(_ mutator: inout Mutator) -> [UInt8] {
    let sample = packets[mutator.index(packets.count)]
    if mutator.index(8) == 0 { return sample }
    return mutator.spoil(sample, with: packets[mutator.index(packets.count)])
  }

  /// Gives bytes to the victim and shows what comes out.
  private mutating func deliver(
    _ bytes: [UInt8], in range: Range<Int>? = nil, _ mutator: inout Mutator
  ) {
    do throws(PacketError) {
      try victim.receive(bytes, in: range, at: now)
      accepted += 1
    } catch {
      refused += 1
    }
    precondition(victim.accepted.count <= PacketFormat.memory)
    for section in victim.sections {
      precondition(section.range.lowerBound >= 0 && section.range.upperBound <= bytes.count)
    }
    if let found = victim.configuration, found != shownConfiguration {
      shownConfiguration = found
      playout = Playout(configuration: found)
    }
    for number in victim.accepted {
      states += 1
      victim.state(number, into: &state)
      expectFinite()
      if mutator.index(50) == 0 { state.face.time = hostileTime(&mutator) }
      playout.insert(state, generation: victim.generation, at: now)
    }
    if given % 16 == 0, playout.show(at: now, into: &state) != nil { expectFinite() }
  }

  private func hostileTime(_ mutator: inout Mutator) -> Double {
    [
      .nan, .infinity, -.infinity, 1e300, -1e300, .leastNonzeroMagnitude, 0, now, -1e9, 1e9,
      now + 1e-12,
    ][mutator.index(11)]
  }

  /// Whatever came in, what is shown are numbers.
  private func expectFinite() {
    let head = state.face.cameraFromHead
    precondition(
      state.face.expression[0].isFinite && state.face.leftGaze.yaw.isFinite
        && head.translation.x.isFinite && head.translation.z.isFinite && head.rotation.x.x.isFinite)
  }

  /// An acknowledgement of the victim's, of a stranger's making, or spoilt.
  private mutating func answer(_ mutator: inout Mutator) {
    var bytes: [UInt8] = []
    switch mutator.index(3) {
    case 0: victim.writeAcknowledgement(at: now, into: &bytes)
    case 1:
      let newest = Int(sender.nextNumber) - 1 - mutator.index(70)
      Acknowledgement(
        epoch: sender.epoch, newest: UInt16(truncatingIfNeeded: newest),
        history: mutator.index(2) == 0 ? .max : UInt64(mutator.index(1 << 20)),
        fragments: mutator.index(4) == 0 ? UInt64(mutator.index(1 << 12)) : nil
      ).append(to: &bytes)
    default: bytes = some(&mutator)
    }
    do throws(PacketError) {
      try sender.receive(bytes, from: UInt32(1 + mutator.index(400)), at: now)
      accepted += 1
    } catch {
      refused += 1
    }
    if mutator.index(100) == 0 { sender.remove(receiver: UInt32(1 + mutator.index(400))) }
  }

  /// A packet inside another one, spoilt as a whole.
  private mutating func ride(_ mutator: inout Mutator) {
    var host = [UInt8](repeating: 0x5A, count: mutator.index(60))
    PacketRider.append(packets[mutator.index(packets.count)], to: &host)
    let bytes = mutator.spoil(host, with: packets[mutator.index(packets.count)])
    do throws(PacketError) {
      let parts = try PacketRider.split(bytes)
      deliver(bytes, in: parts.states, &mutator)
    } catch {
      refused += 1
    }
  }

  /// A spoilt configuration under a valid checksum, in parts that come in any order.
  private mutating func deliverParts(_ mutator: inout Mutator) {
    var whole = configuration.encoded()
    for _ in 0...mutator.index(4) {
      whole[mutator.index(mutator.index(2) == 0 ? 96 : whole.count)] = UInt8(mutator.index(256))
    }
    let checksum = TemplateFormat.checksum(whole, in: 0..<whole.count)
    let count = (whole.count + 1099) / 1100
    let size = (whole.count + count - 1) / count
    for _ in 0..<count * 4 {
      let index = mutator.index(count)
      let header: [UInt8] =
        [1 << 6 | 2 << 4, victim.epoch ?? 3]
        + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
        + [
          UInt8(truncatingIfNeeded: whole.count - 1), UInt8((whole.count - 1) >> 8), UInt8(index),
          UInt8(count - 1),
        ]
      deliver(header + whole[index * size..<min((index + 1) * size, whole.count)], &mutator)
    }
  }
}
