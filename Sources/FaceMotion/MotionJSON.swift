public import FaceRig
import Geometry
import PlainJSON

/// Frames of a face as JSON, for programs that have none of the other formats.
///
/// ```json
/// {"frames": [{"time": 0.033, "expression": {"jawOpen": 0.4},
///   "head": {"yaw": 0.1, "pitch": 0, "roll": 0, "x": 0, "y": 0, "z": 50},
///   "leftGaze": {"yaw": 0, "pitch": 0}, "rightGaze": {"yaw": 0, "pitch": 0}}]}
/// ```
///
/// Seconds, radians and centimetres, as in ``FaceMotionSample``: `x` to the right of the picture, `y` down,
/// `z` away from the camera. Only `time` must be there. What is left out is 0, but for gazes, which then
/// follow from `eyeLook…`. Members of other names are left alone.
public enum MotionJSON {
  /// Reads a recording.
  ///
  /// - Throws: ``FaceMotionError``.
  public static func read(_ bytes: [UInt8]) throws(FaceMotionError) -> FaceMotion {
    let root: JSONNode
    do throws(JSONError) { root = try JSONReader.read(bytes) } catch { throw .damagedJSON(error) }
    guard let frames = root["frames"]?.list else {
      throw .missingMember("frames", offset: root.offset)
    }
    var samples: [FaceMotionSample] = []
    samples.reserveCapacity(frames.count)
    for frame in frames { samples.append(try sample(frame)) }
    return try FaceMotion(samples: samples)
  }

  private static func sample(_ node: JSONNode) throws(FaceMotionError) -> FaceMotionSample {
    guard node["time"] != nil else { throw .missingMember("time", offset: node.offset) }
    var sample = FaceMotionSample(time: try number(node, "time"))
    for (name, value) in node["expression"]?.members ?? [] {
      guard let channel = ExpressionChannel.allCases.first(where: { "\($0)" == name }) else {
        continue
      }
      guard let number = value.number, number.magnitude <= 1e6 else {
        throw .notANumberMember(name, offset: value.offset)
      }
      sample.expression[channel] = Float(min(max(number, 0), 1))
    }
    if let head = node["head"] {
      sample.head = RecordedHeadPose(
        yaw: Float(try number(head, "yaw")), pitch: Float(try number(head, "pitch")),
        roll: Float(try number(head, "roll")),
        translation: [
          Float(try number(head, "x")), Float(try number(head, "y")), Float(try number(head, "z")),
        ])
    }
    (sample.leftGaze, sample.rightGaze) = EyeLook.gazes(of: sample.expression)
    if let gaze = node["leftGaze"] { sample.leftGaze = try self.gaze(gaze) }
    if let gaze = node["rightGaze"] { sample.rightGaze = try self.gaze(gaze) }
    return sample
  }

  private static func gaze(_ node: JSONNode) throws(FaceMotionError) -> Gaze {
    Gaze(yaw: Float(try number(node, "yaw")), pitch: Float(try number(node, "pitch")))
  }

  /// A member of magnitude at most 10⁶; 0 where it is missing.
  private static func number(_ node: JSONNode, _ name: String) throws(FaceMotionError) -> Double {
    guard let member = node[name] else { return 0 }
    guard let number = member.number, number.magnitude <= 1e6 else {
      throw .notANumberMember(name, offset: member.offset)
    }
    return number
  }

  /// The text of a recording; ``read(_:)`` is the inverse.
  ///
  /// Coefficients of 0 are left out.
  public static func text(_ motion: FaceMotion) -> String {
    var out = JSONWriter()
    out.object { out in
      out.list("frames") { out in
        for sample in motion.samples { add(sample, to: &out) }
      }
    }
    return out.text + "\n"
  }

  private static func add(_ sample: FaceMotionSample, to out: inout JSONWriter) {
    out.object { out in
      out.add("time", sample.time)
      out.object("expression") { out in
        for channel in ExpressionChannel.allCases where sample.expression[channel] != 0 {
          out.add("\(channel)", sample.expression[channel])
        }
      }
      out.object("head") { out in
        out.add("yaw", sample.head.yaw)
        out.add("pitch", sample.head.pitch)
        out.add("roll", sample.head.roll)
        for (name, k) in [("x", 0), ("y", 1), ("z", 2)] {
          out.add(name, sample.head.translation[k])
        }
      }
      for (name, gaze) in [("leftGaze", sample.leftGaze), ("rightGaze", sample.rightGaze)] {
        out.object(name) { out in
          out.add("yaw", gaze.yaw)
          out.add("pitch", gaze.pitch)
        }
      }
    }
  }
}
