import AvatarModel
import ExpressionStream

/// Whose transform codes a stream.
enum TransformChoice: String, CaseIterable, Codable {
  /// That of the avatar, learnt from its capture.
  case person
  /// That of everybody.
  case generic
}

/// One way to code a stream.
struct Variant: Hashable {
  var transform: TransformChoice
  var quality: Int
  /// How many following states the sender knows already.
  var lookahead: Int
}

/// A stream as a receiver sees it, and what it took.
struct CodedMotion {
  /// The states as shown.
  var states: [AvatarState]
  /// Payload bytes of each state coded alone, against the one before: its coder begun and ended.
  var single: [Int]
  /// Payload bytes of each pair of states that share a coder.
  var pairs: [Int]
  /// Payload bytes of all states in one coder.
  var together: Int

  /// Codes states and reads them back.
  ///
  /// - Throws: `notEqual` where a reader has another state than the writer.
  init(_ states: [AvatarState], configuration: StreamConfiguration, lookahead: Int) throws {
    let sender = StateCoder(configuration: configuration)
    let receiver = StateCoder(configuration: configuration)
    var encoder = RangeEncoder(), pair = RangeEncoder(), whole = RangeEncoder()
    self.states = []
    single = []
    pairs = []
    for (i, state) in states.enumerated() {
      let n = UInt32(i), reference = i == 0 ? nil : n - 1
      sender.quantize(
        state, number: n, reference: reference,
        following: Array(states[(i + 1)..<min(i + 1 + lookahead, states.count)]))
      encoder.restart()
      sender.write(n, into: &encoder)
      encoder.finish()
      single.append(encoder.bytes.count)
      sender.write(n, into: &pair)
      if i % 2 == 1 || i == states.count - 1 {
        pair.finish()
        pairs.append(pair.bytes.count)
        pair.restart()
      }
      sender.write(n, into: &whole)
      var decoder = RangeDecoder(encoder.bytes, in: 0..<encoder.bytes.count)
      try receiver.read(n, reference: reference, from: &decoder)
      if receiver.canonicalBytes(n) != sender.canonicalBytes(n) {
        throw BenchError.notEqual(state: i)
      }
      var shown = state
      receiver.state(n, into: &shown)
      self.states.append(shown)
    }
    whole.finish()
    together = whole.bytes.count
  }
}
