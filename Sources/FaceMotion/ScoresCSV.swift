import FaceRig
import Geometry

/// The scores of MediaPipe's face landmarker as text: a line a frame.
///
/// `time` in seconds; the 52 scores by their names (`_neutral` is left out, and `tongueOut`, which it does
/// not give, may be missing); `headYawDeg`, `headPitchDeg`, `headRollDeg` and `tx_cm`, `ty_cm`, `tz_cm`, the
/// head's pose in a camera whose y is up and whose z points to the viewer.
public enum ScoresCSV {
  /// Reads a recording.
  ///
  /// There are no gazes in it: they follow from the `eyeLook…` scores, at as many radians a score as in Live
  /// Link Face's recordings, 0.6 sideways and 0.5 up and down.
  /// - Throws: ``FaceMotionError``.
  /// - Complexity: O(bytes).
  public static func read(_ bytes: [UInt8]) throws(FaceMotionError) -> FaceMotion {
    let table = try ValueTable(bytes: bytes)
    let time = try table.index(of: "time")
    var columns: [(channel: ExpressionChannel, column: Int)] = []
    for channel in ExpressionChannel.allCases {
      if channel == .tongueOut {
        if let i = table.indexIfPresent(of: "tongueOut") { columns.append((channel, i)) }
      } else {
        columns.append((channel, try table.index(of: "\(channel)")))
      }
    }
    var pose: [Int] = []
    for name in ["headYawDeg", "headPitchDeg", "headRollDeg", "tx_cm", "ty_cm", "tz_cm"] {
      pose.append(try table.index(of: name))
    }
    var samples: [FaceMotionSample] = []
    samples.reserveCapacity(table.lines.count)
    for i in table.lines.indices {
      var sample = FaceMotionSample(time: try table.number(i, time))
      for (channel, column) in columns {
        sample.expression[channel] = min(max(Float(try table.number(i, column)), 0), 1)
      }
      var p: [Float] = []
      for column in pose { p.append(Float(try table.number(i, column))) }
      let degree = Float.pi / 180
      sample.head = RecordedHeadPose(
        yaw: p[0] * degree, pitch: p[1] * degree, roll: p[2] * degree,
        translation: [p[3], -p[4], -p[5]])
      (sample.leftGaze, sample.rightGaze) = EyeLook.gazes(of: sample.expression)
      samples.append(sample)
    }
    return try FaceMotion(samples: samples)
  }
}
