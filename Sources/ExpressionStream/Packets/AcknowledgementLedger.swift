/// What each receiver of a stream has said that it has.
///
/// Every acknowledgement replaces what its receiver said before, unless an earlier one overtook it:
/// a receiver that lost its memory is believed again as soon as it has spoken twice.
struct AcknowledgementLedger {
  /// One receiver's latest word.
  struct Receiver {
    /// Which one; chosen by the application.
    var identifier: UInt32
    /// When it last spoke, in seconds.
    var heard: Double
    /// The newest state it has; nil before any.
    var newest: UInt32?
    /// Bit i: has the state i before the newest.
    var history: UInt64
    /// The oldest state it had when it first spoke: what came before was not meant for it.
    var since: UInt32?
    /// The fragments of the configuration that it has; nil where it lacks none.
    var fragments: UInt64?
  }

  /// Those that have spoken lately, in no order.
  private(set) var receivers: [Receiver] = []
  /// The newest state that a receiver lacked when it had some after it; nil where none did.
  private(set) var newestLoss: UInt32?
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    receivers.reserveCapacity(capacity)
  }

  /// Whether every receiver has a state; false without receivers.
  ///
  /// Complexity: O(receivers).
  func isHeldByAll(_ number: UInt32) -> Bool {
    if receivers.isEmpty { return false }
    for i in 0..<receivers.count {
      let receiver = receivers[i]
      guard let newest = receiver.newest, number <= newest, newest - number < 64 else {
        return false
      }
      if receiver.history >> UInt64(newest - number) & 1 == 0 { return false }
    }
    return true
  }

  /// The newest state before `number` that every receiver has, at most `reach` before it.
  ///
  /// Complexity: O(receivers).
  func newestHeldByAll(before number: UInt32, reach: UInt32) -> UInt32? {
    if receivers.isEmpty { return nil }
    // Bit i: everyone has the state number − 1 − i.
    var held = UInt64.max
    for i in 0..<receivers.count {
      let receiver = receivers[i]
      guard let newest = receiver.newest, newest < number, number - newest <= 64 else { return nil }
      held &= receiver.history << UInt64(number - 1 - newest)
    }
    let distance = UInt32(held.trailingZeroBitCount) + 1
    return distance <= reach && distance <= number ? number - distance : nil
  }

  /// Takes an acknowledgement.
  ///
  /// - Parameter newest: its newest state, as a full number.
  mutating func take(
    _ word: Acknowledgement, newest: UInt32?, from identifier: UInt32, at now: Double
  ) throws(PacketError) {
    let history = newest == nil ? 0 : word.history | 1
    var entry = Receiver(
      identifier: identifier, heard: now, newest: newest, history: history,
      since: newest.map { $0 &- UInt32(63 - history.leadingZeroBitCount) },
      fragments: word.fragments)
    for i in 0..<receivers.count where receivers[i].identifier == identifier {
      entry.since = receivers[i].since ?? entry.since
      noteLoss(entry)
      if let old = receivers[i].newest, let newest, newest < old {
        receivers[i].heard = now
      } else {
        receivers[i] = entry
      }
      return
    }
    if receivers.count == capacity { throw .tooManyReceivers(capacity) }
    receivers.append(entry)
  }

  private mutating func noteLoss(_ receiver: Receiver) {
    guard let newest = receiver.newest, let since = receiver.since, since < newest else { return }
    // What may only have been overtaken is no loss yet.
    let lacking = ~receiver.history & ~7
    let distance = UInt32(lacking.trailingZeroBitCount)
    if distance > 63 || distance > newest - since { return }
    newestLoss = max(newestLoss ?? 0, newest - distance)
  }

  /// Notes that a receiver was sent a fragment of the configuration.
  mutating func noteSent(fragment: Int, toReceiverAt i: Int) {
    receivers[i].fragments? |= 1 << UInt64(fragment)
  }

  /// Forgets those that have been silent since before `time`.
  mutating func dropSilent(since time: Double) {
    receivers.removeAll { $0.heard < time }
  }

  /// Forgets one receiver: it left.
  mutating func remove(_ identifier: UInt32) {
    receivers.removeAll { $0.identifier == identifier }
  }

  /// Forgets what everyone has; a new epoch begins.
  mutating func reset() {
    newestLoss = nil
    for i in 0..<receivers.count {
      receivers[i].newest = nil
      receivers[i].history = 0
      receivers[i].since = nil
      receivers[i].fragments = nil
    }
  }
}
