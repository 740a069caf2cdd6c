import AvatarModel
import ExpressionStream
import FaceRig
import Testing

/// A sender and receivers, joined by a network that the test controls. A step is one state.
final class PacketLink {
  let states: [AvatarState]
  let sender: StreamSender
  var receivers: [StreamReceiver] = []
  /// What every receiver decoded: number mod 2¹⁶ of the state it shows.
  var decoded: [[UInt16: AvatarState]] = []
  /// What the sender says that receivers show.
  var truth: [UInt16: AvatarState] = [:]
  /// Acknowledgements on their way: when they arrive, whose, and what.
  private var returning: [(step: Int, receiver: Int, bytes: [UInt8])] = []
  private(set) var step = 0
  var packet: [UInt8] = []

  static let interval = 1.0 / 30
  var now: Double { Double(step) * Self.interval }

  init(
    _ count: Int, options: SenderOptions = SenderOptions(), receivers: Int = 1,
    configuration: StreamConfiguration = plainConfiguration(), firstNumber: UInt32 = 0,
    epoch: UInt8 = 7
  ) {
    states = movingStates(count)
    sender = StreamSender(
      configuration: configuration, options: options, epoch: epoch, firstNumber: firstNumber)
    for _ in 0..<receivers { join(configuration) }
  }

  func join(_ configuration: StreamConfiguration?) {
    receivers.append(StreamReceiver(configuration: configuration, acknowledgementInterval: 0))
    decoded.append([:])
  }

  /// The sender's next packet; nil while one is gathering.
  func nextPacket(sections: [UInt8] = []) throws -> [UInt8]? {
    for word in returning.filter({ $0.step <= step }) {
      do {
        try sender.receive(word.bytes, from: UInt32(word.receiver), at: now)
      } catch PacketError.foreignEpoch {
        // An answer to what was sent before a restart.
      }
    }
    returning.removeAll { $0.step <= step }
    let number = sender.add(states[step % states.count])
    var state = states[0]
    sender.state(number, into: &state)
    truth[UInt16(truncatingIfNeeded: number)] = state
    step += 1
    guard sender.isPacketDue else { return nil }
    _ = try sender.writePacket(sections: sections, into: &packet)
    return packet
  }

  /// Gives a packet to a receiver, whose answer arrives some steps later; nil: never.
  @discardableResult
  func deliver(_ bytes: [UInt8], to r: Int = 0, answerAfter delay: Int? = 3) throws -> Int {
    defer {
      var answer: [UInt8] = []
      if let delay, receivers[r].writeAcknowledgement(at: now, into: &answer) {
        returning.append((step + delay, r, answer))
      }
    }
    let count = try receivers[r].receive(bytes, at: now)
    for number in receivers[r].accepted {
      var state = states[0]
      receivers[r].state(number, into: &state)
      decoded[r][UInt16(truncatingIfNeeded: number)] = state
    }
    return count
  }

  /// Whether all that a receiver shows is what the sender meant, to the bit.
  func expectTruth(of r: Int = 0) {
    for (number, state) in decoded[r] { #expect(truth[number] == state) }
  }
}
