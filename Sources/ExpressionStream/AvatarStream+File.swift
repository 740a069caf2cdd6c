import AvatarModel
import FaceRig
import Geometry

/// The file of a stream is a recording; see ``RecordingReader`` and `docs/stream-format.md`.
extension AvatarStream {
  /// The most states that are read at once: nine hours at 30 a second.
  public static var largestStateCount: Int { 1 << 20 }

  /// The stream as the bytes of a recording.
  ///
  /// What is read back is the stream as coded: near to this one at the configuration's quality.
  ///
  /// - Parameter configuration: whose camera should be this stream's.
  /// - Complexity: O(states), some 20 µs each.
  public func encoded(
    configuration: StreamConfiguration, options: StateRecorder.Options = .init()
  ) -> [UInt8] {
    let recorder = StateRecorder(configuration: configuration, options: options)
    for state in states { recorder.add(state) }
    recorder.finish()
    return recorder.takeBytes()
  }

  /// Reads a recording from end to end; a torn tail is left out.
  ///
  /// - Throws: ``StreamError``, also where a record or a state in the middle is damaged: a
  ///   ``RecordingPlayer`` reads what is left of such files.
  /// - Complexity: O(states), some 10 µs each. Memory: the bytes, and a kilobyte for each of at
  ///   most ``largestStateCount`` states, of which a byte of a hostile file can bring six.
  public init(bytes: [UInt8]) throws(StreamError) {
    let player = RecordingPlayer(try RecordingReader(bytes))
    let configuration = player.configuration
    var states: [AvatarState] = []
    var state = AvatarState(face: .init(), cameraFromTorso: .identity)
    while try player.next(into: &state) != nil {
      if states.count == Self.largestStateCount { throw .tooManyStates(states.count) }
      states.append(state)
    }
    if player.damagedRecordCount > 0 || player.unreadableStateCount > 0 {
      throw .damagedRecords(
        player.damagedRecordCount, unreadableStates: player.unreadableStateCount)
    }
    self.init(
      camera: configuration.camera,
      codeLength: configuration.transform.count - StateCoordinates.correction, states: states)
  }
}
