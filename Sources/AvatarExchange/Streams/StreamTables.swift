public import AvatarModel
import FaceMotion
import FaceRig
public import Geometry
import MotionProtocols

/// Writes a stream's states for other programs.
public enum StreamTables {
  /// As Live Link Face's table, which ``LiveLinkFaceCSV`` and engines read: coefficients, the head's turn
  /// from the reference pose, and gazes; 60 frames a second in its timecode.
  public static func csv(_ states: [AvatarState], reference: RigidTransform) -> String {
    let placement = MotionPlacement(reference: reference)
    func title(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }
    var text =
      (["Timecode", "BlendshapeCount"] + ExpressionChannel.allCases.map { title("\($0)") }
      + [
        "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll",
        "RightEyeYaw", "RightEyePitch", "RightEyeRoll",
      ]).joined(separator: ",") + "\n"
    // A day has as many frames; whoever talks longer starts anew.
    for state in states {
      let frames = max(state.face.time, 0) * 60
      let seconds = Int(frames / 60)
      let part = ((frames - Double(seconds) * 60) * 1000).rounded() / 1000
      func two(_ v: Int) -> String { v < 10 ? "0\(v)" : "\(v)" }
      let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(two)
      let fields =
        [time.joined(separator: ":") + ":" + (part < 10 ? "0" : "") + "\(min(part, 59.999))", "61"]
        + LiveLinkFaceCSV.values(placement.frame(state).sample).map { "\($0)" }
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  /// As frames in JSON, which ``MotionJSON`` reads; the head in the axes of the camera that saw it.
  ///
  /// - Throws: `FaceMotionError` where there are no states, or times do not ascend.
  public static func json(_ states: [AvatarState]) throws -> String {
    let rest = RigidTransform(
      rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: .zero)
    let placement = MotionPlacement(reference: rest)
    return MotionJSON.text(try FaceMotion(samples: states.map { placement.frame($0).sample }))
  }
}
