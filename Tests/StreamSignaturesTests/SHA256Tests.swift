import Crypto
import Geometry
import StreamSignatures
import Testing

@Suite struct SHA256Tests {
  private func text(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  @Test func `the examples of the standard come out`() {
    // FIPS 180-4's examples: none, one block, two blocks, a million letters.
    let examples = [
      "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu":
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
      String(repeating: "a", count: 1_000_000):
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ]
    for (message, digest) in examples {
      #expect(text(StreamSignatures.SHA256.hash(Array(message.utf8))) == digest)
    }
  }

  @Test func `every length and every cut gives what another implementation does`() {
    var random = SeededRandom(seed: 4)
    for length in Array(0...260) + (0..<200).map({ _ in Int(random.next() % 5000) }) {
      let message = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let expected = Array(Crypto.SHA256.hash(data: message))
      #expect(StreamSignatures.SHA256.hash(message) == expected, "\(length) bytes")
      var pieces = StreamSignatures.SHA256()
      var rest = message[...]
      while !rest.isEmpty {
        let cut = min(rest.count, Int(random.next() % 150))
        pieces.update(Array(rest.prefix(cut)))
        rest = rest.dropFirst(cut)
      }
      #expect(pieces.finalize() == expected, "\(length) bytes in pieces")
    }
  }
}
