import FaceRig
import Geometry

/// Sends as iFacialMocap does, in version 2 of its text.
public struct IFacialMocapSender: Sendable {
  /// Makes a sender.
  public init() {}

  /// The datagram of a frame.
  public func packet(_ frame: MotionFrame) -> [UInt8] {
    var text = ""
    for channel in ExpressionChannel.allCases {
      var name = "\(channel)"
      if name.hasSuffix("Left") && name != "jawLeft" && name != "mouthLeft" {
        name = name.dropLast(4) + "_L"
      } else if name.hasSuffix("Right") && name != "jawRight" && name != "mouthRight" {
        name = name.dropLast(5) + "_R"
      }
      text += "\(name)&\(Int((frame.expression[channel] * 100).rounded()))|"
    }
    let degree = 180 / Float.pi
    let head = frame.head ?? BodyMotion()
    let angles = head.angles
    let t = (head.translation ?? .zero) / 100
    let numbers = [angles.pitch * degree, angles.yaw * degree, angles.roll * degree, t.x, t.y, t.z]
    text += "=head#" + numbers.map { "\($0)" }.joined(separator: ",") + "|"
    let gazes = frame.gazes
    for (name, gaze) in [("rightEye", gazes?.right), ("leftEye", gazes?.left)] {
      let gaze = gaze ?? Gaze()
      text += "\(name)#\(-gaze.pitch * degree),\(gaze.yaw * degree),0|"
    }
    return Array(text.utf8)
  }
}
