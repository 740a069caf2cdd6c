import ArgumentParser
import AvatarModel
import ExpressionStream
import Geometry

/// What `stream-bench rate` prints.
struct RateReport: Encodable {
  /// The source.
  var states, width, height: Int
  var statesPerSecond, seconds: Double
  /// Bytes of the avatar's transform; nil where it has none.
  var transformBytes: Int?
  /// Every quality asked for, a part of the frames drawn.
  var curve: [RatePoint] = []
  /// The smallest qualities that reach the targets.
  var targets: [TargetReport] = []

  init(stream: AvatarStream, avatar: Avatar) {
    states = stream.states.count
    (width, height) = (stream.camera.width, stream.camera.height)
    statesPerSecond = rounded(1 / stream.frameInterval)
    seconds = rounded(stream.duration)
    transformBytes = avatar.streamTransform?.encoded().count
  }
}

/// A target and what reaches it.
struct TargetReport: Encodable {
  var target: Double
  var point: RatePoint
}

/// One way to code a stream, and what comes of it.
struct RatePoint: Encodable {
  var transform: TransformChoice
  var quality, lookahead: Int
  var likeness: Likeness
  /// Payload bits of the first state, which is coded against none.
  var keyBits: Int
  /// Mean payload bits a state, the first included: coded one by one, in pairs, all in one.
  var single, paired, together: Rate
  /// As a file that can be entered every ``CodedMotion/keyInterval`` states, each part in one coder.
  var enterable: Rate
  /// The share of the torso's components in the states' bits: without them, face, head and gaze are left.
  var torsoShare: Double
  /// The same with every header, a packet a state; and beside sound.
  var wire: WireRates

  init(
    _ variant: Variant, _ coding: CodedMotion, likeness: Likeness, statesPerSecond: Double
  ) {
    transform = variant.transform
    quality = variant.quality
    lookahead = variant.lookahead
    self.likeness = likeness
    keyBits = 8 * (coding.single.first ?? 0)
    let count = coding.single.count
    single = Rate(bytes: coding.single.reduce(0, +), states: count, perSecond: statesPerSecond)
    paired = Rate(bytes: coding.pairs.reduce(0, +), states: count, perSecond: statesPerSecond)
    together = Rate(bytes: coding.together, states: count, perSecond: statesPerSecond)
    enterable = Rate(bytes: coding.enterable, states: count, perSecond: statesPerSecond)
    torsoShare = rounded(coding.torsoShare, 4)
    wire = WireRates(payloads: coding.single)
  }
}

/// Bits a state, and bits a second at two rates of states.
struct Rate: Encodable {
  var bitsPerState: Double
  /// At 30 states a second, and at the source's own rate.
  var kilobitsAt30, kilobitsAtOwnRate: Double

  init(bytes: Int, states: Int, perSecond: Double) {
    let bits = 8 * Double(bytes) / Double(max(states, 1))
    bitsPerState = rounded(bits, 2)
    kilobitsAt30 = rounded(bits * 0.03)
    kilobitsAtOwnRate = rounded(bits * perSecond / 1000)
  }
}

/// Kilobits a second on the wire at 30 states a second.
struct WireRates: Encodable {
  /// A packet a state in a WebRTC data channel: everything from IP on, nothing repeated.
  var alone: Double
  /// At the end of the packet that carries 20 ms of sound: it waits 20 ms at most.
  var besideSound: Double

  /// The header of a packet of one state.
  private static let header = 6

  init(payloads: [Int]) {
    func rate(_ overhead: WireOverhead) -> Double {
      let bytes = payloads.reduce(0) { $0 + overhead.bytes(payload: Self.header + $1) }
      return rounded(Double(bytes) / Double(max(payloads.count, 1)) * 8 * 0.03)
    }
    alone = rate(.dataChannel)
    besideSound = rate(.riding)
  }
}

/// Whole numbers: a list, or the first and the last.
struct QualityList: ExpressibleByArgument {
  var values: [Int]

  init(values: [Int]) { self.values = values }

  init?(argument: String) {
    let ends = argument.split(separator: "-").compactMap { Int($0) }
    if ends.count == 2, argument.contains("-"), ends[0] <= ends[1] {
      values = Array(ends[0]...ends[1])
    } else {
      values = argument.split(separator: ",").compactMap { Int($0) }
    }
    if values.isEmpty { return nil }
  }

  var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}

/// Numbers, separated by commas.
struct NumberList: ExpressibleByArgument {
  var values: [Double]

  init(values: [Double]) { self.values = values }

  init?(argument: String) {
    values = argument.split(separator: ",").compactMap { Double($0) }
    if values.isEmpty { return nil }
  }

  var defaultValueDescription: String { values.map { "\($0)" }.joined(separator: ",") }
}
