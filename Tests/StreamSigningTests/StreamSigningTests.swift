import ExpressionStream
import Testing

@testable import StreamSignatures
@testable import StreamSigning

@Suite struct StreamSigningTests {
  private let scene = Scene()

  private func isVerified(_ verdict: GroupVerdict) -> Bool {
    if case .verified = verdict.verdict { true } else { false }
  }

  @Test func `what the owner sent is verified, in any order`() throws {
    let states = codedStates(0..<300)
    let packets = scene.signatures(states)
    #expect(packets.count == 3)
    // Signatures first, states first, signatures in the wrong order.
    for order in 0..<3 {
      var verifier = scene.verifier()
      var verdicts: [GroupVerdict] = []
      if order == 1 { for state in states { verdicts += verifier.add(state, epoch: 0) } }
      for packet in order == 2 ? packets.reversed() : packets {
        verdicts += try verifier.add(signature: packet)
        // Again: nothing changes.
        #expect(try verifier.add(signature: packet) == [])
      }
      if order != 1 {
        for state in states.reversed() { verdicts += verifier.add(state, epoch: 0) }
      }
      verdicts += verifier.finish()
      #expect(verdicts.count == 10 && verdicts.allSatisfy(isVerified))
      #expect(verdicts.reduce(0) { $0 + Int($1.last - $1.first) + 1 } == 300)
      #expect(verifier.lastVerified?.number == 299)
      #expect(verifier.finish() == [])
    }
  }

  @Test func `signatures take less than 0.3 kbit a second`() {
    let packets = scene.signatures(codedStates(0..<120 * 64))
    let bits = packets.reduce(0) { $0 + $1.count * 8 }
    #expect(Double(bits) / (64 * 4) < 300)
    #expect(packets[1].count == 130 && packets[0].count == 162 && packets[8].count == 162)
  }

  @Test func `a lost state makes its group incomplete and nothing else`() throws {
    let states = codedStates(0..<120)
    var verifier = scene.verifier()
    for state in states where state.number != 50 { _ = verifier.add(state, epoch: 0) }
    var verdicts = try verifier.add(signature: scene.signatures(states)[0])
    #expect(verdicts.count == 3 && verdicts.allSatisfy(isVerified))
    // It may still come.
    var late = verifier
    #expect(late.add(states[50], epoch: 0).map(isVerified) == [true])
    verdicts = verifier.finish()
    #expect(verdicts == [GroupVerdict(first: 30, last: 59, verdict: .incomplete(missing: 1))])
  }

  @Test func `an altered state is refused, and the last verified one is kept`() throws {
    let states = codedStates(0..<240)
    let packets = scene.signatures(states)
    var verifier = scene.verifier()
    for state in states {
      let isAltered = state.number == 130
      _ = verifier.add(
        isAltered ? codedStates(130..<131, salt: 1)[0] : state, epoch: 0)
      // The true one comes too late: the altered one was shown.
      if isAltered { _ = verifier.add(state, epoch: 0) }
    }
    #expect(try verifier.add(signature: packets[0]).allSatisfy(isVerified))
    #expect(verifier.lastVerified?.number == 119)
    let verdicts = try verifier.add(signature: packets[1])
    #expect(
      verdicts[0]
        == GroupVerdict(
          first: 120, last: 149,
          verdict: .refused(.alteredStates(first: 120, last: 149))))
    #expect(verdicts.dropFirst().count(where: isVerified) == 3)
  }

  @Test func `states moved to other numbers are refused`() throws {
    let states = codedStates(0..<120)
    var verifier = scene.verifier()
    for (k, state) in states.enumerated() {
      let other = k == 3 ? states[4] : k == 4 ? states[3] : state
      _ = verifier.add(
        CodedState(number: state.number, canonicalBytes: other.canonicalBytes), epoch: 0)
    }
    let verdicts = try verifier.add(signature: scene.signatures(states)[0])
    #expect(!isVerified(verdicts[0]) && verdicts.dropFirst().allSatisfy(isVerified))
  }

  @Test func `every changed byte of a signature is noticed`() throws {
    let states = codedStates(0..<120)
    let packet = scene.signatures(states)[0]
    for k in packet.indices {
      var changed = packet
      changed[k] ^= 1 << UInt8(k % 8)
      var verifier = scene.verifier()
      for state in states { _ = verifier.add(state, epoch: 0) }
      #expect(throws: SignatureError.self, "byte \(k)") {
        try verifier.add(signature: changed)
      }
      #expect(verifier.lastVerified == nil)
      // The true one is still taken.
      #expect(try verifier.add(signature: packet).count(where: isVerified) == 4)
    }
    for length in 0..<packet.count {
      var verifier = scene.verifier()
      #expect(throws: SignatureError.malformed(length: length)) {
        try verifier.add(signature: Array(packet.prefix(length)))
      }
    }
  }

  @Test func `others' signatures are refused`() throws {
    let other = Scene()
    let states = codedStates(0..<240)
    var verifier = scene.verifier()
    // The first of a stream carries its key; the second does not.
    let packets = other.signatures(states)
    #expect(throws: SignatureError.foreignKey(found: other.key.publicKey)) {
      try verifier.add(signature: packets[0])
    }
    #expect(throws: SignatureError.invalidSignature) { try verifier.add(signature: packets[1]) }
  }

  @Test func `a key can be learnt, and is then kept`() throws {
    let packets = scene.signatures(codedStates(0..<240))
    var verifier = StreamVerifier(key: nil, context: scene.context)
    #expect(throws: SignatureError.unknownKey) { try verifier.add(signature: packets[1]) }
    _ = try verifier.add(signature: packets[0])
    #expect(verifier.key == scene.key.publicKey)
    _ = try verifier.add(signature: packets[1])
    let other = Scene().signatures(codedStates(240..<360), start: 9_000_000)
    #expect(throws: SignatureError.self) { try verifier.add(signature: other[0]) }
  }

  @Test func `what was signed for another room or configuration is refused`() throws {
    let packet = scene.signatures(codedStates(0..<120))[0]
    for context in [
      SigningContext(configuration: configuration(), context: Array("other".utf8)),
      SigningContext(configuration: configuration(), context: []),
      SigningContext(configuration: configuration(41), context: Array("room".utf8)),
    ] {
      var verifier = scene.verifier(context)
      #expect(throws: SignatureError.otherContext) { try verifier.add(signature: packet) }
    }
  }

  @Test func `replays are refused`() throws {
    let states = codedStates(0..<240)
    let packets = scene.signatures(states)
    var verifier = scene.verifier()
    for packet in packets { _ = try verifier.add(signature: packet) }
    // Other states under numbers that are covered.
    let twice = scene.signatures(codedStates(100..<130, salt: 3), start: 9_000_000)[0]
    #expect(throws: SignatureError.alreadyCovered(first: 100, last: 119)) {
      try verifier.add(signature: twice)
    }
    // Numbers go on, and time goes back.
    let back = scene.signatures(codedStates(240..<300), start: 500)[0]
    #expect(throws: SignatureError.timeWentBack(to: 500, from: 1_003_960)) {
      try verifier.add(signature: back)
    }
    let foreign = scene.signatures(codedStates(240..<300), start: 9_000_000, stream: 8)[0]
    #expect(throws: SignatureError.otherStream(expected: 7, found: 8)) {
      try verifier.add(signature: foreign)
    }
    // A new epoch: what was signed before it does not come back.
    _ = verifier.add(codedStates(0..<1)[0], epoch: 1)
    let again = scene.signatures(codedStates(0..<120), epoch: 1, start: 900_000, stream: 9)[0]
    #expect(throws: SignatureError.timeWentBack(to: 900_000, from: 1_003_960)) {
      try verifier.add(signature: again)
    }
    let fresh = scene.signatures(codedStates(0..<120), epoch: 1, start: 2_000_000, stream: 9)[0]
    _ = try verifier.add(signature: fresh)
    // Old ones, when the window has moved on.
    var long = scene.verifier()
    let many = scene.signatures(codedStates(0..<120 * 20))
    for packet in many { _ = try long.add(signature: packet) }
    #expect(throws: SignatureError.self) { try long.add(signature: many[0]) }
  }

  @Test func `a signature from too long ago is refused where the clock is known`() throws {
    let packet = scene.signatures(codedStates(0..<120))[0]
    var verifier = StreamVerifier(
      key: scene.key.publicKey, context: scene.context, freshness: 10_000)
    #expect(throws: SignatureError.notFresh(signed: 1_000_000, now: 1_010_001)) {
      try verifier.add(signature: packet, now: 1_010_001)
    }
    _ = try verifier.add(signature: packet, now: 1_009_000)
  }

  @Test func `numbers above 65,535 and skipped ones are covered`() throws {
    let states = codedStates(65_500..<65_600) + codedStates(65_700..<65_720)
    let packets = scene.signatures(states)
    #expect(packets.count == 2)
    var verifier = scene.verifier()
    var verdicts: [GroupVerdict] = []
    for state in states { verdicts += verifier.add(state, epoch: 0) }
    for packet in packets { verdicts += try verifier.add(signature: packet) }
    #expect(verdicts.count == 5 && verdicts.allSatisfy(isVerified))
    #expect(verifier.lastVerified?.number == 65_719)
  }

  @Test func `equal short digests are not enough where the whole run is known`() throws {
    // Digests of 8 bytes that fit and a long one that does not, under the owner's own signature.
    let states = codedStates(0..<48)
    var packet = try SignaturePacket(bytes: scene.signatures(states)[0])
    packet.whole[0] ^= 1
    packet.signature = scene.key.signature(for: scene.context.message(packet.signedBytes))
    var verifier = scene.verifier()
    for state in states { _ = verifier.add(state, epoch: 0) }
    let verdicts = try verifier.add(signature: packet.bytes)
    #expect(verdicts.last?.verdict == .refused(.alteredStates(first: 0, last: 47)))
  }

  @Test func `keys are written and read as text`() throws {
    let key = scene.key
    #expect(key.publicKey.text.count == 15 + 64 && key.secretText.count == 15 + 64)
    #expect(PublicKey(text: key.publicKey.text) == key.publicKey)
    #expect(SigningKey(secretText: key.secretText)?.publicKey == key.publicKey)
    for text in [
      "", "visavis-public-", key.secretText, key.publicKey.text + "0",
      String(key.publicKey.text.dropLast()) + "g",
    ] {
      #expect(PublicKey(text: text) == nil)
    }
    #expect(SigningKey(secretText: key.publicKey.text) == nil)
    // RFC 8032, section 7.1, test 1.
    let secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    let expected = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    #expect(
      SigningKey(secretText: "visavis-secret-" + secret)?.publicKey.text
        == "visavis-public-" + expected)
  }
}
