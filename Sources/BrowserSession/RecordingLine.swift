internal import AvatarModel
public import ExpressionStream
internal import FaceRig
internal import Geometry

/// A recording in the browser: taken in piece by piece, read state by state.
///
///     append … open ─▶ next ─▶ block, facts
public final class RecordingLine {
  /// Numbers at ``facts``.
  public static var factCount: Int { 8 }
  /// Time of the state read last, states in the file, damaged records and unreadable states passed
  /// over so far, bytes left over at the end, width, height and focal length of the camera.
  public let facts: UnsafeMutablePointer<Double>
  /// Where ``canonical()`` leaves its bytes.
  public let room: UnsafeMutablePointer<UInt8>
  /// A time and the most components that there can be.
  static var roomLength: Int { 8 + 4 * StreamTransform.largestCount }
  /// The state read last; nil before the first.
  public private(set) var block: StateBlock?
  private var bytes: [UInt8] = []
  private var player: RecordingPlayer?
  private var state = AvatarState(face: .init(), cameraFromTorso: .identity)

  /// A recording that waits for its bytes.
  public init() {
    facts = .allocate(capacity: Self.factCount)
    facts.initialize(repeating: 0, count: Self.factCount)
    room = .allocate(capacity: Self.roomLength)
    room.initialize(repeating: 0, count: Self.roomLength)
  }

  deinit {
    facts.deallocate()
    room.deallocate()
    block?.deallocate()
  }

  /// Takes in the file's next bytes.
  public func append(_ more: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: more) }

  /// Opens the file, whose bytes have all been taken in.
  public func open() throws(Failure) {
    do {
      player = RecordingPlayer(try RecordingReader(bytes))
      bytes = []
      tell()
    } catch { throw Failure(error) }
  }

  /// Reads the next state into the block; returns 0 at the end, else 1.
  public func next() throws(Failure) -> Int32 {
    guard let player else { throw Failure(.notReady) }
    do {
      guard try player.next(into: &state) != nil else {
        tell()
        return 0
      }
    } catch { throw Failure(error) }
    // A file may change its configuration, and with it the length of corrections.
    let count = player.configuration.transform.count - StateCoordinates.correction
    if block?.correctionCount != count {
      block?.deallocate()
      block = StateBlock(correctionCount: count)
    }
    block?.write(state)
    tell()
    return 1
  }

  /// Puts what signatures cover of the state read last into the room; returns the length.
  public func canonical() -> Int32 {
    let bytes = player?.canonicalBytes ?? []
    for i in 0..<min(bytes.count, Self.roomLength) { room[i] = bytes[i] }
    return Int32(bytes.count)
  }

  private func tell() {
    guard let player else { return }
    let camera = player.configuration.camera
    facts[0] = state.face.time
    facts[1] = Double(player.reader.stateCount)
    facts[2] = Double(player.damagedRecordCount)
    facts[3] = Double(player.unreadableStateCount)
    facts[4] = Double(player.reader.tornByteCount)
    facts[5] = Double(camera.width)
    facts[6] = Double(camera.height)
    facts[7] = Double(camera.focalLength.x)
  }
}
