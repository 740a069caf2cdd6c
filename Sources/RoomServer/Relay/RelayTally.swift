/// What an event loop has done since it last told; used on that loop alone.
final class RelayTally {
  /// Packets that came, that were sent on (once for each receiver), and that were not.
  var received = 0
  var relayed = 0
  var dropped = 0
  /// Of ``dropped``: more than somebody may send.
  var refused = 0
  var malformed = 0
  var messages = 0
  var writes = 0
  /// The longest that a packet waited to be written, in nanoseconds.
  var delay: UInt64 = 0

  /// A copy; everything is 0 afterwards.
  func take() -> RelayTally {
    let copy = RelayTally()
    swap(&copy.received, &received)
    swap(&copy.relayed, &relayed)
    swap(&copy.dropped, &dropped)
    swap(&copy.refused, &refused)
    swap(&copy.malformed, &malformed)
    swap(&copy.messages, &messages)
    swap(&copy.writes, &writes)
    swap(&copy.delay, &delay)
    return copy
  }
}
