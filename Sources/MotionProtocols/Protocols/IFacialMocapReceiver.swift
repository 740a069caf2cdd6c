public import FaceRig
import Geometry

/// Receives iFacialMocap and Facemotion3d: text, `jawOpen-12|…|=head#…|rightEye#…|leftEye#…|`.
///
/// Version 1 has `-` between a name and its percentage, version 2 `&`; names end in `_L` and `_R`.
/// Angles are degrees about the axes of ARKit's face: x to the person's left, y up, z out of the face,
/// and so are the head's metres. Eyes turn downward about x: with `eyeLookDown_L-25` comes `leftEye#8.8`.
/// Senders append broken or repeated parts; unknown names are left out, broken numbers are errors.
public struct IFacialMocapReceiver: MotionReceiver {
  /// More entries than any sender has.
  static let mostEntries = 512

  /// What asks a phone at port 49983 to send; version 2 where wanted.
  public static func request(version2: Bool = true) -> [UInt8] {
    Array(
      ("iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719"
        + (version2 ? "|sendDataVersion=v2" : "")).utf8)
  }

  /// Starts.
  public init() {}

  /// Takes a datagram; see ``MotionReceiver/receive(_:)``.
  public mutating func receive(_ packet: [UInt8]) throws(ProtocolError) -> MotionFrame? {
    if let place = Self.firstInvalid(packet) { throw .notText(offset: place) }
    var frame = MotionFrame()
    var entries = 0, known = 0
    var start = 0
    while start < packet.count {
      let end = packet[start...].firstIndex(of: UInt8(ascii: "|")) ?? packet.count
      entries += 1
      if entries > Self.mostEntries { throw .tooMany(offset: start, limit: Self.mostEntries) }
      if try Self.read(packet, in: start..<end, into: &frame) { known += 1 }
      start = end + 1
    }
    if known == 0 { throw .nothingKnown }
    return frame
  }

  /// Reads one entry; returns whether it is known.
  private static func read(
    _ packet: [UInt8], in range: Range<Int>, into frame: inout MotionFrame
  ) throws(ProtocolError) -> Bool {
    var start = range.lowerBound
    if start < range.upperBound, packet[start] == UInt8(ascii: "=") { start += 1 }
    let part = packet[start..<range.upperBound]
    if let mark = part.firstIndex(of: UInt8(ascii: "#")) {
      return try readAngles(packet, name: start..<mark, values: mark + 1..<part.endIndex, &frame)
    }
    let separator =
      part.firstIndex(of: UInt8(ascii: "&")) ?? part.firstIndex(of: UInt8(ascii: "-"))
    // A lone number or nothing: remains of a part that senders repeat.
    guard let separator, separator > start else { return false }
    guard let channel = channel(packet[start..<separator]) else { return false }
    let value = try number(packet, in: separator + 1..<part.endIndex)
    frame.set(channel, value / 100)
    return true
  }

  private static func readAngles(
    _ packet: [UInt8], name: Range<Int>, values: Range<Int>, _ frame: inout MotionFrame
  ) throws(ProtocolError) -> Bool {
    let name = String(decoding: packet[name], as: UTF8.self)
    let expected = name == "head" ? 6 : 3
    guard ["head", "leftEye", "rightEye"].contains(name) else { return false }
    var numbers: [Float] = []
    var start = values.lowerBound
    while start <= values.upperBound {
      let end =
        packet[start..<values.upperBound].firstIndex(of: UInt8(ascii: ",")) ?? values.upperBound
      if numbers.count == 6 {
        throw .wrongCount(offset: values.lowerBound, expected: expected, found: 7)
      }
      numbers.append(try number(packet, in: start..<end))
      start = end + 1
    }
    // Facemotion3d's head has no position in some modes.
    guard numbers.count == expected || (name == "head" && numbers.count == 3) else {
      throw .wrongCount(offset: values.lowerBound, expected: expected, found: numbers.count)
    }
    let degree = Float.pi / 180
    let (x, y, z) = (numbers[0] * degree, numbers[1] * degree, numbers[2] * degree)
    switch name {
    case "leftEye": frame.leftGaze = Gaze(yaw: y, pitch: -x)
    case "rightEye": frame.rightGaze = Gaze(yaw: y, pitch: -x)
    default:
      frame.head = BodyMotion(
        yaw: y, pitch: x, roll: z,
        translation: numbers.count == 6
          ? Vector3(numbers[3], numbers[4], numbers[5]) * 100 : nil)
    }
    return true
  }

  /// A number of magnitude at most 10⁴.
  private static func number(
    _ packet: [UInt8], in range: Range<Int>
  ) throws(ProtocolError) -> Float {
    let text = String(decoding: packet[range], as: UTF8.self)
    guard range.count <= 32, let value = Float(text.trimmingSpaces) else {
      throw .notANumber(offset: range.lowerBound)
    }
    if !(value.magnitude <= 1e4) { throw .valueOutOfRange(offset: range.lowerBound) }
    return value
  }

  /// The channel of a name in either spelling.
  private static func channel(_ name: ArraySlice<UInt8>) -> ExpressionChannel? {
    guard name.count <= 32 else { return nil }
    let text = String(decoding: name, as: UTF8.self).trimmingSpaces
    if text.hasSuffix("_L") { return ExpressionChannel(name: text.dropLast(2) + "Left") }
    if text.hasSuffix("_R") { return ExpressionChannel(name: text.dropLast(2) + "Right") }
    return ExpressionChannel(name: text)
  }

  /// Where bytes cease to be UTF-8; nil where they are.
  private static func firstInvalid(_ bytes: [UInt8]) -> Int? {
    if bytes.allSatisfy({ $0 < 128 }) || String(validating: bytes, as: UTF8.self) != nil {
      return nil
    }
    return bytes.firstIndex { $0 >= 128 }
  }
}

extension String {
  /// The text without the white space around it.
  fileprivate var trimmingSpaces: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
