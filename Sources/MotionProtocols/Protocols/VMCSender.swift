import FaceMotion
import FaceRig
import Geometry

/// Sends as a performer of the Virtual Motion Capture protocol does.
///
/// A frame is one or two bundles: the bones of torso, neck, head and eyes, the 52 coefficients by their
/// names (PerfectSync), the presets by VRM 0's names as the protocol asks, and the word to apply them.
public struct VMCSender: Sendable {
  /// Which shapes are sent.
  public enum Shapes: String, Sendable, CaseIterable {
    /// The 52 coefficients alone.
    case perfectSync
    /// VRM's presets alone.
    case presets
    /// Both.
    case both
  }

  /// Which shapes are sent.
  public var shapes: Shapes

  /// Makes a sender.
  public init(shapes: Shapes = .both) { self.shapes = shapes }

  /// The datagrams of a frame.
  ///
  /// - Parameter time: seconds since the sender began.
  public func packets(_ frame: MotionFrame, time: Double) -> [[UInt8]] {
    var writer = OSCWriter()
    writer.add(OSCMessage("/VMC/Ext/OK", [.int(1)]))
    writer.add(OSCMessage("/VMC/Ext/T", [.float(Float(time))]))
    let torso = frame.torso?.rotation ?? .identity
    let head = frame.head ?? BodyMotion()
    let t = head.translation ?? .zero
    writer.add(
      OSCMessage("/VMC/Ext/Root/Pos", [.text("root")] + Self.pose(t, .identity)))
    // The neck has 40 % of the turn between torso and head.
    let turn = (torso.transpose * head.rotation).rotationVector
    for (name, rotation) in [
      ("Spine", torso), ("Neck", Matrix3(rotationVector: turn * 0.4)),
      ("Head", Matrix3(rotationVector: turn * 0.6)),
    ] {
      writer.add(Self.bone(name, rotation))
    }
    if let gazes = frame.gazes {
      writer.add(Self.bone("LeftEye", Self.rotation(gazes.left)))
      writer.add(Self.bone("RightEye", Self.rotation(gazes.right)))
    }
    addShapes(frame, to: &writer)
    writer.add(OSCMessage("/VMC/Ext/Blend/Apply"))
    return writer.take()
  }

  private func addShapes(_ frame: MotionFrame, to writer: inout OSCWriter) {
    func add(_ name: String, _ value: Float) {
      writer.add(OSCMessage("/VMC/Ext/Blend/Val", [.text(name), .float(value)]))
    }
    if shapes != .presets {
      for channel in ExpressionChannel.allCases { add("\(channel)", frame.expression[channel]) }
    }
    if shapes != .perfectSync {
      let mapping = ExpressionMapping.of(.vrm)
      for (name, weight) in zip(mapping.shapes, mapping.weights(of: frame.expression)) {
        if let legacy = VRMNames.legacy(name) { add(legacy, weight) }
      }
    }
  }

  private static func bone(_ name: String, _ rotation: Matrix3) -> OSCMessage {
    OSCMessage("/VMC/Ext/Bone/Pos", [.text(name)] + pose(.zero, rotation))
  }

  private static func pose(_ position: Vector3, _ rotation: Matrix3) -> [OSCArgument] {
    (UnityAxes.metres(position) + UnityAxes.quaternion(rotation)).map { .float($0) }
  }

  private static func rotation(_ gaze: Gaze) -> Matrix3 {
    Matrix3(rotationVector: [0, gaze.yaw, 0]) * Matrix3(rotationVector: [-gaze.pitch, 0, 0])
  }
}
