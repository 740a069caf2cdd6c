import FaceMotion
import FaceRig

/// Sends Unified Expressions as VRCFaceTracking does, with all parameters as floats.
public struct VRCFaceTrackingSender: Sendable {
  /// What stands before `v2/`, such as `FT/`; usually nothing.
  public var prefix: String

  /// Makes a sender.
  public init(prefix: String = "") { self.prefix = prefix }

  /// The datagrams of a frame.
  public func packets(_ frame: MotionFrame) -> [[UInt8]] {
    var writer = OSCWriter()
    func add(_ name: String, _ value: Float) {
      writer.add(OSCMessage("/avatar/parameters/\(prefix)v2/\(name)", [.float(value)]))
    }
    let mapping = ExpressionMapping.of(.unified)
    let weights = mapping.weights(of: frame.expression)
    let used = Set(mapping.entries.map(\.shape))
    for (k, name) in mapping.shapes.enumerated() where used.contains(k) {
      if !name.hasPrefix("EyeLook") { add(name, weights[k]) }
    }
    if let gazes = frame.gazes {
      for (side, gaze) in [("Left", gazes.left), ("Right", gazes.right)] {
        add("Eye\(side)X", min(max(-gaze.yaw * 4 / .pi, -1), 1))
        add("Eye\(side)Y", min(max(gaze.pitch * 4 / .pi, -1), 1))
      }
    }
    if let angles = frame.head?.angles {
      add("Head/Yaw", min(max(-angles.yaw * 2 / .pi, -1), 1))
      add("Head/Pitch", min(max(-angles.pitch * 2 / .pi, -1), 1))
      add("Head/Roll", min(max(angles.roll * 2 / .pi, -1), 1))
    }
    return writer.take()
  }
}
