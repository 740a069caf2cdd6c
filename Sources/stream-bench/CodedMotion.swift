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
  /// The same with a key state every ``keyInterval`` states, at which a new coder begins.
  var enterable = 0

  /// The share of the torso's components in all bits of states.
  private(set) var torsoShare = 0.0

  /// As many states as x264 and x265 put frames between key frames at most.
  static let keyInterval = 250

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
    torsoShare = try Self.torsoShare(states, configuration, lookahead)
    enterable = Self.enterableBytes(states, sender: sender, lookahead: lookahead)
  }

  private static func torsoShare(
    _ states: [AvatarState], _ configuration: StreamConfiguration, _ lookahead: Int
  ) throws -> Double {
    var options = StateRecorder.Options()
    options.lookahead = lookahead
    let stream = AvatarStream(
      camera: configuration.camera,
      codeLength: configuration.transform.count - StateCoordinates.correction, states: states)
    let statistics = try RecordingStatistics(
      stream.encoded(configuration: configuration, options: options))
    return statistics.fieldBits[RecordingStatistics.Field.torso.rawValue]
      / max(statistics.fieldBits.reduce(statistics.timeBits, +), 1)
  }

  private static func enterableBytes(
    _ states: [AvatarState], sender: StateCoder, lookahead: Int
  ) -> Int {
    var bytes = 0
    var part = RangeEncoder()
    sender.reset()
    for (i, state) in states.enumerated() {
      let n = UInt32(i)
      sender.quantize(
        state, number: n, reference: i % keyInterval == 0 ? nil : n - 1,
        following: Array(states[(i + 1)..<min(i + 1 + lookahead, states.count)]))
      sender.write(n, into: &part)
      if (i + 1) % keyInterval == 0 || i == states.count - 1 {
        part.finish()
        bytes += part.bytes.count
        part.restart()
      }
    }
    return bytes
  }
}
