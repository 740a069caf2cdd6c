import Foundation
import Geometry
import MediaIO

/// Runs a body with a folder that is removed afterwards.
func withScratchFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.path + "/media-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// A small generator whose sequence never changes (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A picture of independent random samples.
func noise(width: Int, height: Int, channels: Int = 3, seed: UInt64) -> PixelImage {
  var random = SeededGenerator(state: seed)
  return PixelImage(
    width: width, height: height, channels: channels,
    samples: (0..<width * height * channels).map { _ in UInt8.random(in: 0...255, using: &random) })
}

/// A smooth picture that changes with `phase` and looks alike from no two sides.
func gradient(width: Int, height: Int, phase: Double) -> PixelImage {
  var image = PixelImage(width: width, height: height, channels: 3)
  for y in 0..<height {
    for x in 0..<width {
      let (u, v) = ((Double(x) + 0.5) / Double(width), (Double(y) + 0.5) / Double(height))
      image[x, y, 0] = UInt8(40 + 170 * u)
      image[x, y, 1] = UInt8(40 + 170 * v)
      image[x, y, 2] = UInt8(128 + 60 * sin(2 * .pi * (u * 0.5 + phase)))
    }
  }
  return image
}

/// Writes pictures as a video.
func write(
  _ pictures: [PixelImage], times: [Double], to path: String,
  coding: VideoWriter.Coding = .h264(), sound: String? = nil
) throws {
  let writer = try VideoWriter(
    path: path, width: pictures[0].width, height: pictures[0].height, coding: coding, sound: sound)
  for (picture, time) in zip(pictures, times) { try writer.append(picture, at: time) }
  try writer.finish()
}

/// All frames of a video.
func readAll(
  _ path: String, from: Double? = nil, to: Double? = nil, maximumDimension: Int? = nil
) throws -> [VideoFrame] {
  let reader = try VideoReader(path: path, from: from, to: to, maximumDimension: maximumDimension)
  var frames: [VideoFrame] = []
  while let frame = try reader.next() { frames.append(frame) }
  return frames
}

/// Peak signal-to-noise ratio.
func decibels(_ a: PixelImage, _ b: PixelImage) -> Double {
  guard a.width == b.width, a.height == b.height, a.channels == b.channels else {
    return -.infinity
  }
  var sum = 0.0
  for (x, y) in zip(a.samples, b.samples) {
    sum += (Double(x) - Double(y)) * (Double(x) - Double(y))
  }
  return 10 * log10(255 * 255 * Double(a.samples.count) / sum)
}

/// The top left part of a picture.
func cropped(_ image: PixelImage, width: Int, height: Int) -> PixelImage {
  var result = PixelImage(width: width, height: height, channels: image.channels)
  for y in 0..<height {
    for x in 0..<width {
      for c in 0..<image.channels { result[x, y, c] = image[x, y, c] }
    }
  }
  return result
}

/// Runs the `ffmpeg` command; false where it is not installed.
func ffmpeg(_ arguments: [String]) throws -> Bool {
  let candidates = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg", "/opt/homebrew/bin/ffmpeg"]
  guard let tool = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
    print("skipped: no ffmpeg command")
    return false
  }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: tool)
  process.arguments = ["-v", "error", "-nostdin", "-y"] + arguments
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus == 0
}
