public import ExpressionStream

/// What is known about a group of consecutive states.
public struct GroupVerdict: Sendable, Equatable {
  /// The judgement.
  public enum Verdict: Sendable, Equatable {
    /// The owner signed exactly these states, at about this time (milliseconds since 1970).
    case verified(wallClock: UInt64)
    /// Some of its states did not arrive: neither verified nor forged.
    case incomplete(missing: Int)
    /// Something else arrived than the owner signed.
    case refused(SignatureError)
  }

  /// The numbers of its first and last state.
  public let first, last: UInt32
  /// The judgement.
  public let verdict: Verdict
}

/// Checks that an avatar's owner drives it.
///
/// Give it every state that is shown and every datagram of kind 3, in whatever order they arrive.
/// Memory: the digests of the last 1,024 states and the last eight signatures.
public struct StreamVerifier: Sendable {
  /// The owner's key: given, or taken from the first valid signature that carries one.
  public private(set) var key: PublicKey?
  /// The newest state of a verified group, and when it was signed.
  public private(set) var lastVerified: (number: UInt32, wallClock: UInt64)?
  private let isKeyGiven: Bool
  private var context: SigningContext
  private let freshness: UInt64?
  private var states = StateDigests()
  private var runs: [Run] = []
  private var stream: UInt32?
  private var epoch: UInt8?
  /// The newest time, and of this epoch the newest number, of signatures that are forgotten.
  private var floor: UInt64 = 0, covered: UInt32?

  /// A signature that was accepted.
  private struct Run {
    let packet: SignaturePacket
    let first: UInt32
    var digests: [[UInt8]?]
    var isDecided: [Bool]

    var last: UInt32 { first &+ UInt32(packet.count - 1) }

    func group(_ k: Int) -> ClosedRange<UInt32> {
      let start = k * packet.group
      return first + UInt32(start)...first + UInt32(min(start + packet.group, packet.count) - 1)
    }
  }

  /// Prepares to check a stream.
  ///
  /// - Parameters:
  ///   - key: the owner's; nil to learn who signed, which proves that one and the same key did.
  ///   - freshness: how many milliseconds a signature's time may be from the receiver's clock,
  ///     where ``add(signature:now:)`` is given one.
  public init(key: PublicKey?, context: SigningContext, freshness: UInt64? = nil) {
    self.key = key
    isKeyGiven = key != nil
    self.context = context
    self.freshness = freshness
  }

  /// Takes a state as it is shown.
  ///
  /// - Returns: groups that it decides.
  public mutating func add(_ state: CodedState, epoch: UInt8) -> [GroupVerdict] {
    var verdicts: [GroupVerdict] = []
    if let old = self.epoch, old != epoch {
      verdicts = finish()
      states = StateDigests()
      for run in runs { floor = max(floor, run.packet.wallClock) }
      runs = []
      (stream, covered) = (nil, nil)
    }
    self.epoch = epoch
    states.add(Digests.of(state), number: state.number)
    for k in runs.indices where state.number >= runs[k].first && state.number <= runs[k].last {
      verdicts += decide(k)
    }
    return verdicts
  }

  /// Takes a datagram of kind 3. One that came before is passed over.
  ///
  /// - Parameter now: the receiver's clock, milliseconds since 1970.
  /// - Returns: groups that it decides, and groups of an old signature that nothing will.
  /// - Throws: ``SignatureError``; nothing is changed then.
  public mutating func add(
    signature bytes: [UInt8], now: UInt64? = nil
  ) throws(SignatureError) -> [GroupVerdict] {
    let packet = try SignaturePacket(bytes: bytes)
    if runs.contains(where: { $0.packet == packet }) { return [] }
    if packet.binding != context.binding { throw .otherContext }
    if let found = packet.key, let key, found != key { throw .foreignKey(found: found) }
    guard let signer = key ?? packet.key else { throw .unknownKey }
    if !signer.isValidSignature(packet.signature, for: context.message(packet.signedBytes)) {
      throw .invalidSignature
    }
    if let now, let freshness {
      let (a, b) = (packet.wallClock, now)
      if max(a, b) - min(a, b) > freshness { throw .notFresh(signed: a, now: b) }
    }
    if let epoch, packet.epoch == epoch, let stream, stream != packet.stream {
      throw .otherStream(expected: stream, found: packet.stream)
    }
    let place = try place(of: packet)
    key = signer
    if epoch == nil { epoch = packet.epoch }
    var verdicts: [GroupVerdict] = []
    guard packet.epoch == epoch else { return [] }
    stream = packet.stream
    let first = number(packet) &- UInt32(packet.count - 1)
    runs.insert(
      Run(
        packet: packet, first: first,
        digests: [[UInt8]?](repeating: nil, count: packet.groupCount),
        isDecided: [Bool](repeating: false, count: packet.groupCount)), at: place)
    verdicts += decide(place)
    while runs.count > Self.window {
      verdicts += giveUp(runs[0])
      floor = max(floor, runs[0].packet.wallClock)
      covered = runs[0].last
      runs.removeFirst()
    }
    return verdicts
  }

  /// Ends the stream.
  ///
  /// - Returns: the groups that stay incomplete.
  public mutating func finish() -> [GroupVerdict] {
    let verdicts = runs.flatMap { giveUp($0) }
    for k in runs.indices {
      for g in runs[k].isDecided.indices { runs[k].isDecided[g] = true }
    }
    return verdicts
  }

  /// Goes on under another configuration; what was accepted before stays known.
  public mutating func continueWith(_ context: SigningContext) { self.context = context }

  private static let window = 8

  /// The full number of a packet's newest state.
  private func number(_ packet: SignaturePacket) -> UInt32 {
    guard let near = states.newest ?? runs.last?.last else {
      let number = UInt32(packet.newest)
      return packet.count > number ? number + 65536 : number
    }
    let step = Int16(truncatingIfNeeded: Int(packet.newest) - Int(near & 0xFFFF))
    let full = Int64(near) + Int64(step)
    return UInt32(truncatingIfNeeded: full < Int64(packet.count) - 1 ? full + 65536 : full)
  }

  /// Where a packet belongs among those accepted: both numbers and times must ascend.
  private func place(of packet: SignaturePacket) throws(SignatureError) -> Int {
    let last = number(packet)
    let first = last &- UInt32(packet.count - 1)
    if first > last { throw .malformed(length: packet.bytes.count) }
    if packet.wallClock <= floor { throw .timeWentBack(to: packet.wallClock, from: floor) }
    if packet.epoch != epoch {
      let newest = runs.last?.packet.wallClock ?? floor
      if packet.wallClock <= newest { throw .timeWentBack(to: packet.wallClock, from: newest) }
      return 0
    }
    if let covered, first <= covered {
      throw .alreadyCovered(first: first, last: min(last, covered))
    }
    if let run = runs.first(where: { first <= $0.last && last >= $0.first }) {
      throw .alreadyCovered(first: max(first, run.first), last: min(last, run.last))
    }
    let place = runs.firstIndex { $0.first > last } ?? runs.count
    if place > 0, runs[place - 1].packet.wallClock >= packet.wallClock {
      throw .timeWentBack(to: packet.wallClock, from: runs[place - 1].packet.wallClock)
    }
    if place < runs.count, runs[place].packet.wallClock <= packet.wallClock {
      throw .timeWentBack(to: packet.wallClock, from: runs[place].packet.wallClock)
    }
    return place
  }

  /// Judges the groups of a run whose states are all there.
  private mutating func decide(_ r: Int) -> [GroupVerdict] {
    var verdicts: [GroupVerdict] = []
    let packet = runs[r].packet
    for k in 0..<packet.groupCount where !runs[r].isDecided[k] {
      let range = runs[r].group(k)
      let digests = range.compactMap { states.digest($0) }
      guard digests.count == range.count else { continue }
      let digest = Digests.of(digests)
      runs[r].isDecided[k] = true
      let isSame = Array(digest.prefix(8)) == packet.groups[k]
      if isSame { runs[r].digests[k] = digest }
      // The last group to come is judged by the long digest of all of them as well.
      let all = runs[r].digests.compactMap(\.self)
      let isWhole =
        all.count < packet.groupCount || Array(Digests.of(all).prefix(16)) == packet.whole
      if isSame && isWhole {
        if lastVerified.map({ $0.wallClock <= packet.wallClock }) ?? true {
          lastVerified = (range.upperBound, packet.wallClock)
        }
        verdicts.append(
          GroupVerdict(
            first: range.lowerBound, last: range.upperBound,
            verdict: .verified(wallClock: packet.wallClock)))
      } else {
        let bad = isSame ? runs[r].first...runs[r].last : range
        verdicts.append(
          GroupVerdict(
            first: range.lowerBound, last: range.upperBound,
            verdict: .refused(.alteredStates(first: bad.lowerBound, last: bad.upperBound))))
      }
    }
    return verdicts
  }

  private func giveUp(_ run: Run) -> [GroupVerdict] {
    run.isDecided.indices.filter { !run.isDecided[$0] }.map { k in
      let range = run.group(k)
      let missing = range.count { states.digest($0) == nil }
      return GroupVerdict(
        first: range.lowerBound, last: range.upperBound, verdict: .incomplete(missing: missing))
    }
  }
}

/// The digests of the last states.
struct StateDigests: Sendable {
  private static let slots = 1024
  private var digests = [[UInt8]](repeating: [], count: slots)
  private var numbers = [UInt32](repeating: 0, count: slots)
  private(set) var newest: UInt32?

  /// What was shown first counts: a state that comes again changes nothing.
  mutating func add(_ digest: [UInt8], number: UInt32) {
    if self.digest(number) != nil { return }
    if let newest, Int64(newest) - Int64(number) >= Int64(Self.slots) { return }
    digests[Int(number) % Self.slots] = digest
    numbers[Int(number) % Self.slots] = number
    newest = max(newest ?? number, number)
  }

  func digest(_ number: UInt32) -> [UInt8]? {
    let k = Int(number) % Self.slots
    return numbers[k] == number && !digests[k].isEmpty ? digests[k] : nil
  }
}
