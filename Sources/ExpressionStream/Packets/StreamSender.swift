public import AvatarModel

/// Makes datagrams of states.
///
/// ```swift
/// sender.add(state)
/// if sender.isPacketDue { sender.writePacket(into: &packet); socket.send(packet) }
/// ```
///
/// A packet holds its newest states and, before them, those that a receiver may lack, back to one
/// that is coded against what every receiver has. The policy, R being ``SenderOptions/repeats``:
///
/// 1. A state is coded against its predecessor while a packet that reaches back to an acknowledged
///    state holds at most R states beside the new ones.
/// 2. Otherwise it is coded directly against the newest state that all have; the packet holds it
///    alone.
/// 3. Where there is none within ``reach`` states it is a key state, coded against nothing.
///
/// In a broadcast a key state counts as had by all once R + 1 packets have carried it.
///
/// Nothing is allocated per state once buffers have grown. Times are in seconds, of any clock.
/// Not safe for use by two threads at once.
public final class StreamSender {
  /// What receivers must know.
  public private(set) var configuration: StreamConfiguration
  /// How losses are answered.
  public let options: SenderOptions
  /// Changes with every restart.
  public private(set) var epoch: UInt8
  /// The number that the next state gets.
  public private(set) var nextNumber: UInt32
  /// How many states no packet has carried yet.
  public private(set) var unsentCount = 0

  private var coder: StateCoder
  private var encoder = RangeEncoder()
  private var ledger: AcknowledgementLedger
  /// By number modulo the memory: where the packet of that state began when it was coded.
  private var chainStarts: [UInt32]
  /// No state was added in this epoch.
  private var isEmpty = true
  /// The next state may not need the one before it.
  private var mustStartAnew = true
  private var epochStart: UInt32
  private var lastKey: UInt32
  /// How many packets carried the last key state.
  private var keyCopies = 0
  private var statesPerKeyInterval: Int
  private var encodedConfiguration: [UInt8] = []
  private var identifier: UInt32 = 0
  private var identifierTold: UInt32?
  private var nextConfigurationTime = -Double.infinity
  private var lastFragment = -1

  /// The longest configuration that datagrams can carry, in bytes.
  public static var largestConfiguration: Int { ConfigurationFragment.largest }
  /// How far back the first state of a packet may reach, so that both ends still remember it.
  public static let reach: UInt32 = 38

  /// Starts a stream.
  ///
  /// - Parameters:
  ///   - epoch: another one than this sender's last, or at random where that is not known.
  ///   - firstNumber: of the first state.
  /// - Precondition: the configuration has at most ``largestConfiguration`` bytes.
  public init(
    configuration: StreamConfiguration, options: SenderOptions = SenderOptions(),
    epoch: UInt8 = 0, firstNumber: UInt32 = 0
  ) {
    self.configuration = configuration
    self.options = options
    self.epoch = epoch
    nextNumber = firstNumber
    epochStart = firstNumber
    lastKey = firstNumber
    coder = StateCoder(configuration: configuration, slots: PacketFormat.memory)
    ledger = AcknowledgementLedger(capacity: options.receiverLimit)
    chainStarts = [UInt32](repeating: 0, count: PacketFormat.memory)
    statesPerKeyInterval = Self.states(in: options.keyInterval, configuration)
    describeConfiguration()
  }

  /// Begins a new epoch: what receivers remember no longer holds.
  ///
  /// - Parameter configuration: the new one; nil keeps it.
  public func restart(configuration new: StreamConfiguration? = nil) {
    epoch &+= 1
    unsentCount = 0
    isEmpty = true
    mustStartAnew = true
    epochStart = nextNumber
    identifierTold = nil
    ledger.reset()
    if let new, new != configuration {
      configuration = new
      coder = StateCoder(configuration: new, slots: PacketFormat.memory)
      statesPerKeyInterval = Self.states(in: options.keyInterval, new)
      describeConfiguration()
    } else {
      coder.reset()
    }
  }

  private func describeConfiguration() {
    encodedConfiguration = configuration.encoded()
    identifier = configuration.identifier
    precondition(encodedConfiguration.count <= ConfigurationFragment.largest)
  }

  /// Whether ``SenderOptions/statesPerPacket`` states are waiting.
  public var isPacketDue: Bool { unsentCount >= options.statesPerPacket }

  /// Codes a state; a packet will carry it.
  ///
  /// - Parameter following: the states after it where they are known already, which makes it
  ///   smaller.
  /// - Returns: its number.
  @discardableResult
  public func add(_ state: AvatarState, following: [AvatarState] = []) -> UInt32 {
    let n = nextNumber
    let start = chainStart(of: n)
    let reference: UInt32? = start == n ? anchor(of: n) : n - 1
    coder.quantize(state, number: n, reference: reference, following: following)
    chainStarts[slot(n)] = start
    if reference == nil {
      lastKey = n
      keyCopies = 0
    }
    // States that no packet can carry any more are not waited for.
    if start == n { unsentCount = 0 }
    isEmpty = false
    mustStartAnew = false
    nextNumber = n + 1
    unsentCount += 1
    return n
  }

  /// A state as receivers show it.
  ///
  /// - Precondition: it is among the last 64 of this epoch.
  public func state(_ number: UInt32, into state: inout AvatarState) {
    coder.state(number, into: &state)
  }

  /// What signatures of a state cover; empty where it is not remembered.
  public func canonicalBytes(_ number: UInt32) -> [UInt8] {
    coder.contains(number) ? coder.canonicalBytes(number) : []
  }

  /// Where a packet ending in the new state `n` begins; `n` itself if it will not follow its
  /// predecessor there.
  private func chainStart(of n: UInt32) -> UInt32 {
    if mustStartAnew || (unsentCount == 0 && isKeyDue(n)) || isHeld(n - 1) { return n }
    let start = trimmedStart(of: n - 1)
    let length = Int(n - start) + 1
    if unsentCount > 0 {
      // States of one packet follow each other, unless nobody fetches packets.
      return length <= repeats + 8 ? start : n
    }
    if !isReadable(start) { return n }
    return length + options.statesPerPacket - 1 <= repeats + options.statesPerPacket
      ? start : n
  }

  /// How many earlier states packets repeat now.
  private var repeats: Int {
    switch options.delivery {
    case .broadcast: return options.repeats
    case .acknowledged:
      guard let loss = ledger.newestLoss, nextNumber - loss < Self.vigilance else { return 0 }
      return options.repeats
    }
  }

  /// For how many states after a loss others are feared.
  private static var vigilance: UInt32 { 900 }

  /// The latest state from which the packet of the coded state `n` can begin, all new ones included.
  private func trimmedStart(of n: UInt32) -> UInt32 {
    let firstUnsent = n + 1 - UInt32(min(unsentCount, Int(n - chainStarts[slot(n)]) + 1))
    var s = n
    while s > chainStarts[slot(n)] {
      if s <= firstUnsent && isHeld(s - 1) { break }
      s -= 1
    }
    return s
  }

  /// Whether every receiver can read a packet that begins with this state.
  private func isReadable(_ s: UInt32) -> Bool {
    guard let reference = coder.reference(of: s) else { return true }
    return isHeld(reference)
  }

  /// What a state that begins a packet is coded against.
  private func anchor(of n: UInt32) -> UInt32? {
    if mustStartAnew && coder.contains(n &- 1) == false { return nil }
    switch options.delivery {
    case .acknowledged:
      guard let a = ledger.newestHeldByAll(before: n, reach: Self.reach), coder.contains(a) else {
        return nil
      }
      return a
    case .broadcast:
      return !isKeyDue(n) && isHeld(lastKey) && n - lastKey <= Self.reach ? lastKey : nil
    }
  }

  private func isHeld(_ n: UInt32) -> Bool {
    switch options.delivery {
    case .acknowledged: ledger.isHeldByAll(n) && coder.contains(n)
    case .broadcast: n == lastKey && keyCopies > options.repeats
    }
  }

  /// Whether a broadcast's state must stand alone.
  private func isKeyDue(_ n: UInt32) -> Bool {
    options.delivery == .broadcast
      && Int(n - lastKey) + options.statesPerPacket > statesPerKeyInterval
  }

  private func slot(_ n: UInt32) -> Int { Int(n % UInt32(PacketFormat.memory)) }

  private static func states(in seconds: Double, _ configuration: StreamConfiguration) -> Int {
    let states =
      seconds * StreamConfiguration.ticksPerSecond / Double(configuration.interval) + 1e-6
    return Int(min(max(states, 1), 1e6))
  }
}

extension StreamSender {
  /// Writes the packet of the newest state.
  ///
  /// - Parameters:
  ///   - sections: what goes beside the states, made by ``PacketSection/append(_:as:to:)``.
  ///   - packet: overwritten; its memory is reused.
  /// - Returns: whether there was anything to send: false until a state has been added.
  /// - Throws: ``PacketError/tooLong(_:)`` where everything together exceeds
  ///   ``PacketFormat/largestPacket``; the states are dropped, and the next one does not need them.
  @discardableResult
  public func writePacket(
    sections: [UInt8] = [], into packet: inout [UInt8]
  ) throws(PacketError) -> Bool {
    packet.removeAll(keepingCapacity: true)
    if isEmpty { return false }
    let n = nextNumber - 1
    let start = trimmedStart(of: n)
    encoder.restart()
    for s in start...n { coder.write(s, into: &encoder) }
    encoder.finish()
    unsentCount = 0
    let holdsKey = start <= lastKey
    let tells = holdsKey && tellsIdentifier(n)
    let hasSections = tells || !sections.isEmpty
    PacketFormat.begin(.states, epoch: epoch, sections: hasSections, in: &packet)
    packet.appendLittleEndian(UInt16(truncatingIfNeeded: n))
    packet.append(UInt8(n - start))
    packet.append(coder.reference(of: start).map { UInt8(start - $0) } ?? 0)
    if hasSections { PacketSection.appendLength(encoder.bytes.count, to: &packet) }
    for i in 0..<encoder.bytes.count { packet.append(encoder.bytes[i]) }
    if tells {
      packet.append(PacketSection.Kind.configurationIdentifier.rawValue)
      packet.append(4)
      packet.appendLittleEndian(identifier)
      identifierTold = n
    }
    for i in 0..<sections.count { packet.append(sections[i]) }
    if packet.count > PacketFormat.largestPacket {
      let length = packet.count
      packet.removeAll(keepingCapacity: true)
      mustStartAnew = true
      throw .tooLong(length)
    }
    if holdsKey { keyCopies += 1 }
    return true
  }

  /// Whether a packet with a key state names the configuration: always where receivers answer, so
  /// that keys are rare; in a broadcast for two seconds, then every second.
  private func tellsIdentifier(_ n: UInt32) -> Bool {
    guard options.delivery == .broadcast, let identifierTold else { return true }
    return Int(n - epochStart) <= Self.states(in: 2, configuration)
      || Int(n - identifierTold) >= Self.states(in: 1, configuration)
  }

  /// Takes an acknowledgement.
  ///
  /// - Parameters:
  ///   - range: where the packet lies in `bytes`; nil for all of them.
  ///   - receiver: who sent it; any number that tells receivers apart.
  ///   - now: the time, in seconds.
  public func receive(
    _ bytes: [UInt8], in range: Range<Int>? = nil, from receiver: UInt32, at now: Double
  ) throws(PacketError) {
    ledger.dropSilent(since: now - options.receiverTimeout)
    let word = try Acknowledgement(bytes, in: range ?? 0..<bytes.count)
    if word.epoch != epoch {
      throw .foreignEpoch(expected: epoch, found: word.epoch)
    }
    var newest: UInt32?
    if let low = word.newest {
      let n = PacketFormat.number(low, near: nextNumber)
      if isEmpty || n >= nextNumber || n < epochStart {
        throw .impossibleAcknowledgement(newest: n, sent: nextNumber)
      }
      newest = n
    }
    try ledger.take(word, newest: newest, from: receiver, at: now)
  }

  /// Forgets a receiver that left, so that no state waits for it.
  public func remove(receiver: UInt32) { ledger.remove(receiver) }

  /// How many receivers have spoken within ``SenderOptions/receiverTimeout``.
  public func receiverCount(at now: Double) -> Int {
    ledger.dropSilent(since: now - options.receiverTimeout)
    return ledger.receivers.count
  }

  /// How many packets the configuration takes.
  public var configurationPacketCount: Int {
    ConfigurationFragment.count(of: encodedConfiguration.count)
  }

  /// Writes a packet with a part of the configuration.
  ///
  /// - Precondition: `index` is in 0..<``configurationPacketCount``.
  public func writeConfiguration(_ index: Int, into packet: inout [UInt8]) {
    packet.removeAll(keepingCapacity: true)
    ConfigurationFragment.append(
      index, of: encodedConfiguration, identifier: identifier, epoch: epoch, to: &packet)
  }

  /// Writes the next part of the configuration that a receiver says it lacks.
  ///
  /// - Returns: false where none lacks any, or ``SenderOptions/configurationRate`` allows none yet.
  public func writeMissingConfiguration(at now: Double, into packet: inout [UInt8]) -> Bool {
    ledger.dropSilent(since: now - options.receiverTimeout)
    if now < nextConfigurationTime { return false }
    var missing: UInt64 = 0
    for receiver in ledger.receivers {
      if let present = receiver.fragments { missing |= ~present }
    }
    let count = configurationPacketCount
    for step in 1...count {
      let index = (lastFragment + step) % count
      if missing >> UInt64(index) & 1 == 0 { continue }
      writeConfiguration(index, into: &packet)
      lastFragment = index
      nextConfigurationTime = now + Double(packet.count) / options.configurationRate
      return true
    }
    return false
  }
}
