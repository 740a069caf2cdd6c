import Foundation
import Geometry
import MediaIO
import Testing

@Suite struct VideoRoundTripTests {
  @Test(arguments: [(64, 48), (33, 17), (1, 1), (128, 96)])
  func losslessVideoComesBackSampleForSample(width: Int, height: Int) throws {
    try withScratchFolder { folder in
      let path = folder + "/lossless.mp4"
      let pictures = (0..<12).map { noise(width: width, height: height, seed: UInt64($0)) }
      try write(pictures, times: (0..<12).map { Double($0) / 30 }, to: path, coding: .lossless)
      let frames = try readAll(path)
      #expect(frames.map(\.image) == pictures)
    }
  }

  @Test func h264KeepsASmoothVideoAbove35Decibels() throws {
    try withScratchFolder { folder in
      let path = folder + "/h264.mp4"
      let pictures = (0..<20).map { gradient(width: 160, height: 120, phase: Double($0) / 20) }
      try write(pictures, times: (0..<20).map { Double($0) / 25 }, to: path)
      let frames = try readAll(path)
      #expect(frames.count == pictures.count)
      for (frame, picture) in zip(frames, pictures) {
        #expect(decibels(frame.image, picture) > 35)
      }
    }
  }

  @Test func aDecodedVideoMatchesFFmpegsOwnDescription() throws {
    try withScratchFolder { folder in
      let path = folder + "/a.mp4"
      let pictures = (0..<30).map { gradient(width: 64, height: 48, phase: Double($0) / 30) }
      try write(pictures, times: (0..<30).map { Double($0) / 30 }, to: path)
      let description = try VideoReader(path: path).description
      #expect(description.width == 64 && description.height == 48)
      #expect(abs(description.frameRate - 30) < 0.01)
      #expect(abs(description.duration - 1) < 0.01)
      #expect(description.frameCountEstimate == 30)
      #expect(!description.hasSound && !description.isStill && description.codec == "h264")
      #expect(description.rotation == 0)
      #expect(description.colour.matrix == .bt709 && !description.colour.isFullRange)
    }
  }

  @Test func oddSizesGainARepeatedEdge() throws {
    try withScratchFolder { folder in
      let path = folder + "/odd.mp4"
      let picture = gradient(width: 35, height: 21, phase: 0.3)
      try write([picture, picture], times: [0, 0.04], to: path, coding: .h264(quality: 10))
      let frame = try #require(try readAll(path).first)
      #expect(frame.image.width == 36 && frame.image.height == 22)
      #expect(decibels(cropped(frame.image, width: 35, height: 21), picture) > 35)
    }
  }
}
