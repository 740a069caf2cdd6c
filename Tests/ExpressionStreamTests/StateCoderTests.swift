import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import Testing

/// States of a face that moves, with noise.
func movingStates(_ count: Int, correction: Int = 8, seed: UInt64 = 1) -> [AvatarState] {
  var random = SeededRandom(seed: seed)
  return (0..<count).map { t in
    let phase = Float(t) * 0.2
    var face = FaceState(time: Double(t) / 30)
    for i in 0..<ExpressionChannel.count {
      let wave = ElementaryFunctions.sinCos(phase + Float(i)).sin
      face.expression[i] = min(max(0.3 * wave + 0.02 * random.uniform(), 0), 1)
    }
    let turn = ElementaryFunctions.sinCos(phase * 0.5).sin * 0.2
    face.cameraFromHead = face.cameraFromHead.adjusted(
      rotationVector: [0, turn, 0.3 * turn], translation: [turn * 4, 0, turn * 2])
    face.leftGaze = Gaze(yaw: turn, pitch: 0.1)
    face.rightGaze = Gaze(yaw: turn, pitch: 0.1)
    return AvatarState(
      face: face, cameraFromTorso: face.cameraFromHead,
      correction: (0..<correction).map { 0.3 * ElementaryFunctions.sinCos(phase + Float($0)).cos })
  }
}

/// A configuration whose components are the coordinates themselves.
func plainConfiguration(correction: Int = 8, quality: Int = 40) -> StreamConfiguration {
  let n = StateCoordinates.correction + correction
  var basis = [Float](repeating: 0, count: n * n)
  for i in 0..<n { basis[i * n + i] = i < StateCoordinates.head ? 10 : 2 }
  let transform = StreamTransform(
    reference: FaceState().cameraFromHead, mean: [Float](repeating: 0.1, count: n), basis: basis,
    incrementScale: [Float](repeating: 0.004, count: n),
    levelScale: [Float](repeating: 0.02, count: n))
  return StreamConfiguration(
    transform: transform, quality: quality,
    camera: PinholeCamera(
      width: 480, height: 480, focalLength: [700, 700], center: [240, 240]))
}

@Suite struct StateCoderTests {
  /// Writes a quantised state, reads it at the other end, and expects both to have the same.
  private static func carry(
    _ n: UInt32, reference: UInt32?, from sender: StateCoder, to receiver: StateCoder
  ) throws {
    var encoder = RangeEncoder()
    sender.write(n, into: &encoder)
    encoder.finish()
    var decoder = RangeDecoder(encoder.bytes, in: 0..<encoder.bytes.count)
    try receiver.read(n, reference: reference, from: &decoder)
    #expect(receiver.canonicalBytes(n) == sender.canonicalBytes(n))
  }
  @Test func `numbers that are none are coded as something`() throws {
    let sender = StateCoder(configuration: plainConfiguration())
    let receiver = StateCoder(configuration: plainConfiguration())
    var states = movingStates(5)
    states[1].face.time = .nan
    states[1].face.expression[.jawOpen] = .nan
    states[2].face.time = .infinity
    states[2].face.cameraFromHead.translation = [.infinity, .nan, -.infinity]
    states[3].face.time = -1e300
    states[3].correction[0] = 3e38
    for (k, state) in states.enumerated() {
      let n = UInt32(k), reference = k == 0 || k == 3 ? nil : n - 1
      sender.quantize(state, number: n, reference: reference, following: [states[4]])
      try Self.carry(n, reference: reference, from: sender, to: receiver)
    }
  }

  @Test func theReceiverHasWhatTheSenderHas() throws {
    let configuration = plainConfiguration()
    let sender = StateCoder(configuration: configuration, slots: 8)
    let receiver = StateCoder(configuration: configuration, slots: 8)
    let states = movingStates(60)
    for (t, state) in states.enumerated() {
      let n = UInt32(t)
      // A key now and then, a reference further back now and then.
      let reference: UInt32? = t % 20 == 0 ? nil : t % 7 == 5 ? n - 3 : n - 1
      sender.quantize(
        state, number: n, reference: reference,
        following: Array(states[(t + 1)..<min(t + 1 + t % 4, states.count)]))
      try Self.carry(n, reference: reference, from: sender, to: receiver)
      #expect(receiver.reference(of: n) == reference)
      var shown = state
      receiver.state(n, into: &shown)
      #expect(abs(shown.face.time - state.face.time) < 0.0006)
      for i in 0..<ExpressionChannel.count {
        #expect(abs(shown.face.expression[i] - state.face.expression[i]) < 0.12)
      }
    }
  }

  @Test func severalStatesShareOneRunOfBytes() throws {
    let configuration = plainConfiguration()
    let sender = StateCoder(configuration: configuration)
    let receiver = StateCoder(configuration: configuration)
    var encoder = RangeEncoder()
    for (t, state) in movingStates(20).enumerated() {
      sender.quantize(state, number: UInt32(t), reference: t == 0 ? nil : UInt32(t - 1))
      sender.write(UInt32(t), into: &encoder)
    }
    encoder.finish()
    var decoder = RangeDecoder(encoder.bytes, in: 0..<encoder.bytes.count)
    for t in 0..<20 as Range<UInt32> {
      try receiver.read(t, reference: t == 0 ? nil : t - 1, from: &decoder)
      #expect(receiver.canonicalBytes(t) == sender.canonicalBytes(t))
    }
  }

  @Test func betterQualityLeavesSmallerErrors() {
    func error(_ quality: Int) -> Float {
      let coder = StateCoder(configuration: plainConfiguration(quality: quality))
      var sum: Float = 0
      for (t, state) in movingStates(40).enumerated() {
        coder.quantize(state, number: UInt32(t), reference: t == 0 ? nil : UInt32(t - 1))
        var shown = state
        coder.state(UInt32(t), into: &shown)
        for i in 0..<ExpressionChannel.count {
          let d = shown.face.expression[i] - state.face.expression[i]
          sum += d * d
        }
      }
      return sum
    }
    #expect(error(46) < error(40) && error(40) < error(34))
  }

  @Test func anyBytesAreReadOrRefused() {
    let receiver = StateCoder(configuration: plainConfiguration(), slots: 4)
    var random = SeededRandom(seed: 9)
    var refused = 0
    for round in 0..<3000 {
      let bytes = (0..<random.index(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var decoder = RangeDecoder(bytes, in: 0..<bytes.count)
      let n = UInt32(round)
      do throws(StreamError) {
        try receiver.read(n, reference: round % 3 == 0 ? nil : n - 1, from: &decoder)
        var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
        receiver.state(n, into: &state)
        #expect(state.face.cameraFromHead.translation.z.isFinite)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test func configurationsSurviveTheirBytesAndNothingElse() throws {
    let configuration = plainConfiguration(correction: 24, quality: 36)
    let bytes = configuration.encoded()
    #expect(try StreamConfiguration(bytes: bytes) == configuration)
    for cut in [0, 3, 31, 40, 500, bytes.count - 1] {
      #expect(throws: StreamError.self) { try StreamConfiguration(bytes: Array(bytes[..<cut])) }
    }
  }
}
