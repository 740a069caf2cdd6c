public import FaceRig
public import Geometry

/// Receives OpenSeeFace: frames of 1785 bytes, little-endian, one a face.
///
/// | at | what |
/// |---|---|
/// | 0 | time, 64-bit float; face, 32-bit integer; width and height of the picture |
/// | 20 | how open the right and the left eye are |
/// | 28 | whether the pose was found; its error |
/// | 33 | quaternion x y z w; Euler angles; translation |
/// | 73 | 68 confidences; 68 landmarks, each row and column; 70 points x, −y, −z |
/// | 1729 | 14 features |
///
/// Its camera frame is x down, y right, z forward (landmarks are rows and columns), and its head frame x
/// to the person's right, y up, z out of the face: both are left-handed, so rotations between them are
/// proper. The quaternion is that of the transposed matrix, for its formula is one for row vectors. Of the
/// landmarks only the pupils and the centres of the eyeballs are used.
public struct OpenSeeFaceReceiver: MotionReceiver {
  /// Bytes of a frame.
  public static let frameLength = 1785
  /// The most faces that a sender sends.
  static let mostFaces = 40
  /// The head model's ears are 1.004 units apart, a face's about 15 cm.
  static let centimetres: Float = 15

  private var face: Int32?

  /// Starts; the first face that comes is followed.
  public init() {}

  /// Takes a datagram; see ``MotionReceiver/receive(_:)``.
  public mutating func receive(_ packet: [UInt8]) throws(ProtocolError) -> MotionFrame? {
    let length = Self.frameLength
    guard !packet.isEmpty, packet.count % length == 0, packet.count / length <= Self.mostFaces
    else { throw .wrongLength(found: packet.count, frame: length) }
    var found: [(face: Int32, frame: MotionFrame)] = []
    for start in stride(from: 0, to: packet.count, by: length) {
      var cursor = PacketCursor(packet, in: start..<start + length, order: .little)
      found.append(try Self.read(&cursor))
    }
    // Numbers stay with faces; where ours is gone the first takes its place.
    let chosen = found.first { $0.face == face } ?? found[0]
    face = chosen.face
    return chosen.frame
  }

  private static func read(
    _ cursor: inout PacketCursor
  ) throws(ProtocolError) -> (Int32, MotionFrame) {
    var frame = MotionFrame()
    frame.time = try cursor.double()
    let face = Int32(bitPattern: try cursor.word())
    try cursor.skip(8)
    let rightOpen = try cursor.float(), leftOpen = try cursor.float()
    let isFound = try cursor.byte() != 0
    try cursor.skip(4)
    let (x, y, z, w) = (
      try cursor.float(), try cursor.float(), try cursor.float(), try cursor.float()
    )
    try cursor.skip(12)
    let t = Vector3(try cursor.float(), try cursor.float(), try cursor.float())
    if isFound {
      frame.head = head(Quaternion(w: w, x: -x, y: -y, z: -z), translation: t)
    }
    try cursor.skip(68 * 4 + 68 * 8 + 66 * 12)
    var points: [Vector3] = []
    for _ in 0..<4 {
      points.append([try cursor.float(), -(try cursor.float()), -(try cursor.float())])
    }
    if isFound {
      frame.rightGaze = gaze(points[0] - points[2])
      frame.leftGaze = gaze(points[1] - points[3])
    }
    var features: [Float] = []
    for _ in 0..<14 { features.append(try cursor.float()) }
    setExpression(features, rightOpen: rightOpen, leftOpen: leftOpen, &frame)
    return (face, frame)
  }

  /// The head's motion from the rotation that takes the model's frame to the camera's.
  private static func head(_ q: Quaternion, translation t: Vector3) -> BodyMotion? {
    let length = (q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z).squareRoot()
    guard length > 0.5, length < 2 else { return nil }
    // Ours from the camera's: right is its y, up is against its x, towards the camera against its z.
    let ours = Matrix3([0, 1, 0], [-1, 0, 0], [0, 0, -1])
    let model = Matrix3([-1, 0, 0], [0, 1, 0], [0, 0, 1])
    return BodyMotion(
      rotation: (ours * q.normalized.matrix * model).orthonormalized,
      translation: ours * t * centimetres)
  }

  /// Where an eye looks whose pupil lies there from its centre, in the model's frame.
  private static func gaze(_ v: Vector3) -> Gaze? {
    guard v.length > 1e-4, v.z > 0 else { return nil }
    let side = (v.x * v.x + v.z * v.z).squareRoot()
    return Gaze(
      yaw: min(max(ElementaryFunctions.atan2(-v.x, v.z), -1), 1),
      pitch: min(max(ElementaryFunctions.atan2(v.y, side), -1), 1))
  }

  /// Features are differences from what is usual in this person, about −1…1.
  ///
  /// They are measured with y up in the model's frame: brows rise with them, and corners of the mouth fall.
  private static func setExpression(
    _ f: [Float], rightOpen: Float, leftOpen: Float, _ frame: inout MotionFrame
  ) {
    frame.set(.eyeBlinkLeft, 1 - leftOpen)
    frame.set(.eyeBlinkRight, 1 - rightOpen)
    frame.set(.eyeWideLeft, f[0] - 0.1)
    frame.set(.eyeWideRight, f[1] - 0.1)
    frame.set(.browOuterUpLeft, f[3])
    frame.set(.browOuterUpRight, f[6])
    frame.set(.browInnerUp, (f[3] + f[6]) / 2)
    frame.set(.browDownLeft, -f[3])
    frame.set(.browDownRight, -f[6])
    frame.set(.mouthSmileLeft, -f[8])
    frame.set(.mouthSmileRight, -f[10])
    frame.set(.mouthFrownLeft, f[8])
    frame.set(.mouthFrownRight, f[10])
    frame.set(.jawOpen, f[12])
    frame.set(.mouthStretchLeft, f[13] / 2)
    frame.set(.mouthStretchRight, f[13] / 2)
    frame.set(.mouthPucker, -f[13])
  }
}
