public import AvatarModel
internal import ExpressionStream
public import FaceRig
public import Geometry

/// One avatar in the browser: opened piece by piece, posed, sorted.
public final class AvatarPlayer {
  private var opening = AvatarOpening()
  private var frame: SplatFrame?
  private var block: StateBlock?
  private let facts: UnsafeMutablePointer<Double>
  /// See ``picturePainter()``.
  var painter: PicturePainter?

  /// Numbers at ``info()``.
  public static var factCount: Int { 32 }

  /// A player that waits for its avatar's bytes.
  public init() {
    facts = .allocate(capacity: Self.factCount)
    facts.initialize(repeating: 0, count: Self.factCount)
  }

  deinit {
    facts.deallocate()
    block?.deallocate()
  }

  /// Takes in the next bytes; returns 0, 1 (base) or 2 (whole).
  public func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) -> Int32 {
    do {
      let progress = try opening.append(bytes)
      if frame == nil, let avatar = opening.avatar {
        frame = SplatFrame(avatar: avatar)
        block = StateBlock(correctionCount: avatar.splats.codeLength)
      }
      return Int32(progress.rawValue)
    } catch {
      throw Failure(error)
    }
  }

  /// Says that no bytes follow.
  public func finish() throws(Failure) {
    do { try opening.finish() } catch { throw Failure(error) }
  }

  /// Bytes that the base needs, or everything; 0 while unknown.
  public func length(_ whole: Bool) -> Int {
    (whole ? opening.wholeLength : opening.baseLength) ?? 0
  }

  /// Where the state to show is written.
  public func stateBlock() throws(Failure) -> StateBlock {
    guard let block else { throw Failure(.notReady) }
    return block
  }

  /// The frame that calls fill.
  public func splatFrame() throws(Failure) -> SplatFrame {
    guard let frame else { throw Failure(.notReady) }
    return frame
  }

  /// Poses the state in the block.
  public func pose() throws(Failure) {
    let frame = try splatFrame()
    let state = try stateBlock().read()
    guard let avatar = opening.avatar else { throw Failure(.notReady) }
    frame.pose(avatar, state)
  }

  /// Poses a state for the painter alone.
  func posePlanes(_ state: AvatarState) throws(Failure) {
    guard let avatar = opening.avatar else { throw Failure(.notReady) }
    try splatFrame().posePlanes(avatar, state)
  }

  /// Writes the state of rest to the block.
  public func rest() throws(Failure) {
    guard let avatar = opening.avatar else { throw Failure(.notReady) }
    try stateBlock().write(avatar.restingState)
  }

  /// Orders the splats.
  public func sort(eye: Vector3?) throws(Failure) {
    if let eye, !(eye.length < 1e6) { throw Failure(.stateNotFinite) }
    try splatFrame().sort(eye: eye)
  }

  /// Puts the configuration of streams of this person into the room of a stream's end; returns its
  /// length.
  ///
  /// - Parameters:
  ///   - quality: nominal decibels.
  ///   - interval: between states, in 90,000ths of a second.
  ///   - width: of the driving camera's pictures; `height` likewise.
  ///   - focalLength: in pixels.
  public func configure(
    _ line: StreamLine, quality: Int, interval: Int, width: Int, height: Int, focalLength: Float
  ) throws(Failure) -> Int32 {
    guard let avatar = opening.avatar else { throw Failure(.notReady) }
    if width < 1 || height < 1 || width > 16384 || height > 16384 || !(focalLength > 1) {
      throw Failure(.cameraUnusable, Double(width), Double(height))
    }
    let transform =
      avatar.streamTransform
      ?? .generic(correction: avatar.splats.codeLength, reference: avatar.reference)
    let configuration = StreamConfiguration(
      transform: transform, quality: quality, interval: UInt32(clamping: interval),
      camera: PinholeCamera(width: width, height: height, focalLength: min(focalLength, 1e5)))
    return try line.put(configuration.encoded())
  }

  /// What there is to know, as numbers; `Web/core/core.js` names them in the same order.
  public func info() throws(Failure) -> UnsafeMutablePointer<Double> {
    guard let avatar = opening.avatar, let frame else { throw Failure(.notReady) }
    let p = avatar.provenance
    let eyes = frame.eyeCenters
    let turn = avatar.reference.rotation.rotationVector
    let shift = avatar.reference.translation
    let values: [Double] = [
      Double(frame.count), Double(avatar.splats.codeLength),
      Double(avatar.template.vertices.count), Double(avatar.template.triangles.count),
      Double(opening.baseLength ?? 0), Double(opening.wholeLength ?? 0),
      p.created, Double(p.captureWidth), Double(p.captureHeight), Double(p.captureFrames),
      Double(p.fittedFrames), Double(p.focalLength), Double(p.steps),
      Double(turn.x), Double(turn.y), Double(turn.z),
      Double(shift.x), Double(shift.y), Double(shift.z),
      Double(eyes[0].x), Double(eyes[0].y), Double(eyes[0].z),
      Double(eyes[1].x), Double(eyes[1].y), Double(eyes[1].z),
      Double(avatar.restingLeftGaze.yaw), Double(avatar.restingLeftGaze.pitch),
      Double(avatar.restingRightGaze.yaw), Double(avatar.restingRightGaze.pitch),
      avatar.driving == nil ? 0 : 1,
    ]
    for i in 0..<min(values.count, Self.factCount) { facts[i] = values[i] }
    return facts
  }
}
