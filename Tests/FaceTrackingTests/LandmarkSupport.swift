import FaceTracking
import Foundation
import Geometry
import MediaIO

/// What the tests find outside the checkout: models and sample pictures of the asset cache.
enum Assets {
  static let cache: String = {
    let environment = ProcessInfo.processInfo.environment
    return environment["VISAVIS_CACHE"] ?? environment["XDG_CACHE_HOME"].map { $0 + "/visavis" }
      ?? NSHomeDirectory() + "/.cache/visavis"
  }()

  /// A model's bytes; nil, and a line that says so, when there are none.
  static func model(_ name: String) -> [UInt8]? {
    let path = "\(cache)/models/\(name).tflite"
    guard let data = FileManager.default.contents(atPath: path) else {
      print("skipped: no model \(path)")
      return nil
    }
    return [UInt8](data)
  }

  static func faceModels() -> FaceModels? {
    guard let short = model("face_detection_short_range"),
      let full = model("face_detection_full_range_sparse"), let mesh = model("face_landmark"),
      let iris = model("iris_landmark")
    else { return nil }
    return FaceModels(
      shortRangeDetection: short, fullRangeDetection: full, landmarks: mesh, iris: iris)
  }

  /// A sample file's path; nil, and a line that says so, when it is not there.
  static func sample(_ name: String) -> String? {
    let path = "\(cache)/sample/\(name)"
    if FileManager.default.fileExists(atPath: path) { return path }
    print("skipped: no sample \(path)")
    return nil
  }

  static func picture(_ name: String) throws -> PixelImage? {
    try sample(name).map { path in try PictureFile.read(path) }
  }

  /// A file among the committed golden vectors.
  static func vector(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vectors")
    return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }
}

/// Numbers that are the same on every run (SplitMix64).
struct RepeatableGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// A picture of independent random samples.
func randomPicture(width: Int, height: Int, channels: Int = 3, seed: UInt64) -> PixelImage {
  var random = RepeatableGenerator(state: seed)
  return PixelImage(
    width: width, height: height, channels: channels,
    samples: (0..<width * height * channels).map { _ in UInt8.random(in: 0...255, using: &random) })
}

extension PixelImage {
  /// The picture turned clockwise about its middle, what lies outside it black.
  func turned(by angle: Float) -> PixelImage {
    var result = PixelImage(width: width, height: height, channels: channels)
    let (s, c) = (Float(sin(Double(angle))), Float(cos(Double(angle))))
    for y in 0..<height {
      for x in 0..<width {
        let dx = Float(x) - Float(width) / 2, dy = Float(y) - Float(height) / 2
        let u = Int((c * dx + s * dy + Float(width) / 2).rounded())
        let v = Int((-s * dx + c * dy + Float(height) / 2).rounded())
        if u >= 0 && v >= 0 && u < width && v < height {
          for k in 0..<channels { result[x, y, k] = self[u, v, k] }
        }
      }
    }
    return result
  }

  /// The picture in the upper left of a larger black one.
  func placed(onWidth newWidth: Int, height newHeight: Int, atX left: Int, y top: Int) -> PixelImage
  {
    var result = PixelImage(width: newWidth, height: newHeight, channels: channels)
    for y in 0..<min(height, newHeight - top) {
      for x in 0..<min(width, newWidth - left) {
        for k in 0..<channels { result[left + x, top + y, k] = self[x, y, k] }
      }
    }
    return result
  }

  /// Only the brightness, three times.
  var gray: PixelImage {
    var result = self
    for p in 0..<width * height {
      let sum = Int(samples[3 * p]) + Int(samples[3 * p + 1]) + Int(samples[3 * p + 2])
      for k in 0..<3 { result.samples[3 * p + k] = UInt8(sum / 3) }
    }
    return result
  }
}
