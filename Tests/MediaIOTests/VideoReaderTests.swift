import Foundation
import Geometry
import MediaIO
import Testing

@Suite struct VideoReaderTests {
  @Test func framesKeepTheirTrueTimes() throws {
    try withScratchFolder { folder in
      let path = folder + "/variable.mp4"
      let times = [0, 0.04, 0.05, 0.3, 0.31, 0.9, 1.7]
      let pictures = times.map { gradient(width: 64, height: 48, phase: $0) }
      // Times are kept relative to the first frame.
      try write(pictures, times: times.map { $0 + 5 }, to: path)
      let frames = try readAll(path)
      #expect(frames.count == times.count)
      for (frame, time) in zip(frames, times) { #expect(abs(frame.time - time) < 1e-4) }
      for (frame, picture) in zip(frames, pictures) { #expect(decibels(frame.image, picture) > 35) }
    }
  }

  @Test(arguments: [(0.0, 0.5), (0.5, 1.0), (0.52, 3.0), (1.5, 1.6), (5.0, 6.0)])
  func aRangeDeliversTheFramesShownInIt(from: Double, to: Double) throws {
    try withScratchFolder { folder in
      let path = folder + "/a.mp4"
      let times = (0..<50).map { Double($0) / 25 }
      try write(
        times.map { gradient(width: 32, height: 32, phase: $0) }, times: times, to: path,
        coding: .lossless)
      let all = try readAll(path)
      let part = try readAll(path, from: from, to: to)
      let expected = all.filter { $0.time >= from - 1e-6 && $0.time < to - 1e-6 }
      #expect(part.map(\.time) == expected.map(\.time))
      #expect(part.map(\.image) == expected.map(\.image))
    }
  }

  @Test func aMaximumDimensionReducesWithoutAliasing() throws {
    try withScratchFolder { folder in
      let path = folder + "/a.mp4"
      let picture = gradient(width: 320, height: 180, phase: 0)
      try write([picture], times: [0], to: path, coding: .h264(quality: 5))
      for maximumDimension in [160, 100, 1000] {
        let reader = try VideoReader(path: path, maximumDimension: maximumDimension)
        let width = min(320, maximumDimension)
        let height = Int((Double(width) * 180 / 320).rounded())
        #expect(reader.description.width == width && reader.description.height == height)
        let image = try #require(try reader.next()).image
        #expect(image.width == width && image.height == height)
        let expected = gradient(width: width, height: height, phase: 0)
        #expect(decibels(image, expected) > 35)
      }
    }
  }

  @Test(arguments: [0, 90, 180, 270])
  func turnedVideosComeUpright(degrees: Int) throws {
    try withScratchFolder { folder in
      let stored = gradient(width: 64, height: 48, phase: 0.2)
      let (plain, rotated) = (folder + "/plain.mp4", folder + "/rotated.mp4")
      try write([stored, stored], times: [0, 0.1], to: plain, coding: .h264(quality: 5))
      // FFmpeg 5 takes the tag counter-clockwise, earlier ones clockwise: its own player decides.
      let arguments = ["-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=\(degrees)", rotated]
      let shown = folder + "/shown.png"
      guard try ffmpeg(arguments), try ffmpeg(["-i", rotated, "-frames:v", "1", shown]) else {
        return
      }
      let expected = try PictureFile.read(shown)
      let reader = try VideoReader(path: rotated)
      #expect([degrees, (360 - degrees) % 360].contains(reader.description.rotation))
      #expect(reader.description.width == expected.width)
      let frame = try #require(try reader.next())
      #expect(decibels(frame.image, expected) > 40)
      // And the stated angle, clockwise, is what turns the stored picture upright.
      let upright = (0..<reader.description.rotation / 90).reduce(stored) { image, _ in
        turned(image)
      }
      #expect(decibels(frame.image, upright) > 35)
    }
  }

  @Test(arguments: ["bt709", "smpte170m"], ["tv", "pc"])
  func coloursFollowTheStatedMatrixAndRange(matrix: String, range: String) throws {
    try withScratchFolder { folder in
      let picture = gradient(width: 64, height: 64, phase: 0.1)
      let (source, path) = (folder + "/source.png", folder + "/a.mp4")
      try PictureFile.writePNG(picture, to: source)
      let filter = "scale=out_color_matrix=\(matrix):out_range=\(range)"
      let arguments = [
        "-i", source, "-vf", filter, "-pix_fmt", "yuv444p", "-colorspace", matrix, "-color_range",
        range, "-crf", "1", path,
      ]
      guard try ffmpeg(arguments) else { return }
      let reader = try VideoReader(path: path)
      #expect(reader.description.colour.matrix == (matrix == "bt709" ? .bt709 : .bt601))
      #expect(reader.description.colour.isFullRange == (range == "pc"))
      let frame = try #require(try reader.next())
      #expect(decibels(frame.image, picture) > 42)
    }
  }

  @Test func nonSquarePixelsAreStretched() throws {
    try withScratchFolder { folder in
      let (plain, wide) = (folder + "/plain.mp4", folder + "/wide.mp4")
      let picture = gradient(width: 64, height: 48, phase: 0)
      try write([picture], times: [0], to: plain)
      guard try ffmpeg(["-i", plain, "-c", "copy", "-aspect", "2:1", wide]) else { return }
      let description = try VideoReader(path: wide).description
      #expect(description.width == 96 && description.height == 48)
      let frame = try #require(try readAll(wide).first)
      #expect(decibels(frame.image, gradient(width: 96, height: 48, phase: 0)) > 35)
    }
  }

  @Test(arguments: ["smpte2084", "arib-std-b67"])
  func highDynamicRangeBecomesAPlainPicture(transfer: String) throws {
    try withScratchFolder { folder in
      let path = folder + "/hdr.mp4"
      // A grey ramp over all levels; tone mapping keeps it grey, monotonic and in range.
      let arguments = [
        "-f", "lavfi", "-i",
        "nullsrc=s=256x16,format=yuv420p10le,geq=lum='64+X*876/255':cb=512:cr=512",
        "-frames:v", "1", "-c:v", "libx264", "-crf", "1", "-colorspace", "bt2020nc",
        "-color_primaries",
        "bt2020", "-color_trc", transfer, "-color_range", "tv", path,
      ]
      guard try ffmpeg(arguments) else { return }
      let reader = try VideoReader(path: path)
      #expect(reader.description.colour.isHighDynamicRange)
      #expect(reader.description.colour.bitDepth == 10)
      let image = try #require(try reader.next()).image
      let ramp = (0..<256).map { Int(image[$0, 8, 1]) }
      #expect(ramp[0] <= 2 && ramp[255] >= 230)
      for x in 1..<256 { #expect(ramp[x] >= ramp[x - 1] - 1) }
      for x in 0..<256 {
        #expect(abs(Int(image[x, 8, 0]) - ramp[x]) <= 2 && abs(Int(image[x, 8, 2]) - ramp[x]) <= 2)
      }
      // The reference white, 203 cd/m²: 58 % of PQ, 75 % of HLG (BT.2408), is bright and not clipped.
      let white = ramp[transfer == "smpte2084" ? 148 : 191]
      #expect((215...250).contains(white))
    }
  }

  @Test func aStillPictureIsOneFrame() throws {
    try withScratchFolder { folder in
      let path = folder + "/100%d still.png"
      let picture = noise(width: 21, height: 13, seed: 1)
      try PictureFile.writePNG(picture, to: path)
      let reader = try VideoReader(path: path, from: 3)
      #expect(reader.description.isStill && reader.description.frameCountEstimate == 1)
      #expect(try #require(try reader.next()).image == picture)
      #expect(try reader.next() == nil)
    }
  }

  @Test func prefetchingDeliversTheSameFrames() throws {
    try withScratchFolder { folder in
      let path = folder + "/a.mp4"
      let times = (0..<40).map { Double($0) / 30 }
      try write(times.map { gradient(width: 64, height: 48, phase: $0) }, times: times, to: path)
      let expected = try readAll(path)
      let reader = PrefetchingVideoReader(try VideoReader(path: path), depth: 2)
      for frame in expected {
        let next = try #require(try reader.next())
        #expect(next.time == frame.time && next.image == frame.image)
      }
      #expect(try reader.next() == nil)
      #expect(try reader.next() == nil)
      // Dropping one half-way ends its thread.
      let dropped = PrefetchingVideoReader(try VideoReader(path: path), depth: 1)
      _ = try dropped.next()
    }
  }
}

/// A picture turned a quarter clockwise.
private func turned(_ image: PixelImage) -> PixelImage {
  var result = PixelImage(width: image.height, height: image.width, channels: image.channels)
  for y in 0..<image.height {
    for x in 0..<image.width {
      for c in 0..<image.channels { result[image.height - 1 - y, x, c] = image[x, y, c] }
    }
  }
  return result
}
