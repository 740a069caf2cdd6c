import FaceMotion
public import FaceRig
import Geometry

/// Receives the parameters that VRCFaceTracking sends to VRChat.
///
/// Addresses are `/avatar/parameters/`, perhaps a prefix such as `FT/`, `v2/`, and a name of Unified
/// Expressions. A value is a float, or split into bits for small avatars: bools `Name1`, `Name2`,
/// `Name4`, … and `NameNegative`. Names that stand for several shapes at once (`MouthOpen`,
/// `LipFunnel`, `JawX`, …) are spread onto them, unless the shapes come themselves. Only parameters that
/// the avatar in VRChat has are sent, so a frame states what came so far.
public struct VRCFaceTrackingReceiver: MotionReceiver {
  private var weights: [Float]
  private var stated: [Bool]
  /// Whether a shape came by its own name.
  private var isOwn: [Bool]
  private var bits: [String: (value: Int, most: Int, isNegative: Bool)] = [:]
  private var gaze: [Float?] = [nil, nil, nil, nil]
  private var openness: [Float?] = [nil, nil]
  private var head: [Float?] = [nil, nil, nil]

  /// The most split parameters that are followed.
  static let mostSplit = 512

  /// Starts.
  public init() {
    let count = ExpressionMapping.of(.unified).shapes.count
    weights = [Float](repeating: 0, count: count)
    stated = [Bool](repeating: false, count: count)
    isOwn = stated
  }

  /// Takes a datagram; see ``MotionReceiver/receive(_:)``.
  public mutating func receive(_ packet: [UInt8]) throws(ProtocolError) -> MotionFrame? {
    var hasNew = false
    for message in try OSCReader.messages(in: packet) {
      guard let name = Self.name(message.address), let argument = message.arguments.first else {
        continue
      }
      if case .bool(let isSet) = argument {
        if let value = bit(name, isSet), set(value.name, value.value) { hasNew = true }
      } else if let value = argument.number, value.magnitude <= 1000 {
        if set(name, Float(value)) { hasNew = true }
      }
    }
    return hasNew ? frame : nil
  }

  /// A parameter's name behind `v2/`; nil for other addresses.
  private static func name(_ address: String) -> String? {
    guard address.hasPrefix("/avatar/parameters/"), let range = address.firstRange(of: "/v2/")
    else { return nil }
    return String(address[range.upperBound...])
  }

  /// Takes one bit of a split parameter; returns the parameter's value.
  private mutating func bit(_ name: String, _ isSet: Bool) -> (name: String, value: Float)? {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let isSign = name.hasSuffix("Negative")
    let parameter = String(name.dropLast(isSign ? 8 : digits))
    guard isSign || digits > 0, !parameter.isEmpty else { return nil }
    guard bits[parameter] != nil || bits.count < Self.mostSplit else { return nil }
    var split = bits[parameter] ?? (0, 0, false)
    if isSign {
      split.isNegative = isSet
    } else {
      guard let weight = Int(name.suffix(digits)), weight > 0, weight <= 128,
        weight & (weight - 1) == 0
      else { return nil }
      split.most |= weight
      split.value = isSet ? split.value | weight : split.value & ~weight
    }
    bits[parameter] = split
    guard split.most > 0 else { return nil }
    let value = Float(split.value) / Float(split.most)
    return (parameter, split.isNegative ? -value : value)
  }

  /// Takes a value; returns whether its name is known.
  private mutating func set(_ name: String, _ value: Float) -> Bool {
    switch name {
    case "EyeLeftX": gaze[0] = value
    case "EyeLeftY": gaze[1] = value
    case "EyeRightX": gaze[2] = value
    case "EyeRightY": gaze[3] = value
    case "EyeX": (gaze[0], gaze[2]) = (value, value)
    case "EyeY": (gaze[1], gaze[3]) = (value, value)
    case "EyeOpenLeft": openness[0] = value
    case "EyeOpenRight": openness[1] = value
    case "EyeOpen": (openness[0], openness[1]) = (value, value)
    // Three quarters of a lid's way are opening, the last one is widening.
    case "EyeLidLeft": setLid(0, "EyeWideLeft", value)
    case "EyeLidRight": setLid(1, "EyeWideRight", value)
    case "EyeLid":
      setLid(0, "EyeWideLeft", value)
      setLid(1, "EyeWideRight", value)
    case "Head/Yaw": head[0] = value
    case "Head/Pitch": head[1] = value
    case "Head/Roll": head[2] = value
    default: return setShape(name, value)
    }
    return true
  }

  private mutating func setLid(_ side: Int, _ wide: String, _ value: Float) {
    openness[side] = min(value / 0.75, 1)
    _ = setShape(wide, max(value - 0.75, 0) * 4)
  }

  private mutating func setShape(_ name: String, _ value: Float) -> Bool {
    let mapping = ExpressionMapping.of(.unified)
    if let k = mapping.shape(named: name) {
      (weights[k], stated[k], isOwn[k]) = (value, true, true)
      return true
    }
    guard let parts = UnifiedCombinations.parts[name] else { return false }
    for part in parts where !isOwn[part.shape] {
      weights[part.shape] = max(part.isNegative ? -value : value, 0)
      stated[part.shape] = true
    }
    return true
  }

  /// What is known now.
  private var frame: MotionFrame {
    let (expression, channels) = ExpressionMapping.of(.unified).expression(
      weights: weights, stated: stated)
    var frame = MotionFrame(expression: expression, channels: channels)
    for (side, channel) in [ExpressionChannel.eyeBlinkLeft, .eyeBlinkRight].enumerated() {
      if let open = openness[side] { frame.set(channel, 1 - open) }
    }
    // Gaze is −1…1 to the right and up; 45° are taken for 1, as its programs make it from a direction.
    func gaze(_ x: Float?, _ y: Float?) -> Gaze? {
      x == nil && y == nil
        ? nil
        : Gaze(
          yaw: -min(max(x ?? 0, -1), 1) * .pi / 4, pitch: min(max(y ?? 0, -1), 1) * .pi / 4)
    }
    frame.leftGaze = gaze(self.gaze[0], self.gaze[1])
    frame.rightGaze = gaze(self.gaze[2], self.gaze[3])
    if let left = frame.leftGaze ?? frame.rightGaze, let right = frame.rightGaze ?? frame.leftGaze {
      EyeLook.set(left: left, right: right, in: &frame.expression)
      frame.channels.formUnion(Self.looks)
    }
    if head.contains(where: { $0 != nil }) {
      let a = head.map { min(max($0 ?? 0, -1), 1) * .pi / 2 }
      frame.head = BodyMotion(yaw: -a[0], pitch: -a[1], roll: a[2])
    }
    return frame
  }

  private static let looks = ChannelSet(
    ExpressionChannel.allCases.filter { "\($0)".hasPrefix("eyeLook") })
}
