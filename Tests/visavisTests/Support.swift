import Foundation
import Geometry
import MediaIO

/// Runs a body with a folder that is removed afterwards.
func withScratchFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.path + "/command-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// A picture that changes with `shift`.
func pattern(width: Int, height: Int, shift: Int) -> PixelImage {
  var image = PixelImage(width: width, height: height, channels: 3)
  for y in 0..<height {
    for x in 0..<width {
      for c in 0..<3 { image[x, y, c] = UInt8((x * 3 + y * (c + 2) + shift * 5) % 200 + 20) }
    }
  }
  return image
}

/// Writes pictures as a lossless video.
func writeVideo(_ pictures: [PixelImage], times: [Double], to path: String) throws {
  let writer = try VideoWriter(
    path: path, width: pictures[0].width, height: pictures[0].height, coding: .lossless)
  for (picture, time) in zip(pictures, times) { try writer.append(picture, at: time) }
  try writer.finish()
}
