import AvatarModel
import Enrollment
import ExpressionStream
import Foundation
import Geometry

/// What `visavis drive` did.
struct DriveReport: Codable, Equatable {
  /// Median milliseconds a frame; nil for steps never taken.
  struct Milliseconds: Codable, Equatable {
    /// Landmarks and irises; the matte, at the same time.
    var landmarks, matte: Double?
    /// Landmarks to face state; photometric steps; a whole frame.
    var solve, refine, frame: Double?
  }

  /// The stream's path.
  var path: String
  /// Frames in all, and those without a usable face.
  var frames, lostFrames: Int
  /// Seconds at which the picture jumped.
  var cuts: [Double]
  /// Frames that showed several faces.
  var crowdedFrames: Int
  /// The median height of the face, in the video's pixels.
  var faceHeight: Double
  /// The driving camera.
  var width, height: Int
  var focalLength: Double
  /// Seconds of the stream.
  var seconds: Double
  /// The plain file's size and data rate.
  var bytes: Int
  var kilobitsPerSecond: Double
  var milliseconds: Milliseconds

  init(path: String, stream: AvatarStream, bytes: Int, recording: Recording, times: DrivingTimes) {
    self.path = path
    self.bytes = bytes
    frames = recording.times.count
    lostFrames = recording.lostFrames
    cuts = recording.cuts
    crowdedFrames = recording.crowds.count
    let heights = recording.heights.sorted()
    faceHeight = heights.isEmpty ? 0 : Double(heights[heights.count / 2])
    width = stream.camera.width
    height = stream.camera.height
    focalLength = Double(stream.camera.focalLength.x)
    seconds = stream.duration + stream.frameInterval
    kilobitsPerSecond = Double(bytes) * 8 / 1000 / seconds
    milliseconds = Milliseconds(
      landmarks: times.landmarks.median, matte: times.matte.median, solve: times.solve.median,
      refine: times.refine.median, frame: times.frame.median)
  }

  /// The report for people.
  var text: String {
    func number(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "–" }
    var lines = [
      "\(path): \(frames) frames in \(String(format: "%.1f", seconds)) s, \(bytes / 1000) kB"
        + String(format: " (%.0f kbit/s)", kilobitsPerSecond),
      "  a frame takes \(number(milliseconds.frame)) ms: landmarks \(number(milliseconds.landmarks))"
        + " beside matte \(number(milliseconds.matte)), face state \(number(milliseconds.solve)),"
        + " comparing \(number(milliseconds.refine))",
    ]
    if lostFrames > 0 {
      lines.append("  no usable face in \(lostFrames) frames; the avatar holds still there")
    }
    if let first = cuts.first {
      lines.append(
        "  the picture jumps \(cuts.count == 1 ? "once" : "\(cuts.count) times"), first at "
          + String(format: "%.1f s", first) + "; is it the same person afterwards?")
    }
    if crowdedFrames > 0 {
      lines.append(
        "  several faces in \(crowdedFrames) frames; the one seen first, or the largest, drives")
    }
    if faceHeight < 96 {
      lines.append(
        "  the face is only \(Int(faceHeight)) pixels high; come nearer for a better likeness")
    }
    return lines.joined(separator: "\n")
  }
}
