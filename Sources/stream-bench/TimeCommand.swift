import ArgumentParser
import AvatarModel
import CAllocationCounter
import ExpressionStream
import Foundation

/// `stream-bench time`: microseconds and allocations a state.
struct TimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "time", abstract: "Time the writing and reading of states on one core.",
    discussion: """
      Times are processor time of one thread: the median of passes over the whole stream. Allocations are \
      counted in this process by functions that stand before the C library's, in a pass that follows \
      another.
      """)

  @OptionGroup var input: InputOptions
  @Option(help: "Nominal quality, decibels.") var quality = 40
  @Option(help: "States that the sender knows ahead.") var lookahead = 0
  @Option(help: "person or generic.") var transform = "person"
  @Option(help: "Passes over the stream.") var passes = 15

  struct Report: Encodable {
    var states, passes, quality, lookahead: Int
    var transform: String
    /// Microseconds a state: medians and least of the passes.
    var encode, decode, encodeLeast, decodeLeast, both: Double
    /// Requests for memory a state; nil where they cannot be counted.
    var encodeAllocations, decodeAllocations: Double?
  }

  func run() throws {
    let (avatar, stream) = try input.load()
    guard let choice = TransformChoice(rawValue: transform),
      let transform = avatar.transform(choice)
    else { throw BenchError.noTransform(avatar: input.avatar) }
    var bench = TimeBench(
      stream: stream, configuration: stream.configuration(transform, quality: quality),
      lookahead: lookahead)
    try bench.pass()
    let counts = try Self.isCounting ? bench.pass() : nil
    var encode: [Double] = [], decode: [Double] = []
    for _ in 0..<passes {
      let pass = try bench.pass()
      encode.append(pass.encode)
      decode.append(pass.decode)
    }
    try printJSON(
      Report(
        states: stream.states.count, passes: passes, quality: quality, lookahead: lookahead,
        transform: choice.rawValue, encode: rounded(median(encode)),
        decode: rounded(median(decode)), encodeLeast: rounded(encode.min() ?? .nan),
        decodeLeast: rounded(decode.min() ?? .nan),
        both: rounded(median(zip(encode, decode).map { $0 + $1 })),
        encodeAllocations: counts.map { rounded($0.encodeAllocations) },
        decodeAllocations: counts.map { rounded($0.decodeAllocations) }))
  }

  /// Whether requests for memory are counted at all.
  private static var isCounting: Bool {
    let before = allocation_count()
    withExtendedLifetime([UInt8](repeating: 1, count: Int.random(in: 100...200))) {}
    return allocation_count() > before
  }
}

/// One sender and one receiver that go through a stream again and again.
struct TimeBench {
  private let states: [AvatarState]
  private let following: [[AvatarState]]
  private let sender, receiver: StateCoder
  private var encoder = RangeEncoder()
  private var shown: AvatarState
  private var number: UInt32 = 0

  /// Microseconds, and requests for memory, a state.
  struct Pass {
    var encode = 0.0, decode = 0.0, encodeAllocations = 0.0, decodeAllocations = 0.0
  }

  init(stream: AvatarStream, configuration: StreamConfiguration, lookahead: Int) {
    states = stream.states
    let all = stream.states
    following = all.indices.map { Array(all[($0 + 1)..<min($0 + 1 + lookahead, all.count)]) }
    sender = StateCoder(configuration: configuration)
    receiver = StateCoder(configuration: configuration)
    shown = states[0]
  }

  /// Goes through the stream; states go on being numbered where the last pass stopped.
  @discardableResult
  mutating func pass() throws -> Pass {
    var pass = Pass()
    for i in states.indices {
      let reference = i == 0 ? nil : number &- 1
      var start = Self.microseconds(), count = allocation_count()
      sender.quantize(
        states[i], number: number, reference: reference, following: following[i])
      encoder.restart()
      sender.write(number, into: &encoder)
      encoder.finish()
      pass.encode += Self.microseconds() - start
      pass.encodeAllocations += Double(allocation_count() - count)

      start = Self.microseconds()
      count = allocation_count()
      var decoder = RangeDecoder(encoder.bytes, in: 0..<encoder.bytes.count)
      try receiver.read(number, reference: reference, from: &decoder)
      receiver.state(number, into: &shown)
      pass.decode += Self.microseconds() - start
      pass.decodeAllocations += Double(allocation_count() - count)
      number &+= 1
    }
    let n = Double(states.count)
    return Pass(
      encode: pass.encode / n, decode: pass.decode / n,
      encodeAllocations: pass.encodeAllocations / n,
      decodeAllocations: pass.decodeAllocations / n)
  }

  private static func microseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) * 1e-3
  }
}
