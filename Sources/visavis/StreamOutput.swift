import AvatarModel
import ExpressionStream
import Foundation
import StreamSigning

/// The recording that `visavis drive` makes, signed where a key is given.
final class StreamOutput {
  private let recorder: StateRecorder
  private var signer: StreamSigner?
  /// The bytes so far.
  private(set) var bytes: [UInt8] = []

  /// Begins a recording.
  ///
  /// - Parameter context: the room or call that signatures are bound to.
  init(
    configuration: StreamConfiguration, lookahead: Int, key: SigningKey? = nil,
    context: String = StreamOutput.recordingContext
  ) {
    var options = StateRecorder.Options()
    options.lookahead = lookahead
    options.keepsCanonicalBytes = key != nil
    recorder = StateRecorder(configuration: configuration, options: options)
    signer = key.map {
      StreamSigner(
        key: $0,
        context: SigningContext(configuration: configuration, context: Array(context.utf8)),
        epoch: recorder.currentEpoch)
    }
    bytes = recorder.takeBytes()
  }

  /// What recordings are bound to that belong to no room.
  static let recordingContext = "recording"

  /// Takes the next state.
  func add(_ state: AvatarState) {
    recorder.add(state)
    take()
  }

  /// Writes what waits, the last signature and the index.
  func finish() {
    recorder.flush()
    take()
    for datagram in signer?.finish() ?? [] { recorder.add(datagram: datagram) }
    recorder.finish()
    bytes += recorder.takeBytes()
  }

  private func take() {
    let now = UInt64(max(Date().timeIntervalSince1970 * 1000, 0))
    for state in recorder.takeCoded() {
      for datagram in signer?.add(state, wallClock: now) ?? [] {
        recorder.add(datagram: datagram)
      }
    }
    bytes += recorder.takeBytes()
  }
}
