import ExpressionStream
import StreamSignatures
import Testing

/// The half of signing that knows no cryptography: signatures are made up, and believed.
@Suite struct RunVerifierTests {
  private let context = SigningContext(codedConfiguration: [1, 2, 3], context: Array("room".utf8))
  private let key = PublicKey(bytes: (0..<32).map { UInt8($0) })!

  private func states(_ range: Range<UInt32>) -> [CodedState] {
    range.map { CodedState(number: $0, canonicalBytes: [UInt8(truncatingIfNeeded: $0), 7]) }
  }

  /// Datagrams over states, under a signature of 64 equal bytes.
  private func datagrams(
    _ states: [CodedState], epoch: UInt8 = 3, start: UInt64 = 5000, run: Int = 20
  ) -> [[UInt8]] {
    var options = RunOptions()
    (options.run, options.group) = (run, 8)
    var collector = RunCollector(
      key: key, context: context, epoch: epoch, options: options, stream: 9)
    var runs: [UnsignedRun] = []
    for state in states { runs += collector.add(state, wallClock: start + UInt64(state.number)) }
    return (runs + collector.finish()).compactMap {
      $0.datagram(signature: [UInt8](repeating: 5, count: 64))
    }
  }

  private func take(
    _ datagram: [UInt8], _ verifier: inout RunVerifier
  ) throws -> [GroupVerdict] {
    try verifier.accept(try #require(try verifier.candidate(datagram)))
  }

  private func isVerified(_ verdict: GroupVerdict) -> Bool {
    if case .verified = verdict.verdict { true } else { false }
  }

  @Test func `a signature has 64 bytes`() throws {
    var collector = RunCollector(
      key: key, context: context, epoch: 0, options: RunOptions(), stream: 1)
    #expect(collector.add(states(0..<1)[0], wallClock: 1).isEmpty)
    let run = try #require(collector.finish().first)
    for count in [0, 63, 65] {
      #expect(run.datagram(signature: [UInt8](repeating: 1, count: count)) == nil)
    }
    let datagram = try #require(run.datagram(signature: [UInt8](repeating: 1, count: 64)))
    #expect(Array(run.message.suffix(datagram.count - 64)) == datagram.dropLast(64))
    #expect(SignaturePacket.isSignature(datagram))
  }

  @Test func `what was sent is what is asked to be checked`() throws {
    let datagram = datagrams(states(0..<20))[0]
    let verifier = RunVerifier(key: nil, context: context)
    let candidate = try #require(try verifier.candidate(datagram))
    #expect(candidate.key == key && candidate.signature == [UInt8](repeating: 5, count: 64))
    #expect(candidate.message == context.message(Array(datagram.dropLast(64))))
  }

  @Test func `candidates may wait for each other`() throws {
    let all = states(0..<60)
    let packets = datagrams(all)
    var verifier = RunVerifier(key: key, context: context)
    let candidates = try packets.map { try #require(try verifier.candidate($0)) }
    let twice = try #require(try verifier.candidate(packets[0]))
    var verdicts: [GroupVerdict] = []
    for state in all.prefix(30) { verdicts += verifier.add(state, epoch: 3) }
    for k in [2, 0, 1] { verdicts += try verifier.accept(candidates[k]) }
    #expect(try verifier.accept(twice) == [])
    for state in all.dropFirst(30) { verdicts += verifier.add(state, epoch: 3) }
    #expect(verdicts.count == 9 && verdicts.allSatisfy(isVerified))
  }

  @Test func `what changed since a candidate was made counts`() throws {
    let packet = datagrams(states(0..<20))[0]
    // Another key was learnt meanwhile.
    var other = datagrams(states(20..<40), start: 9000)[0]
    for k in other.count - 96..<other.count - 64 { other[k] ^= 255 }
    var learner = RunVerifier(key: nil, context: context)
    let (a, b) = (try learner.candidate(packet), try learner.candidate(other))
    _ = try learner.accept(try #require(a))
    #expect(throws: SignatureError.foreignKey(found: try #require(b).key)) {
      try learner.accept(try #require(b))
    }
    // Another configuration came meanwhile.
    var verifier = RunVerifier(key: key, context: context)
    let early = try #require(try verifier.candidate(packet))
    verifier.continueWith(SigningContext(codedConfiguration: [4], context: Array("room".utf8)))
    #expect(throws: SignatureError.otherContext) { try verifier.accept(early) }
  }

  @Test func `signatures before any state find their states wherever numbers begin`() throws {
    // A receiver that knows no number but its low bits begins above 65,536.
    for base: UInt32 in [0, 65_536, 3 << 16, 40_000 << 16] {
      for first: UInt32 in [0, 7, 65_530] {
        let all = states(base + first..<base + first + 60)
        var verifier = RunVerifier(key: key, context: context)
        var verdicts: [GroupVerdict] = []
        for packet in datagrams(all) { verdicts += try take(packet, &verifier) }
        for state in all.reversed() { verdicts += verifier.add(state, epoch: 3) }
        #expect(verdicts.count == 9 && verdicts.allSatisfy(isVerified), "\(base) + \(first)")
        #expect(verifier.lastVerified?.number == all.last?.number)
      }
    }
  }

  @Test func `any numbers, epochs, times and bytes end in verdicts or errors`() throws {
    var random = SystemRandomNumberGenerator()
    let extremes: [UInt32] = [0, 1, 65_535, 65_536, .max >> 1, .max >> 1 + 1, .max - 1, .max]
    let packets = datagrams(states(0..<60)) + datagrams(states(.max - 70 ..< .max))
    var refused = 0, verdicts = 0
    for _ in 0..<300 {
      var verifier = RunVerifier(
        key: Bool.random(using: &random) ? key : nil, context: context,
        freshness: Bool.random(using: &random) ? 1000 : nil)
      for _ in 0..<40 {
        if Bool.random(using: &random) {
          let near = extremes.randomElement(using: &random)! &+ .random(in: 0..<80, using: &random)
          let state = CodedState(
            number: near, canonicalBytes: [UInt8(truncatingIfNeeded: near), 7])
          verdicts += verifier.add(state, epoch: .random(in: 2...4, using: &random)).count
          continue
        }
        var packet = packets.randomElement(using: &random)!
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          // The binding is left alone, or nothing would get further.
          let k = Int.random(in: 0..<packet.count, using: &random)
          if k != 10 && k != 11 { packet[k] = .random(in: 0...255, using: &random) }
        }
        do {
          let now: UInt64? = Bool.random(using: &random) ? .random(in: 0 ... .max) : nil
          if let candidate = try verifier.candidate(packet, now: now) {
            verdicts += try verifier.accept(candidate).count
          }
        } catch { refused += 1 }
      }
      verdicts += verifier.finish().count
    }
    #expect(refused > 500 && verdicts > 500)
  }
}
