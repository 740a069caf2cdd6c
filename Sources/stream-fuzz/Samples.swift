import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import StreamSigning

/// Valid inputs to spoil.
struct Samples {
  let configuration: StreamConfiguration
  /// Of one to four states, a key or not; signatures; acknowledgements.
  private(set) var datagrams: [[UInt8]] = []
  private(set) var signatures: [[UInt8]] = []
  /// Files with and without index, signed and not, with one configuration and with two.
  private(set) var recordings: [[UInt8]] = []
  /// Of a recording of 28 states, which are taken.
  private(set) var writer: RecordingWriter
  private var header: [UInt8]
  private let key = SigningKey()
  private var coded: [CodedState] = []

  init(seed: UInt64) {
    let transform = StreamTransform.generic(correction: 0, reference: FaceState().cameraFromHead)
    configuration = StreamConfiguration(
      transform: transform, camera: PinholeCamera(width: 640, height: 360, focalLength: 700))
    var writer = RecordingWriter(configuration: configuration)
    header = writer.takeBytes()
    self.writer = writer
    let states = Self.states(90, seed: seed)
    makeDatagrams(states)
    makeHeader(Array(states.prefix(28)))
    for (count, isSigned) in [(1, false), (40, false), (90, true), (12, true)] {
      makeRecording(Array(states.prefix(count)), isSigned: isSigned)
    }
  }

  /// A face that moves at random.
  static func states(_ count: Int, seed: UInt64) -> [AvatarState] {
    var random = SeededRandom(seed: seed)
    var face = FaceState()
    return (0..<count).map { k in
      face.time = Double(k) / 30
      for i in 0..<ExpressionChannel.count {
        let moved = face.expression[i] + 0.03 * random.normal()
        face.expression[i] = min(max(moved, 0), 1)
      }
      face.leftGaze.yaw += 0.02 * random.normal()
      return AvatarState(face: face, cameraFromTorso: face.cameraFromHead)
    }
  }

  /// Reads from a file of 28 states that grows.
  func player() -> RecordingPlayer {
    guard let reader = try? RecordingReader(header) else {
      preconditionFailure("what was written is a recording")
    }
    let player = RecordingPlayer(reader)
    var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
    while (try? player.next(into: &state)) ?? nil != nil {}
    return player
  }

  /// Expects the samples' signatures, and has seen some of their states.
  func verifier() -> StreamVerifier {
    var verifier = StreamVerifier(
      key: key.publicKey, context: SigningContext(configuration: configuration, context: [1]))
    for state in coded.prefix(40) { _ = verifier.add(state, epoch: 0) }
    return verifier
  }

  private mutating func makeHeader(_ states: [AvatarState]) {
    let recorder = StateRecorder(configuration: configuration)
    for state in states { recorder.add(state) }
    recorder.flush()
    header = recorder.takeBytes()
    writer = recorder.writer
  }

  private mutating func makeDatagrams(_ states: [AvatarState]) {
    let coder = StateCoder(configuration: configuration)
    for (k, state) in states.enumerated() {
      let n = UInt32(k)
      coder.quantize(state, number: n, reference: k % 9 == 0 ? nil : n - 1)
    }
    var first = 27
    for k in 0..<40 {
      let count = 1 + k % 4
      let isKey = first % 9 == 0
      var encoder = RangeEncoder()
      for n in first..<first + count where n == first || n % 9 != 0 {
        coder.write(UInt32(n), into: &encoder)
      }
      encoder.finish()
      let last = first + count - 1
      var datagram: [UInt8] = [
        64, 0, UInt8(last), 0, UInt8(count - 1), isKey ? 0 : 1,
      ]
      if k % 5 == 0 {
        // With a section of an unknown type.
        datagram[0] |= 8
        datagram += [UInt8(encoder.bytes.count & 127 | 128), UInt8(encoder.bytes.count >> 7)]
        if encoder.bytes.count < 128 {
          datagram.removeLast(2)
          datagram.append(UInt8(encoder.bytes.count))
        }
        datagrams.append(datagram + encoder.bytes + [200, 3, 1, 2, 3])
      } else {
        datagrams.append(datagram + encoder.bytes)
      }
      first = 27 + (first + count - 27) % 30
    }
    datagrams += [[80, 0, 40, 0, 1, 255, 255], [96, 0, 0, 0, 3, 1, 2, 3], [112, 0, 40, 0]]
  }

  private mutating func makeRecording(_ states: [AvatarState], isSigned: Bool) {
    var options = StateRecorder.Options()
    options.keepsCanonicalBytes = true
    options.bundle = 8
    let recorder = StateRecorder(configuration: configuration, options: options)
    var signing = StreamSigner.Options()
    signing.run = 16
    signing.group = 6
    var signer = StreamSigner(
      key: key, context: SigningContext(configuration: configuration, context: [1]), epoch: 0,
      options: signing, stream: 5)
    for state in states {
      recorder.add(state)
      for state in recorder.takeCoded() {
        if states.count == 90 { coded.append(state) }
        guard isSigned else { continue }
        for packet in signer.add(state, wallClock: 1000) {
          recorder.add(datagram: packet)
          signatures.append(packet)
        }
      }
    }
    recorder.flush()
    let open = recorder.takeBytes()
    recordings.append(open)
    recorder.finish()
    recordings.append(open + recorder.takeBytes())
  }

  /// Gives every record the checksum of its contents, as far as lengths lead.
  static func mendChecksums(_ bytes: inout [UInt8]) {
    var offset = RecordingFormat.headerLength
    while offset + RecordingFormat.recordOverhead <= bytes.count {
      let length =
        Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2] & 63) << 16
      let end = offset + 3 + length
      guard end + 4 <= bytes.count else { return }
      let checksum = TemplateFormat.checksum(bytes, in: offset..<end)
      for k in 0..<4 { bytes[end + k] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * k)) }
      offset = end + 4
    }
  }
}
