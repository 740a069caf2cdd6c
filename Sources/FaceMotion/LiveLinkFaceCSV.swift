import FaceRig

/// The `.csv` that Live Link Face saves on a phone beside the video.
///
/// A header, then a line a frame: `Timecode` (hours:minutes:seconds:frames, frames with a fraction),
/// `BlendShapeCount` (0 where no face was seen), the 52 coefficients by their ARKit names in an order of
/// their own, and nine angles in radians.
public enum LiveLinkFaceCSV {
  /// Reads a recording; frames without a face are left out.
  ///
  /// - Throws: ``FaceMotionError``.
  /// - Complexity: O(bytes).
  public static func read(_ bytes: [UInt8]) throws(FaceMotionError) -> FaceMotion {
    let table = try ValueTable(bytes: bytes)
    let timecode = try table.index(of: "Timecode")
    let shapes = try table.index(of: "BlendShapeCount")
    var columns: [Int] = []
    for channel in ExpressionChannel.allCases {
      columns.append(try table.index(of: "\(channel)"))
    }
    for name in LiveLinkFaceValues.angles { columns.append(try table.index(of: name)) }

    var times: [(seconds: Int, frames: Double)] = []
    for (number, fields) in table.lines {
      times.append(try time(fields[timecode], line: number))
    }
    // The file does not say how many frames its timecode counts in a second.
    let base: Double = times.contains { $0.frames >= 30 } ? 60 : 30
    var samples: [FaceMotionSample] = []
    var midnights = 0.0
    for i in table.lines.indices {
      if i > 0 && times[i].seconds < times[i - 1].seconds - 43_200 { midnights += 86_400 }
      if try table.number(i, shapes) == 0 { continue }
      var values: [Float] = []
      values.reserveCapacity(LiveLinkFaceValues.count)
      for column in columns { values.append(Float(try table.number(i, column))) }
      samples.append(
        LiveLinkFaceValues.sample(
          values, time: midnights + Double(times[i].seconds) + times[i].frames / base))
    }
    return try FaceMotion(samples: samples)
  }

  /// The values of a line behind the timecode and the count, coefficients in ``ExpressionChannel`` order.
  public static func values(_ sample: FaceMotionSample) -> [Float] {
    LiveLinkFaceValues.values(sample)
  }

  /// Whole seconds since midnight, and frames.
  private static func time(
    _ text: Substring, line: Int
  ) throws(FaceMotionError) -> (seconds: Int, frames: Double) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, let hours = Int(parts[0]), let minutes = Int(parts[1]),
      let seconds = Int(parts[2]), let frames = Double(parts[3]),
      (0..<24).contains(hours), (0..<60).contains(minutes), (0..<60).contains(seconds),
      frames >= 0, frames < 60
    else { throw .badTimecode(line: line) }
    return (3600 * hours + 60 * minutes + seconds, frames)
  }
}
