public import AvatarModel
public import ExpressionStream
internal import FaceRig
internal import Geometry

/// One end of a stream in the browser: a room for bytes that go in or come out, and the state that
/// is sent or shown.
public class StreamLine: ByteRoom {
  /// The state; nil before the configuration is known.
  public private(set) var block: StateBlock?

  deinit { block?.deallocate() }

  /// Makes room for the states of a configuration.
  func hold(_ configuration: StreamConfiguration) {
    let count = configuration.transform.count - StateCoordinates.correction
    if block?.correctionCount == count { return }
    block?.deallocate()
    block = StateBlock(correctionCount: count)
  }

  /// Puts a state as signatures cover it into the room; returns the length, 0 for no bytes.
  ///
  /// Its number and epoch, four bytes each, then the canonical bytes.
  func put(_ number: UInt32, _ epoch: UInt8, _ canonical: [UInt8]) throws(Failure) -> Int32 {
    if canonical.isEmpty { return 0 }
    let head = UnsafeMutableRawPointer(room)
    head.storeBytes(of: number, as: UInt32.self)
    head.storeBytes(of: UInt32(epoch), toByteOffset: 4, as: UInt32.self)
    return try put(canonical, at: 8)
  }

  static func configuration(_ bytes: [UInt8]) throws(Failure) -> StreamConfiguration {
    do { return try StreamConfiguration(bytes: bytes) } catch {
      throw Failure(.configurationUnusable)
    }
  }
}

/// Sends states as packets.
public final class SenderLine: StreamLine {
  private var sender: StreamSender?
  private var packet: [UInt8] = []

  /// A sender that waits for its configuration.
  public override init() {}

  /// Starts with the configuration in the room.
  ///
  /// - Parameters:
  ///   - isBroadcast: whether nothing comes back.
  ///   - repeats: states that a packet repeats at most.
  ///   - statesPerPacket: states gathered before there is a packet.
  ///   - epoch: another one than this sender's last.
  public func configure(
    _ count: Int, isBroadcast: Bool, repeats: Int, statesPerPacket: Int, epoch: UInt8
  ) throws(Failure) {
    let configuration = try Self.configuration(bytes(count))
    hold(configuration)
    sender = StreamSender(
      configuration: configuration,
      options: SenderOptions(
        delivery: isBroadcast ? .broadcast : .acknowledged, repeats: repeats,
        statesPerPacket: statesPerPacket),
      epoch: epoch)
  }

  /// Codes the state in the block and puts its packet into the room; returns the packet's length, 0
  /// while states are gathered.
  public func send(time: Double) throws(Failure) -> Int32 {
    guard let sender, let block else { throw Failure(.notReady) }
    var state = try block.read()
    if !(time.magnitude < 1e7) { throw Failure(.stateNotFinite) }
    state.face.time = time
    sender.add(state)
    if !sender.isPacketDue { return 0 }
    do { _ = try sender.writePacket(into: &packet) } catch { throw Failure(error) }
    return try put(packet)
  }

  /// Puts the state coded last as signatures cover it into the room; returns the length, 0 for none.
  public func coded() throws(Failure) -> Int32 {
    guard let sender else { throw Failure(.notReady) }
    let number = sender.nextNumber &- 1
    return try put(number, sender.epoch, sender.canonicalBytes(number))
  }

  /// Takes an acknowledgement in the room.
  public func receive(_ count: Int, from receiver: UInt32, at now: Double) throws(Failure) {
    guard let sender else { throw Failure(.notReady) }
    let bytes = try bytes(count)
    do { try sender.receive(bytes, from: receiver, at: now) } catch { throw Failure(error) }
  }

  /// Puts the next part of the configuration that a receiver lacks into the room; returns its
  /// length, 0 where there is none.
  public func missingConfiguration(at now: Double) throws(Failure) -> Int32 {
    guard let sender else { throw Failure(.notReady) }
    return sender.writeMissingConfiguration(at: now, into: &packet) ? try put(packet) : 0
  }
}

/// Receives packets and shows states at the display's times.
public final class ReceiverLine: StreamLine {
  /// Numbers at ``facts``.
  public static var factCount: Int { 4 }
  /// The sender's time shown, the delay, seconds concealed, whether it is re-joining (0 or 1).
  public let facts: UnsafeMutablePointer<Double>
  private var receiver = StreamReceiver()
  private var playout: Playout?
  private var shown: StreamConfiguration?
  private var state = AvatarState(face: .init(), cameraFromTorso: .identity)
  private var packet: [UInt8] = []

  /// A receiver that asks its sender for the configuration.
  public override init() {
    facts = .allocate(capacity: Self.factCount)
    facts.initialize(repeating: 0, count: Self.factCount)
  }

  deinit { facts.deallocate() }

  /// Starts with the configuration in the room, where it is known from elsewhere.
  public func configure(_ count: Int) throws(Failure) {
    receiver = StreamReceiver(configuration: try Self.configuration(bytes(count)))
    shown = nil
  }

  /// Takes a packet in the room; returns how many states it added: none of a signature.
  public func receive(_ count: Int, at now: Double) throws(Failure) -> Int32 {
    let bytes = try bytes(count)
    if !now.isFinite { throw Failure(.stateNotFinite) }
    let added: Int
    do { added = try receiver.receive(bytes, at: now) } catch {
      if case .unexpectedKind(PacketFormat.Kind.signature.rawValue) = error { return 0 }
      throw Failure(error)
    }
    if let configuration = receiver.configuration, configuration != shown {
      shown = configuration
      playout = Playout(configuration: configuration)
      hold(configuration)
    }
    for number in receiver.accepted {
      receiver.state(number, into: &state)
      playout?.insert(state, generation: receiver.generation, at: now)
    }
    return Int32(added)
  }

  /// Puts one of the states that the last packet added, as signatures cover it, into the room;
  /// returns the length, 0 behind the last.
  public func coded(_ index: Int) throws(Failure) -> Int32 {
    guard index >= 0, index < receiver.accepted.count, let epoch = receiver.epoch else { return 0 }
    let number = receiver.accepted[index]
    return try put(number, epoch, receiver.canonicalBytes(number))
  }

  /// Puts the configuration into the room; returns its length, 0 before it is known.
  public func configuration() throws(Failure) -> Int32 {
    try put(receiver.configuration?.encoded() ?? [])
  }

  /// Puts the state to show now into the block; returns 0 before the first state, then 1.
  public func show(at now: Double) throws(Failure) -> Int32 {
    if !now.isFinite { throw Failure(.stateNotFinite) }
    guard let block, let moment = playout?.show(at: now, into: &state) else { return 0 }
    block.write(state)
    facts[0] = moment.senderTime
    facts[1] = moment.delay
    facts[2] = moment.concealed
    facts[3] = moment.isRejoining ? 1 : 0
    return 1
  }

  /// Puts an acknowledgement into the room if one is due; returns its length, else 0.
  public func acknowledgement(at now: Double) throws(Failure) -> Int32 {
    if !receiver.isAcknowledgementDue(at: now) { return 0 }
    return receiver.writeAcknowledgement(at: now, into: &packet) ? try put(packet) : 0
  }
}
