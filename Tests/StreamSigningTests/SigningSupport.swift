import ExpressionStream
import FaceRig
import Geometry
import StreamSigning

/// States as coded, each different.
func codedStates(_ range: Range<Int>, salt: UInt8 = 0) -> [CodedState] {
  range.map { k in
    CodedState(
      number: UInt32(k),
      canonicalBytes: (0..<60).map { UInt8(truncatingIfNeeded: k &* 31 &+ $0 &* 7) ^ salt })
  }
}

/// A configuration, different for each quality.
func configuration(_ quality: Int = 40) -> StreamConfiguration {
  StreamConfiguration(
    transform: .generic(correction: 0, reference: FaceState().cameraFromHead), quality: quality,
    camera: PinholeCamera(width: 64, height: 48, focalLength: 70))
}

/// A key, and what both ends know.
struct Scene {
  let key = SigningKey()
  let context = SigningContext(configuration: configuration(), context: Array("room".utf8))

  func signer(epoch: UInt8 = 0, stream: UInt32 = 7) -> StreamSigner {
    StreamSigner(key: key, context: context, epoch: epoch, stream: stream)
  }

  func verifier(_ context: SigningContext? = nil) -> StreamVerifier {
    StreamVerifier(key: key.publicKey, context: context ?? self.context)
  }

  /// The signatures over states that take 33 ms each.
  func signatures(
    _ states: [CodedState], epoch: UInt8 = 0, start: UInt64 = 1_000_000, stream: UInt32 = 7
  ) -> [[UInt8]] {
    var signer = signer(epoch: epoch, stream: stream)
    var packets: [[UInt8]] = []
    for (k, state) in states.enumerated() {
      packets += signer.add(state, wallClock: start + UInt64(k * 33))
    }
    return packets + signer.finish()
  }
}
