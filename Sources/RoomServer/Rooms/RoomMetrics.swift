import Metrics

/// What rooms tell of themselves, through whatever the process measures with.
final class RoomMetrics: Sendable {
  private let rooms = Gauge(label: "visavis_rooms_open")
  private let participants = Gauge(label: "visavis_rooms_participants")
  private let sockets = Gauge(label: "visavis_rooms_sockets")
  private let received = Counter(label: "visavis_rooms_packets_received_total")
  private let relayed = Counter(label: "visavis_rooms_packets_relayed_total")
  private let late = Counter(
    label: "visavis_rooms_packets_dropped_total", dimensions: [("reason", "late")])
  private let refused = Counter(
    label: "visavis_rooms_packets_dropped_total", dimensions: [("reason", "rate")])
  private let malformed = Counter(
    label: "visavis_rooms_packets_dropped_total", dimensions: [("reason", "malformed")])
  private let messages = Counter(label: "visavis_rooms_messages_total")
  private let writes = Counter(label: "visavis_rooms_writes_total")
  private let delay = Metrics.Timer(label: "visavis_rooms_relay_seconds")

  /// What an event loop has done.
  func report(_ tally: RelayTally) {
    received.increment(by: tally.received)
    relayed.increment(by: tally.relayed)
    late.increment(by: tally.dropped)
    refused.increment(by: tally.refused)
    malformed.increment(by: tally.malformed)
    messages.increment(by: tally.messages)
    writes.increment(by: tally.writes)
    if tally.relayed > 0 { delay.recordNanoseconds(Int64(clamping: tally.delay)) }
  }

  /// Somebody or something was refused.
  func refuse(_ refusal: RoomRefusal) {
    Counter(label: "visavis_rooms_refusals_total", dimensions: [("code", refusal.code)])
      .increment()
  }

  /// How many rooms are open, how many are in them, how many sockets there are.
  func set(rooms: Int, participants: Int, sockets: Int) {
    self.rooms.record(rooms)
    self.participants.record(participants)
    self.sockets.record(sockets)
  }
}
