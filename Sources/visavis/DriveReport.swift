import AvatarModel
import Enrollment
import ExpressionStream
import Foundation
import Geometry
import StreamSigning

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
  /// The file's size and data rate, and the likeness it is coded for, in decibels.
  var bytes: Int
  var kilobitsPerSecond: Double
  var quality: Int
  /// Whose key signed it.
  var publicKey: String?
  var milliseconds: Milliseconds

  init(
    path: String, configuration: StreamConfiguration, bytes: Int, recording: Recording,
    times: DrivingTimes, key: PublicKey?
  ) {
    self.path = path
    self.bytes = bytes
    frames = recording.frames
    lostFrames = recording.lostFrames
    cuts = recording.cuts
    crowdedFrames = recording.crowds.count
    let heights = recording.heights.sorted()
    faceHeight = heights.isEmpty ? 0 : Double(heights[heights.count / 2])
    width = configuration.camera.width
    height = configuration.camera.height
    focalLength = Double(configuration.camera.focalLength.x)
    let interval = Double(configuration.interval) / StreamConfiguration.ticksPerSecond
    seconds = recording.end - recording.start + interval
    kilobitsPerSecond = Double(bytes) * 8 / 1000 / seconds
    quality = configuration.quality
    publicKey = key?.text
    milliseconds = Milliseconds(
      landmarks: times.landmarks.median, matte: times.matte.median, solve: times.solve.median,
      refine: times.refine.median, frame: times.frame.median)
  }

  /// The report for people.
  var text: String {
    func number(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "–" }
    var lines = [
      "\(path): \(frames) frames in \(String(format: "%.1f", seconds)) s, \((bytes + 500) / 1000) kB"
        + String(format: " (%.1f kbit/s) at %d dB", kilobitsPerSecond, quality)
        + (publicKey.map { ", signed by \($0)" } ?? ""),
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
