public import FaceRig
public import Geometry

/// Receives the Virtual Motion Capture protocol, as a marionette does.
///
/// `/VMC/Ext/Blend/Val` names a shape and its value, `/VMC/Ext/Blend/Apply` makes those since the last one
/// valid. `/VMC/Ext/Bone/Pos` has a bone's local position and rotation in Unity's axes: the torso is
/// turned by hips, spine and chest, the head by neck and head on top of it. Shapes with ARKit's names
/// (PerfectSync), whatever their case, go before the presets of VRM 0 and 1.
///
/// A frame is complete when shapes are applied; of senders that send bones alone, when the head comes
/// again.
public struct VMCReceiver: MotionReceiver {
  /// Bones from the root up; the last two are the head's.
  static let chain = ["Hips", "Spine", "Chest", "UpperChest", "Neck", "Head"]
  /// The most shapes that a set may have.
  static let mostShapes = 1024

  private var pendingExpression = MotionFrame()
  private var pendingWeights: [Float]
  private var pendingStated: [Bool]
  private var shapes = 0
  private var known = MotionFrame()
  private var rotations: [Matrix3?]
  private var root: Vector3?
  private var eyes: [Gaze?] = [nil, nil]
  private var eyesMoved = false
  /// Heads that came since shapes were applied last.
  private var headsAlone = 0

  /// Starts.
  public init() {
    let count = ExpressionMapping.of(.vrm).shapes.count
    pendingWeights = [Float](repeating: 0, count: count)
    pendingStated = [Bool](repeating: false, count: count)
    rotations = [Matrix3?](repeating: nil, count: Self.chain.count)
  }

  /// Takes a datagram; see ``MotionReceiver/receive(_:)``.
  public mutating func receive(_ packet: [UInt8]) throws(ProtocolError) -> MotionFrame? {
    var isComplete = false
    for message in try OSCReader.messages(in: packet) {
      let a = message.arguments
      // As the protocol asks, what is unknown, short or of another type is left out.
      switch message.address {
      case "/VMC/Ext/Blend/Val":
        if a.count >= 2, let name = a[0].text, let value = a[1].number { shape(name, Float(value)) }
      case "/VMC/Ext/Blend/Apply":
        apply()
        headsAlone = 0
        isComplete = true
      case "/VMC/Ext/Bone/Pos":
        if let name = a.first?.text, let pose = Self.pose(a) {
          if bone(name, pose) { headsAlone += 1 }
        }
      case "/VMC/Ext/Root/Pos":
        if let pose = Self.pose(a) { root = pose.position }
      case "/VMC/Ext/T":
        if let time = a.first?.number { known.time = time }
      default: break
      }
    }
    // One head may come before its shapes, and shapes may be lost.
    if !isComplete && headsAlone < 3 { return nil }
    turn()
    return known
  }

  private mutating func shape(_ name: String, _ value: Float) {
    shapes += 1
    if shapes > Self.mostShapes { return }
    if let channel = ExpressionChannel(name: name) {
      pendingExpression.set(channel, value)
    } else if let k = ExpressionMapping.of(.vrm).shape(named: VRMNames.preset(name)) {
      pendingWeights[k] = value
      pendingStated[k] = true
    }
  }

  private mutating func apply() {
    if pendingExpression.channels.isEmpty, pendingStated.contains(true) {
      let presets = ExpressionMapping.of(.vrm).expression(
        weights: pendingWeights, stated: pendingStated)
      (known.expression, known.channels) = presets
    } else if !pendingExpression.channels.isEmpty {
      (known.expression, known.channels) = (
        pendingExpression.expression, pendingExpression.channels
      )
    }
    pendingExpression = MotionFrame()
    for k in pendingStated.indices { (pendingStated[k], pendingWeights[k]) = (false, 0) }
    shapes = 0
  }

  /// Takes a bone; returns whether it is the head.
  private mutating func bone(
    _ name: String, _ pose: (position: Vector3, rotation: Matrix3)
  ) -> Bool {
    if let k = Self.chain.firstIndex(of: name) {
      rotations[k] = pose.rotation
    } else if let k = ["LeftEye", "RightEye"].firstIndex(of: name) {
      let forward = pose.rotation * Vector3(0, 0, 1)
      let gaze = Gaze(
        yaw: ElementaryFunctions.atan2(forward.x, max(forward.z, 1e-3)),
        pitch: ElementaryFunctions.asin(min(max(forward.y, -1), 1)))
      eyes[k] = gaze
      // Many senders hold the bones still and move the eyes by shapes.
      if gaze.yaw.magnitude > 0.01 || gaze.pitch.magnitude > 0.01 { eyesMoved = true }
    }
    return name == "Head"
  }

  private mutating func turn() {
    var torso = Matrix3.identity, head = Matrix3.identity
    var hasTorso = false, hasHead = false
    for (k, rotation) in rotations.enumerated() {
      guard let rotation else { continue }
      head = head * rotation
      if k < 4 {
        torso = torso * rotation
        hasTorso = true
      } else {
        hasHead = true
      }
    }
    known.torso = hasTorso ? BodyMotion(rotation: torso.orthonormalized, translation: root) : nil
    known.head = hasHead ? BodyMotion(rotation: head.orthonormalized, translation: root) : nil
    (known.leftGaze, known.rightGaze) = eyesMoved ? (eyes[0], eyes[1]) : (nil, nil)
  }

  /// Position and rotation of ours after a name.
  private static func pose(_ a: [OSCArgument]) -> (position: Vector3, rotation: Matrix3)? {
    guard a.count >= 8 else { return nil }
    var v: [Float] = []
    for argument in a[1...7] {
      guard let number = argument.number, number.magnitude <= 1e4 else { return nil }
      v.append(Float(number))
    }
    guard let rotation = UnityAxes.rotation(x: v[3], y: v[4], z: v[5], w: v[6]) else { return nil }
    return (UnityAxes.position([v[0], v[1], v[2]]), rotation)
  }
}

/// Names of VRM 0's presets.
enum VRMNames {
  /// VRM 1.0's name for VRM 0's, whatever its case; other names as they are.
  static func preset(_ name: String) -> String { table[name.lowercased()] ?? name }

  /// VRM 0's name for VRM 1.0's; nil where it has none.
  static func legacy(_ name: String) -> String? { legacy[name] }

  private static let pairs = [
    ("Joy", "happy"), ("Angry", "angry"), ("Sorrow", "sad"), ("Fun", "relaxed"), ("A", "aa"),
    ("I", "ih"), ("U", "ou"), ("E", "ee"), ("O", "oh"), ("Blink", "blink"),
    ("Blink_L", "blinkLeft"), ("Blink_R", "blinkRight"), ("LookUp", "lookUp"),
    ("LookDown", "lookDown"), ("LookLeft", "lookLeft"), ("LookRight", "lookRight"),
    ("Neutral", "neutral"),
  ]
  private static let table = Dictionary(
    uniqueKeysWithValues: pairs.map { ($0.0.lowercased(), $0.1) })
  private static let legacy = Dictionary(uniqueKeysWithValues: pairs.map { ($0.1, $0.0) })
}
