extension RunVerifier {
  /// The full number of a packet's newest state.
  func number(_ packet: SignaturePacket) -> UInt32 {
    guard let near = states.newest ?? runs.last?.last else {
      let number = UInt32(packet.newest)
      return packet.count - 1 > number ? number + 65536 : number
    }
    let step = Int16(truncatingIfNeeded: Int(packet.newest) - Int(near & 0xFFFF))
    let full = Int64(near) + Int64(step)
    return UInt32(truncatingIfNeeded: full < Int64(packet.count) - 1 ? full + 65536 : full)
  }

  /// Moves signatures that came before any state to where its number shows that they belong: of
  /// their own they tell only the low 16 bits.
  mutating func renumber(near number: UInt32) {
    guard let last = runs.last?.last else { return }
    let distance = Int64(number) - Int64(last)
    let step = (distance - Int64(Int16(truncatingIfNeeded: distance)))
    let isPossible = runs.allSatisfy {
      Int64($0.first) + step >= 0 && Int64($0.last) + step <= Int64(UInt32.max)
    }
    if step == 0 || !isPossible { return }
    for k in runs.indices { runs[k].first = UInt32(Int64(runs[k].first) + step) }
    covered = covered.map { UInt32(clamping: Int64($0) + step) }
  }

  /// Where a packet belongs among those accepted: both numbers and times must ascend.
  func place(of packet: SignaturePacket) throws(SignatureError) -> Int {
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
}
