import AvatarModel
import FaceRig
import Geometry

/// The plain file of a stream: a header, then every state in full, little-endian.
///
///     0    4        8       12      16    20  24  28  32  36           40       44
///     VVST version  states  length  width h   fx  fy  cx  cy           checksum states …
///
/// A state is its time (8 bytes), then 32-bit floats: 52 coefficients; the head's rotation vector
/// and translation; the torso's; yaw and pitch of the left, then the right eye; the correction.
extension AvatarStream {
  private static var magic: UInt32 { 0x5453_5656 }
  private static var headerLength: Int { 44 }

  private static func stateLength(_ codeLength: Int) -> Int {
    8 + 4 * (ExpressionChannel.count + 12 + 4 + codeLength)
  }

  /// The stream as the bytes of a file; ``init(bytes:)`` is the inverse.
  public func encoded() -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(states.count * Self.stateLength(codeLength))
    func word(_ v: UInt32, _ out: inout [UInt8]) {
      for shift in [0, 8, 16, 24] as [UInt32] {
        out.append(UInt8(truncatingIfNeeded: v >> shift))
      }
    }
    for state in states {
      let time = state.face.time.bitPattern
      word(UInt32(truncatingIfNeeded: time), &body)
      word(UInt32(truncatingIfNeeded: time >> 32), &body)
      for v in numbers(of: state) { word(v.bitPattern, &body) }
    }
    var out: [UInt8] = []
    let words: [UInt32] = [
      Self.magic, 1, UInt32(states.count), UInt32(codeLength), UInt32(camera.width),
      UInt32(camera.height), camera.focalLength.x.bitPattern, camera.focalLength.y.bitPattern,
      camera.center.x.bitPattern, camera.center.y.bitPattern,
      TemplateFormat.checksum(body, in: 0..<body.count),
    ]
    for v in words { word(v, &out) }
    return out + body
  }

  private func numbers(of state: AvatarState) -> [Float] {
    var v = (0..<ExpressionChannel.count).map { state.face.expression[$0] }
    for pose in [state.face.cameraFromHead, state.cameraFromTorso] {
      let r = pose.rotation.rotationVector, t = pose.translation
      v += [r.x, r.y, r.z, t.x, t.y, t.z]
    }
    v += [state.face.leftGaze.yaw, state.face.leftGaze.pitch]
    v += [state.face.rightGaze.yaw, state.face.rightGaze.pitch]
    v += state.correction
    if state.correction.isEmpty { v += [Float](repeating: 0, count: codeLength) }
    return v
  }

  /// Reads a stream; the inverse of ``encoded()``.
  ///
  /// - Throws: ``StreamError``. No memory is taken that the file's length does not justify.
  public init(bytes: [UInt8]) throws(StreamError) {
    func word(_ i: Int) -> UInt32 {
      UInt32(bytes[i]) | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]) << 16
        | UInt32(bytes[i + 3]) << 24
    }
    func float(_ i: Int) throws(StreamError) -> Float {
      let v = Float(bitPattern: word(i))
      if !(v.magnitude <= 1e6) { throw .valueOutOfRange(offset: i) }
      return v
    }
    if bytes.count < 4 || word(0) != Self.magic {
      throw .notAStream(found: bytes.count < 4 ? 0 : word(0))
    }
    if bytes.count < Self.headerLength {
      throw .wrongLength(expected: Self.headerLength, found: bytes.count)
    }
    if word(4) != 1 { throw .unsupportedVersion(word(4)) }
    let count = Int(word(8)), codeLength = Int(word(12))
    if codeLength > AvatarFormat.largestCodeLength { throw .valueOutOfRange(offset: 12) }
    let length = Self.stateLength(codeLength)
    if bytes.count - Self.headerLength != count * length {
      throw .wrongLength(expected: Self.headerLength + count * length, found: bytes.count)
    }
    let found = TemplateFormat.checksum(bytes, in: Self.headerLength..<bytes.count)
    if found != word(40) { throw .checksumMismatch(expected: word(40), found: found) }
    let width = Int(word(16)), height = Int(word(20))
    if width < 1 || height < 1 || width > 16384 || height > 16384 {
      throw .valueOutOfRange(offset: 16)
    }
    let focal = SIMD2(try float(24), try float(28))
    if !(focal.x > 0 && focal.y > 0) { throw .valueOutOfRange(offset: 24) }
    let camera = PinholeCamera(
      width: width, height: height, focalLength: focal, center: SIMD2(try float(32), try float(36)))
    var states: [AvatarState] = []
    states.reserveCapacity(count)
    for s in 0..<count {
      let start = Self.headerLength + s * length
      let time = Double(bitPattern: UInt64(word(start)) | UInt64(word(start + 4)) << 32)
      if !time.isFinite { throw .valueOutOfRange(offset: start) }
      var v = [Float](repeating: 0, count: length / 4 - 2)
      for k in v.indices { v[k] = try float(start + 8 + 4 * k) }
      states.append(Self.state(time, v))
    }
    self.init(camera: camera, codeLength: codeLength, states: states)
  }

  private static func state(_ time: Double, _ v: [Float]) -> AvatarState {
    let n = ExpressionChannel.count
    var expression = Expression()
    for i in 0..<n { expression[i] = v[i] }
    func pose(_ i: Int) -> RigidTransform {
      RigidTransform(
        rotation: Matrix3(rotationVector: [v[i], v[i + 1], v[i + 2]]),
        translation: [v[i + 3], v[i + 4], v[i + 5]])
    }
    let face = FaceState(
      time: time, expression: expression, cameraFromHead: pose(n),
      leftGaze: Gaze(yaw: v[n + 12], pitch: v[n + 13]),
      rightGaze: Gaze(yaw: v[n + 14], pitch: v[n + 15]))
    return AvatarState(face: face, cameraFromTorso: pose(n + 6), correction: Array(v[(n + 16)...]))
  }
}
