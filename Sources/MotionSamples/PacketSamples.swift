import FaceRig
import Geometry
public import MotionProtocols

/// Datagrams of every protocol, as programs send them: for benches, fuzzing and tests.
public enum PacketSamples {
  /// A face that moves smoothly and says everything, different in every number at every time.
  public static func frame(_ time: Double) -> MotionFrame {
    var frame = MotionFrame(time: time)
    let t = Float(time)
    for channel in ExpressionChannel.allCases {
      let phase = t * (1 + Float(channel.rawValue) / 20)
      frame.set(channel, 0.5 + 0.4 * ElementaryFunctions.sinCos(phase).sin)
    }
    let (sin, cos) = ElementaryFunctions.sinCos(t * 2)
    frame.head = BodyMotion(
      yaw: 0.3 * sin, pitch: 0.1 * cos, roll: 0.05 * sin, translation: [2 * cos, sin, 1])
    frame.leftGaze = Gaze(yaw: -0.1 * sin, pitch: 0.05 * cos)
    frame.rightGaze = Gaze(yaw: -0.12 * sin, pitch: 0.05 * cos)
    return frame
  }

  /// The datagrams that a program sends for a frame.
  public static func packets(
    _ format: MotionProtocol, _ frame: MotionFrame
  ) -> [[UInt8]] {
    let time = frame.time ?? 0
    switch format {
    case .liveLinkFace:
      let sender = LiveLinkFaceSender(
        device: "DEADC0DE-1337-1337-1337-CAFEBABE0000", subject: "Ada", frameRate: 60)
      return [sender.packet(frame)]
    case .iFacialMocap: return [IFacialMocapSender().packet(frame)]
    case .vmc: return VMCSender().packets(frame, time: time)
    case .openSeeFace: return [OpenSeeFacePacket(frame).bytes]
    case .vrcFaceTracking: return VRCFaceTrackingSender().packets(frame)
    }
  }
}
