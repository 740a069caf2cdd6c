import AvatarModel
import ExpressionStream
import FaceRig
import StreamSigning

/// Codes the made-up motion in all the ways that a stream has.
struct VectorMaker {
  let configuration = VectorMotion.configuration()
  let states = zip(VectorMotion.blocks(), VectorMotion.ticks).map {
    VectorMotion.state($0, ticks: $1)
  }
  static let epoch: UInt8 = 5

  /// Keys and states against their predecessors, with and without looking ahead; then bundles
  /// against older references.
  func chains() -> [StreamVectors.Chain] {
    let one = [(1, 0)] + [(Int, Int)](repeating: (1, 1), count: 17)
    return [
      chain("each against the one before", lookahead: 0, one),
      chain("two states known ahead", lookahead: 2, Array(one.prefix(10))),
      chain(
        "bundles and older references", lookahead: 1,
        [(1, 0), (1, 1), (2, 2), (3, 4), (1, 7), (1, 6), (4, 1), (1, 0), (3, 10), (4, 0)]),
    ]
  }

  /// Codes packets of so many states, the first of each against the state so far back.
  private func chain(
    _ name: String, lookahead: Int, _ plan: [(count: Int, distance: Int)]
  ) -> StreamVectors.Chain {
    let coder = StateCoder(configuration: configuration)
    var packets: [StreamVectors.Packet] = []
    var next = 0
    for (count, distance) in plan {
      let numbers = next..<next + count
      var encoder = RangeEncoder()
      for k in numbers {
        let back = k == next ? distance : 1
        coder.quantize(
          states[k], number: UInt32(k), reference: back == 0 ? nil : UInt32(k - back),
          following: Array(states[(k + 1)...].prefix(lookahead)))
        coder.write(UInt32(k), into: &encoder)
      }
      encoder.finish()
      next += count
      let header = [
        1 << 6, Self.epoch, UInt8(next - 1), 0, UInt8(count - 1), UInt8(distance),
      ]
      packets.append(
        StreamVectors.Packet(
          count: count, distance: distance, datagram: Hexadecimal.text(header + encoder.bytes),
          states: numbers.map { CanonicalText.text(coder.canonicalBytes(UInt32($0))) }))
    }
    return StreamVectors.Chain(name: name, lookahead: lookahead, packets: packets)
  }

  /// The first eight states of the first chain as they are shown.
  func shown() -> [Float] {
    let coder = StateCoder(configuration: configuration)
    var state = states[0]
    return (0..<8).flatMap { k in
      coder.quantize(
        states[k], number: UInt32(k), reference: k == 0 ? nil : UInt32(k - 1))
      coder.state(UInt32(k), into: &state)
      return VectorFiles.numbers(state)
    }
  }

  /// The first bytes of the datagrams that carry the configuration.
  func fragmentHeaders() -> [String] {
    let sender = StreamSender(configuration: configuration, epoch: Self.epoch)
    var packet: [UInt8] = []
    return (0..<sender.configurationPacketCount).map { index in
      sender.writeConfiguration(index, into: &packet)
      return Hexadecimal.text(Array(packet.prefix(10)))
    }
  }

  /// A call and a broadcast, both over a network with losses.
  func links() -> [StreamVectors.Link] {
    [
      link("a call", .acknowledged, repeats: 3, statesPerPacket: 1),
      link("a broadcast", .broadcast, repeats: 3, statesPerPacket: 2),
    ]
  }

  /// State k is sent at k/30 s and arrives 20 ms later, unless k is 4, 11, 12 or 13; an answer is
  /// there just before state k + 2.
  private func link(
    _ name: String, _ delivery: SenderOptions.Delivery, repeats: Int, statesPerPacket: Int
  ) -> StreamVectors.Link {
    let sender = StreamSender(
      configuration: configuration,
      options: SenderOptions(
        delivery: delivery, repeats: repeats, statesPerPacket: statesPerPacket),
      epoch: Self.epoch)
    let receiver = StreamReceiver(configuration: configuration)
    var steps: [StreamVectors.Step] = []
    for (k, state) in states.enumerated() {
      let now = Double(k) / 30
      if k >= 2, !steps[k - 2].answer.isEmpty {
        try? sender.receive(Hexadecimal.bytes(steps[k - 2].answer), from: 1, at: now)
      }
      sender.add(state)
      var step = StreamVectors.Step(
        packet: "", isLost: [4, 11, 12, 13].contains(k), accepted: [], canonical: 0, answer: "")
      var packet: [UInt8] = []
      if sender.isPacketDue { _ = try? sender.writePacket(into: &packet) }
      step.packet = Hexadecimal.text(packet)
      if !packet.isEmpty && !step.isLost {
        Self.deliver(packet, to: receiver, at: now + 0.02, &step)
      }
      steps.append(step)
    }
    return StreamVectors.Link(
      name: name, delivery: delivery == .acknowledged ? "acknowledged" : "broadcast",
      repeats: repeats, statesPerPacket: statesPerPacket, epoch: Int(Self.epoch), steps: steps)
  }

  /// Notes what a receiver makes of a packet, and what it answers.
  static func deliver(
    _ packet: [UInt8], to receiver: StreamReceiver, at now: Double, _ step: inout StreamVectors.Step
  ) {
    _ = try? receiver.receive(packet, at: now)
    step.accepted = receiver.accepted.map { UInt16(truncatingIfNeeded: $0) }
    let canonical = receiver.accepted.flatMap { receiver.canonicalBytes($0) }
    step.canonical = TemplateFormat.checksum(canonical, in: 0..<canonical.count)
    var answer: [UInt8] = []
    if receiver.isAcknowledgementDue(at: now) {
      receiver.writeAcknowledgement(at: now, into: &answer)
    }
    step.answer = Hexadecimal.text(answer)
  }

  /// All states in bundles of eight, signed in runs of 16 and groups of 6, with an index.
  func recording() -> (bytes: [UInt8], facts: StreamVectors.Recording) {
    let context = "golden vectors"
    guard let key = SigningKey(secret: (0..<32).map { UInt8($0) }) else {
      preconditionFailure("32 bytes are a key")
    }
    var recorded = StateRecorder.Options()
    recorded.bundle = 8
    recorded.keepsCanonicalBytes = true
    var signed = StreamSigner.Options()
    signed.run = 16
    signed.group = 6
    let recorder = StateRecorder(configuration: configuration, options: recorded)
    let wallClock: UInt64 = 1_790_000_000_000
    var signer = StreamSigner(
      key: key, context: SigningContext(configuration: configuration, context: Array(context.utf8)),
      epoch: recorder.currentEpoch, options: signed, stream: 77)
    var canonical: [UInt8] = []
    func sign() {
      for state in recorder.takeCoded() {
        canonical += state.canonicalBytes
        let packets = signer.add(state, wallClock: wallClock + UInt64(state.number) * 33)
        packets.forEach(recorder.add(datagram:))
      }
    }
    for state in states {
      recorder.add(state)
      sign()
    }
    recorder.flush()
    sign()
    signer.finish().forEach(recorder.add(datagram:))
    recorder.finish()
    return (
      recorder.takeBytes(),
      StreamVectors.Recording(
        states: states.count,
        canonical: TemplateFormat.checksum(canonical, in: 0..<canonical.count),
        publicKey: Hexadecimal.text(key.publicKey.bytes), context: context, stream: 77,
        wallClock: wallClock)
    )
  }
}
