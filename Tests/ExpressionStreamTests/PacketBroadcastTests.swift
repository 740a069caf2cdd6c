import ExpressionStream
import Testing

/// Six states of 1/30 s are the 200 ms of a broadcast's key interval.
struct PacketBroadcastTests {
  @Test(arguments: [0, 1, 3], [1, 2])
  func `who joins late sees the person within the key interval`(
    repeats: Int, bundle: Int
  ) throws {
    let options = SenderOptions(
      delivery: .broadcast, repeats: repeats, statesPerPacket: bundle)
    for joining in 1...20 {
      let link = PacketLink(joining + 10, options: options, receivers: 0)
      var firstSeen: Int?
      while link.step < joining + 10 {
        let packet = try link.nextPacket()
        if link.step == joining { link.join(link.sender.configuration) }
        guard let packet, !link.receivers.isEmpty else { continue }
        do {
          if try link.deliver(packet, answerAfter: nil) > 0, firstSeen == nil {
            firstSeen = link.step
          }
        } catch PacketError.referenceMissing {
          #expect(firstSeen == nil, "what was readable stays so")
        }
      }
      #expect(try #require(firstSeen) - joining <= 6)
      link.expectTruth()
    }
  }

  @Test(arguments: [0, 1, 3])
  func `after any losses the stream is back within the key interval`(repeats: Int) throws {
    let options = SenderOptions(delivery: .broadcast, repeats: repeats)
    for mask in 1..<64 {
      for start in 4..<12 {
        let link = PacketLink(start + 13, options: options)
        var last = start
        while link.step < start + 13 {
          let place = link.step - start
          guard let packet = try link.nextPacket() else { continue }
          if (0..<6).contains(place), mask >> place & 1 == 1 {
            last = link.step
            continue
          }
          do {
            try link.deliver(packet, answerAfter: nil)
          } catch PacketError.referenceMissing {
            #expect(link.step - last <= 6, "pattern \(mask) at \(start)")
          }
        }
        link.expectTruth()
      }
    }
  }

  @Test func `three losses in a row take only themselves when packets repeat three states`() throws
  {
    for start in 4..<24 {
      let link = PacketLink(start + 10, options: SenderOptions(delivery: .broadcast, repeats: 3))
      while link.step < start + 10 {
        let isLost = (start..<start + 3).contains(link.step)
        guard let packet = try link.nextPacket(), !isLost else { continue }
        #expect(try link.deliver(packet, answerAfter: nil) >= 1, "burst at \(start)")
      }
      link.expectTruth()
    }
  }
}
