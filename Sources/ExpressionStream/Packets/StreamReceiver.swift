public import AvatarModel

/// Makes states of datagrams: any bytes in, states or a typed error out.
///
/// Datagrams may be lost, come twice, late or in any order. A receiver may join at any time; it can
/// read from the next key state on, which a sender that takes acknowledgements makes on hearing of
/// it.
///
/// ```swift
/// try receiver.receive(datagram, at: now)
/// for number in receiver.accepted { receiver.state(number, into: &state); … }
/// if receiver.isAcknowledgementDue(at: now) { receiver.writeAcknowledgement(at: now, into: &packet) }
/// ```
///
/// Holds 64 states, two configurations and at most 64 KiB of fragments. Nothing is allocated per
/// packet once buffers have grown. Times are in seconds, of any clock. Not safe for use by two
/// threads at once.
public final class StreamReceiver {
  /// What the sender's stream is made with; nil until it is known.
  public private(set) var configuration: StreamConfiguration?
  /// The sender's epoch; nil before the first packet.
  public private(set) var epoch: UInt8?
  /// Grows with every restart of the sender: times of different generations have nothing to do with
  /// each other.
  public private(set) var generation = 0
  /// The newest state's number; nil before any.
  ///
  /// The low 16 bits are the sender's.
  public private(set) var newest: UInt32?
  /// The states that the last datagram added, ascending.
  public private(set) var accepted: [UInt32] = []
  /// What the last datagram of states carried beside them, of the moment of the newest in
  /// ``accepted``; old news where nothing was accepted.
  public private(set) var sections: [PacketSection] = []
  /// The least seconds between acknowledgements when nothing is amiss.
  public var acknowledgementInterval: Double

  private var coder: StateCoder?
  /// Of ``configuration``.
  private var identifier: UInt32?
  /// Whether this epoch's configuration is known to be ``configuration``.
  private var isConfirmed = false
  private var assembler = ConfigurationAssembler()
  /// A configuration that arrived before the epoch that it belongs to.
  private var pending: (epoch: UInt8, configuration: StreamConfiguration)?
  private var acceptedTime = -Double.infinity
  private var acknowledgedTime = -Double.infinity
  private var hasNews = false
  private var isAmiss = false

  /// Seconds without any state after which an earlier epoch or number is believed.
  public static let silence = 1.0
  /// Seconds between acknowledgements when something is amiss.
  static let urgency = 0.02

  /// Waits for a stream.
  ///
  /// - Parameters:
  ///   - configuration: of the first epoch to arrive, where it is known from elsewhere; nil asks
  ///     the sender for it.
  ///   - acknowledgementInterval: seconds; two states by default, at 30 a second.
  public init(configuration: StreamConfiguration? = nil, acknowledgementInterval: Double = 0.06) {
    self.acknowledgementInterval = acknowledgementInterval
    if let configuration { install(configuration) }
  }

  private func install(_ new: StreamConfiguration) {
    if configuration != new {
      configuration = new
      identifier = new.identifier
      coder = StateCoder(configuration: new, slots: PacketFormat.memory)
    }
    forgetStates()
    isConfirmed = true
  }

  private func forgetStates() {
    coder?.reset()
    newest = nil
    generation += 1
  }

  /// Takes a datagram.
  ///
  /// - Parameters:
  ///   - range: where it lies in `bytes`; nil for all of them.
  ///   - now: the time, in seconds.
  /// - Returns: how many states it added, see ``accepted``: none where all were known already, or
  ///   where it was a part of the configuration.
  /// - Throws: ``PacketError``. What an error means for the stream goes into the next
  ///   acknowledgement.
  @discardableResult
  public func receive(
    _ bytes: [UInt8], in range: Range<Int>? = nil, at now: Double
  ) throws(PacketError) -> Int {
    let range = range ?? 0..<bytes.count
    accepted.removeAll(keepingCapacity: true)
    sections.removeAll(keepingCapacity: true)
    let kind = try PacketFormat.head(of: bytes, in: range).kind
    switch kind {
    case .states:
      let header = try StatesHeader(bytes, in: range)
      try PacketSection.read(bytes, in: header.sections, into: &sections)
      try enter(header, bytes, at: now)
      try decode(header, bytes, at: now)
    case .configuration:
      try takeFragment(ConfigurationFragment(bytes, in: range), of: bytes)
    case .acknowledgement, .signature:
      throw .unexpectedKind(kind.rawValue)
    }
    return accepted.count
  }

  /// A state as it is to be shown.
  ///
  /// - Precondition: it is in ``accepted``, or at most 63 before ``newest`` and was once.
  public func state(_ number: UInt32, into state: inout AvatarState) {
    coder?.state(number, into: &state)
  }

  /// What signatures of a state cover; empty where it is not remembered.
  public func canonicalBytes(_ number: UInt32) -> [UInt8] {
    guard let coder, coder.contains(number) else { return [] }
    return coder.canonicalBytes(number)
  }
}

extension StreamReceiver {
  /// Sees to it that the packet's epoch is the current one and its configuration known.
  private func enter(
    _ header: StatesHeader, _ bytes: [UInt8], at now: Double
  ) throws(PacketError) {
    if epoch != header.epoch {
      if let epoch, !PacketFormat.isLater(header.epoch, than: epoch), !isSilent(at: now) {
        throw .foreignEpoch(expected: epoch, found: header.epoch)
      }
      let isFirst = epoch == nil
      epoch = header.epoch
      if !isFirst { forgetStates() }
      // What was given at the start is believed of the first epoch.
      isConfirmed = isFirst && configuration != nil
      isAmiss = true
      if let pending, pending.epoch == header.epoch { install(pending.configuration) }
    }
    for section in sections where isIdentifier(section) {
      let told = bytes.word(at: section.range.lowerBound)
      if told != identifier {
        isConfirmed = false
      } else if !isConfirmed {
        forgetStates()
        isConfirmed = true
      }
    }
    if !isConfirmed {
      isAmiss = true
      throw .configurationMissing(epoch: header.epoch)
    }
  }

  private func isIdentifier(_ section: PacketSection) -> Bool {
    section.kind == .configurationIdentifier && section.range.count == 4
  }

  private func isSilent(at now: Double) -> Bool { now - acceptedTime > Self.silence }

  private func decode(
    _ header: StatesHeader, _ bytes: [UInt8], at now: Double
  ) throws(PacketError) {
    guard let coder else { throw .configurationMissing(epoch: header.epoch) }
    let memory = UInt32(PacketFormat.memory)
    // Numbers begin high enough that none before them is negative.
    var last =
      newest.map { PacketFormat.number(header.newest, near: $0) }
      ?? UInt32(header.newest) + 1 << 16
    if let known = newest, last < known, known - last >= memory - UInt32(header.count) {
      // Long after everything else, a key state this old is of a sender that began anew.
      if header.distance > 0 || !isSilent(at: now) { throw .tooOld(newest: last, known: known) }
      forgetStates()
      last = UInt32(header.newest) + 1 << 16
    }
    let first = last - UInt32(header.count - 1)
    var areAllKnown = true
    for n in first...last where !coder.contains(n) { areAllKnown = false }
    if areAllKnown { return }
    let reference = header.distance == 0 ? nil : first - UInt32(header.distance)
    if let reference, !coder.contains(reference) {
      isAmiss = true
      throw .referenceMissing(reference)
    }
    var decoder = RangeDecoder(bytes, in: header.states)
    if header.distance == 0 || newest.map({ last > $0 + 1 }) ?? true { isAmiss = true }
    for n in first...last {
      let isKnown = coder.contains(n)
      do throws(StreamError) {
        try coder.read(n, reference: n == first ? reference : n - 1, from: &decoder)
      } catch {
        isAmiss = true
        throw .damaged(error)
      }
      if isKnown { continue }
      accepted.append(n)
      newest = max(newest ?? n, n)
      hasNews = true
      acceptedTime = now
    }
  }

  private func takeFragment(
    _ fragment: ConfigurationFragment, of bytes: [UInt8]
  ) throws(PacketError) {
    if fragment.identifier == identifier {
      if fragment.epoch == epoch && !isConfirmed {
        forgetStates()
        isConfirmed = true
      }
      return
    }
    isAmiss = isAmiss || fragment.epoch == epoch
    guard let whole = try assembler.take(fragment, of: bytes) else { return }
    let new: StreamConfiguration
    do throws(StreamError) {
      new = try StreamConfiguration(bytes: whole)
    } catch {
      throw .damaged(error)
    }
    if epoch == nil || fragment.epoch == epoch {
      epoch = fragment.epoch
      install(new)
    } else {
      pending = (fragment.epoch, new)
    }
  }
}

extension StreamReceiver {
  /// Whether the sender should hear from us now.
  ///
  /// Every ``acknowledgementInterval`` while states come in; at once, but not more often than every
  /// 20 ms, after a gap, a key state, or a packet that could not be read.
  public func isAcknowledgementDue(at now: Double) -> Bool {
    if epoch == nil { return false }
    let since = now - acknowledgedTime
    return isAmiss && since >= Self.urgency || hasNews && since >= acknowledgementInterval
  }

  /// What we have.
  ///
  /// - Returns: nil before the first packet.
  public func acknowledgement() -> Acknowledgement? {
    guard let epoch else { return nil }
    var history: UInt64 = 0
    if let newest, let coder {
      for i in 0..<64 as Range<UInt32> where coder.contains(newest - i) {
        history |= 1 << UInt64(i)
      }
    }
    let isBegun = assembler.epoch == epoch
    return Acknowledgement(
      epoch: epoch, newest: newest.map { UInt16(truncatingIfNeeded: $0) }, history: history,
      fragments: isConfirmed ? nil : isBegun ? assembler.present : 0)
  }

  /// Writes an acknowledgement.
  ///
  /// - Parameter packet: overwritten.
  /// - Returns: false before the first packet: there is no one to answer.
  @discardableResult
  public func writeAcknowledgement(at now: Double, into packet: inout [UInt8]) -> Bool {
    packet.removeAll(keepingCapacity: true)
    guard let word = acknowledgement() else { return false }
    word.append(to: &packet)
    acknowledgedTime = now
    hasNews = false
    isAmiss = false
    return true
  }
}
