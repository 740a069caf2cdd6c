import ExpressionStream
import NetworkSimulation
import Testing

struct LossyLinkTests {
  /// Whether each of many packets, 10 ms apart, arrives.
  private func arrivals(_ options: LinkOptions, count: Int = 60_000) -> [[Double]] {
    var link = LossyLink(options, seed: 4)
    return (0..<count).map { link.send(payload: 40, at: Double($0) * 0.01) }
  }

  /// Lengths of the runs of lost packets.
  private func bursts(_ arrivals: [[Double]]) -> [Int] {
    var lengths: [Int] = []
    var length = 0
    for arrival in arrivals {
      if arrival.isEmpty {
        length += 1
      } else if length > 0 {
        lengths.append(length)
        length = 0
      }
    }
    return lengths
  }

  @Test(arguments: [(0.1, 1.0), (0.1, 3.0), (0.3, 5.0)])
  func `losses have the share and the bursts asked for`(loss: Double, burst: Double) {
    let found = arrivals(LinkOptions(loss: loss, burst: burst))
    let share = Double(found.count(where: \.isEmpty)) / Double(found.count)
    #expect(abs(share - loss) < 0.1 * loss)
    let lengths = bursts(found)
    let mean = Double(lengths.reduce(0, +)) / Double(lengths.count)
    // Bursts that touch count as one.
    #expect(mean > 0.95 * burst && mean < 1.25 * burst)
  }

  @Test func `exact bursts have their length`() {
    let lengths = bursts(arrivals(LinkOptions(loss: 0.1, burst: 3, hasExactBursts: true)))
    #expect(lengths.allSatisfy { $0 % 3 == 0 })
    #expect(Double(lengths.count { $0 == 3 }) > 0.9 * Double(lengths.count))
  }

  @Test func `a good network takes half the round trip`() {
    for (k, arrival) in arrivals(LinkOptions(roundTrip: 0.1), count: 100).enumerated() {
      #expect(arrival.count == 1)
      #expect(abs(arrival[0] - Double(k) * 0.01 - 0.05) < 1e-9)
    }
  }

  @Test func `packets overtake each other only where allowed`() {
    for reorders in [false, true] {
      let found = arrivals(LinkOptions(jitter: 0.03, reorders: reorders), count: 2000)
        .compactMap(\.first)
      let overtaken = zip(found, found.dropFirst()).count { $0 > $1 }
      #expect((overtaken > 100) == reorders)
      for (k, time) in found.enumerated() {
        #expect(time - Double(k) * 0.01 >= 0.01 - 1e-9)
        if reorders { #expect(time - Double(k) * 0.01 <= 0.07 + 1e-9) }
      }
    }
  }

  @Test func `copies arrive as often as asked for`() {
    let found = arrivals(LinkOptions(duplicates: 0.25))
    let share = Double(found.count { $0.count == 2 }) / Double(found.count)
    #expect(abs(share - 0.25) < 0.02)
  }

  @Test func `what exceeds the rate waits, then is dropped`() {
    // 133 + padding bytes every 10 ms are 109 kbit/s.
    var link = LossyLink(LinkOptions(rate: 54_400, longestQueue: 0.2), seed: 1)
    var latest = 0.0
    for k in 0..<500 {
      let now = Double(k) * 0.01
      for time in link.send(payload: 40, at: now) { latest = max(latest, time - now) }
    }
    #expect(link.sent == 500 && link.lost == 0)
    #expect((200...260).contains(link.dropped))
    #expect(latest > 0.2 && latest < 0.3)
    #expect(link.bytes == 500 * WireOverhead.dataChannel.bytes(payload: 40))
  }

  @Test func `a seed says what happens`() {
    let options = LinkOptions(loss: 0.2, burst: 2, jitter: 0.02, duplicates: 0.1)
    #expect(arrivals(options, count: 300) == arrivals(options, count: 300))
  }
}
