import FaceRig
public import Geometry
public import MotionProtocols

/// A frame of OpenSeeFace as its program packs it.
public struct OpenSeeFacePacket: Sendable {
  /// Seconds of the sender's clock.
  public var time = 12.5
  /// The face's number.
  public var face: Int32 = 3
  /// How open the eyes are.
  public var open: (right: Float, left: Float) = (0.75, 0.25)
  /// Whether the pose was found.
  public var isFound = true
  /// The rotation from the model's frame to the camera's.
  public var rotation = Matrix3([0, -1, 0], [-1, 0, 0], [0, 0, -1])
  /// From the camera, in its axes and the model's units.
  public var translation = Vector3(0.5, -0.25, 4)
  /// The right and left pupil from the middle of the eyeball, in the model's frame.
  public var pupils: [Vector3] = [[0, 0, 0.08], [0, 0, 0.08]]
  /// The 14 features.
  public var features = [Float](repeating: 0, count: 14)

  /// One who faces the camera.
  public init() {}

  /// What OpenSeeFace would measure of a frame, about.
  public init(_ frame: MotionFrame) {
    time = frame.time ?? 0
    let e = frame.expression
    open = (1 - e[.eyeBlinkRight], 1 - e[.eyeBlinkLeft])
    if let head = frame.head {
      rotation = Self.rotation(of: head.rotation)
      let t = (head.translation ?? .zero) / 15
      translation = [-t.y, t.x, 4 - t.z]
    }
    if let gazes = frame.gazes {
      pupils = [gazes.right, gazes.left].map { [-0.08 * $0.yaw, 0.08 * $0.pitch, 0.08] }
    }
    features[3] = e[.browOuterUpLeft] - e[.browDownLeft]
    features[6] = e[.browOuterUpRight] - e[.browDownRight]
    features[8] = e[.mouthFrownLeft] - e[.mouthSmileLeft]
    features[10] = e[.mouthFrownRight] - e[.mouthSmileRight]
    features[12] = e[.jawOpen]
    features[13] = -e[.mouthPucker]
  }

  /// The model's rotation for a head's, in the axes of the resting head.
  ///
  /// The camera has rows and columns, the model x to the person's right.
  public static func rotation(of head: Matrix3) -> Matrix3 {
    Matrix3([0, -1, 0], [1, 0, 0], [0, 0, -1]) * head
      * Matrix3([-1, 0, 0], [0, 1, 0], [0, 0, 1])
  }

  /// The datagram.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(1785)
    func add(_ v: UInt32) { for s in 0..<4 { out.append(UInt8(truncatingIfNeeded: v >> (8 * s))) } }
    func add(_ v: Float) { add(v.bitPattern) }
    add(UInt32(truncatingIfNeeded: time.bitPattern))
    add(UInt32(truncatingIfNeeded: time.bitPattern >> 32))
    add(UInt32(bitPattern: face))
    add(Float(640))
    add(Float(480))
    add(open.right)
    add(open.left)
    out.append(isFound ? 1 : 0)
    add(Float(0.1))
    // Its formula is for row vectors: the quaternion of the transposed matrix.
    let q = Quaternion(rotation.transpose)
    for v in [q.x, q.y, q.z, q.w] { add(v) }
    for v in [180, 0, 90] as [Float] { add(v) }
    for k in 0..<3 { add(translation[k]) }
    for _ in 0..<68 { add(Float(1)) }
    for _ in 0..<136 { add(Float(100)) }
    for _ in 0..<198 { add(Float(0)) }
    let centres: [Vector3] = [[0.25, 0.27, -0.3], [-0.25, 0.27, -0.3]]
    for point in [centres[0] + pupils[0], centres[1] + pupils[1]] + centres {
      add(point.x)
      add(-point.y)
      add(-point.z)
    }
    for v in features { add(v) }
    return out
  }
}
