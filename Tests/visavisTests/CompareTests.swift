import ArgumentParser
import Foundation
import Geometry
import MediaIO
import Testing

@testable import visavis

@Suite struct CompareTests {
  private func report(_ arguments: String...) throws -> ComparisonReport {
    try CompareCommand.parse(arguments + ["--quiet"]).compare()
  }

  private let pictures = (0..<10).map { pattern(width: 48, height: 32, shift: $0) }
  private let times = (0..<10).map { Double($0) / 25 }

  @Test func aVideoIsEqualToItself() throws {
    try withScratchFolder { folder in
      let path = folder + "/a.mp4"
      try writeVideo(pictures, times: times, to: path)
      let report = try report(path, path)
      #expect(report.frames.count == 10 && report.width == 48 && report.height == 32)
      #expect(report.whole.psnr == .infinity && report.whole.meanFramePSNR == .infinity)
      #expect(report.unmatchedReferenceTimes.isEmpty && report.unmatchedRenderedTimes.isEmpty)
      #expect(report.text.contains("equal in every sample"))
    }
  }

  @Test func aKnownErrorGivesItsKnownRatio() throws {
    try withScratchFolder { folder in
      let (a, b) = (folder + "/a.mp4", folder + "/b.mp4")
      try writeVideo(pictures, times: times, to: a)
      // Every sample off by 4: 10 log₁₀ (65025 / 16) = 36.09 dB. In the crop, by 14: 25.21 dB.
      let changed = pictures.map { picture in
        var picture = picture
        for i in picture.samples.indices { picture.samples[i] += 4 }
        for y in 8..<20 { for x in 10..<30 { for c in 0..<3 { picture[x, y, c] += 10 } } }
        return picture
      }
      try writeVideo(changed, times: times, to: b)
      let report = try report(a, b, "--crop", "10,8,20,12")
      let crop = try #require(report.crop)
      #expect(abs(crop.psnr - 10 * log10(65025.0 / 196)) < 1e-4)
      let error = (16 * (48 * 32 - 240) + 196 * 240) / Double(48 * 32)
      #expect(abs(report.whole.psnr - 10 * log10(65025 / error)) < 1e-4)
      #expect(report.frames.allSatisfy { $0.cropPSNR != nil && $0.ssimLuma! < 1 })
    }
  }

  @Test func missingFramesAreReportedAndNotMatchedToNeighbours() throws {
    try withScratchFolder { folder in
      let (a, b) = (folder + "/a.mp4", folder + "/b.mp4")
      try writeVideo(pictures, times: times, to: a)
      let kept = [0, 1, 2, 4, 5, 8, 9]
      try writeVideo(kept.map { pictures[$0] }, times: kept.map { times[$0] }, to: b)
      let report = try report(a, b)
      #expect(report.frames.count == 7 && report.whole.psnr == .infinity)
      #expect(report.unmatchedReferenceTimes.map { Int(($0 * 25).rounded()) } == [3, 6, 7])
      #expect(report.unmatchedRenderedTimes == [])
    }
  }

  @Test func anOffsetShiftsTheRenderedVideo() throws {
    try withScratchFolder { folder in
      let (a, b) = (folder + "/a.mp4", folder + "/b.mp4")
      try writeVideo(pictures, times: times, to: a)
      try writeVideo(Array(pictures[4...]), times: Array(times[4...]), to: b)
      let report = try report(a, b, "--offset", "0.16")
      #expect(report.frames.count == 6 && report.whole.psnr == .infinity)
      #expect(report.unmatchedReferenceTimes.count == 4)
      #expect(throws: CompareError.nothingInCommon(first: a, second: b)) {
        _ = try self.report(a, b, "--offset", "100")
      }
    }
  }

  @Test func foldersOfTransparentPicturesAreLaidOverGrey() throws {
    try withScratchFolder { folder in
      let (video, renders) = (folder + "/a.mp4", folder + "/renders")
      try FileManager.default.createDirectory(atPath: renders, withIntermediateDirectories: false)
      var grey = PixelImage(width: 48, height: 32, channels: 3, repeating: 128)
      for x in 0..<48 { grey[x, 3, 1] = 200 }
      try writeVideo(
        Array(repeating: grey, count: 12), times: (0..<12).map { Double($0) / 10 }, to: video)
      for index in 0..<12 {
        var render = PixelImage(width: 48, height: 32, channels: 4)
        for x in 0..<48 {
          (render[x, 3, 0], render[x, 3, 1], render[x, 3, 2], render[x, 3, 3]) = (
            128, 200, 128, 255
          )
        }
        // Numbered without leading zeros: 10 comes after 9.
        try PictureFile.writePNG(render, to: "\(renders)/\(index).png")
      }
      #expect(try report(video, renders).whole.psnr == .infinity)
      #expect(try report(renders, video).frames.count == 12)
      #expect(try report(renders, renders, "--frame-rate", "50").frames[1].time == 0.02)
      #expect(try report(video, renders, "--background", "white").whole.psnr < 10)
    }
  }

  @Test func aMatteSaysWhereToLook() throws {
    try withScratchFolder { folder in
      let (a, b, matte) = (folder + "/a.mp4", folder + "/b.mp4", folder + "/matte")
      try FileManager.default.createDirectory(atPath: matte, withIntermediateDirectories: false)
      try writeVideo(pictures, times: times, to: a)
      var changed = pictures
      for index in 5..<10 { for x in 0..<48 { changed[index][x, 0, 0] += 30 } }
      try writeVideo(changed, times: times, to: b)
      for index in 0..<10 {
        // At half the size; moves into the changed row with the sixth picture.
        var picture = PixelImage(width: 24, height: 16, channels: 1)
        for y in (index < 5 ? 4 : 0)..<12 { for x in 6..<18 { picture[x, y, 0] = 255 } }
        try PictureFile.writePNG(picture, to: "\(matte)/\(index).png")
      }
      let report = try report(a, b, "--matte", matte)
      #expect(report.frames.prefix(5).allSatisfy { $0.cropPSNR == .infinity })
      let expected = 10 * log10(65025 / (900.0 / 24 / 3))
      #expect(report.frames.suffix(5).allSatisfy { abs($0.cropPSNR! - expected) < 1e-4 })
    }
  }

  @Test func sideBySideAndPlotAreWritten() throws {
    try withScratchFolder { folder in
      let (a, both, plot) = (folder + "/a.mp4", folder + "/both.mp4", folder + "/plot.png")
      try writeVideo(pictures, times: times, to: a)
      _ = try report(a, a, "--side-by-side", both, "--plot", plot)
      let reader = try VideoReader(path: both)
      #expect(reader.description.width == 96 && reader.description.height == 32)
      var count = 0
      while try reader.next() != nil { count += 1 }
      #expect(count == 10)
      #expect(try PictureFile.read(plot).width == 960)
    }
  }

  @Test func differentSizesAreAClearError() throws {
    try withScratchFolder { folder in
      let (a, b) = (folder + "/a.mp4", folder + "/b.mp4")
      try writeVideo(pictures, times: times, to: a)
      try writeVideo([pattern(width: 50, height: 32, shift: 0)], times: [0], to: b)
      let expected = CompareError.sizesDiffer(
        first: a, firstSize: PixelSize(48, 32), second: b, secondSize: PixelSize(50, 32))
      #expect(throws: expected) {
        _ = try self.report(a, b, "--side-by-side", folder + "/both.mp4")
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.mp4", "b.mp4"])
      #expect(throws: CompareError.cropOutside(size: PixelSize(48, 32))) {
        _ = try self.report(a, a, "--crop", "100,0,5,5")
      }
      #expect(throws: CompareError.emptyFolder(path: folder + "/none")) {
        try FileManager.default.createDirectory(
          atPath: folder + "/none", withIntermediateDirectories: false)
        _ = try self.report(a, folder + "/none")
      }
      #expect(throws: MediaError.notFound(path: "/no.mp4")) { _ = try self.report(a, "/no.mp4") }
    }
  }

  @Test func senselessArgumentsAreRefused() {
    for arguments in [
      ["a"], ["a", "b", "--crop", "1,2,3"], ["a", "b", "--crop", "0,0,0,5"],
      ["a", "b", "--crop", "1,1,1,1", "--matte", "m"], ["a", "b", "--frame-rate", "0"],
      ["a", "b", "--offset", "nan"], ["a", "b", "--background", "300,0,0"],
    ] {
      #expect(throws: (any Error).self) { _ = try CompareCommand.parse(arguments) }
    }
  }

  @Test func alignmentTakesTheNearestOfTwoWithinReach() throws {
    func steps(_ a: [Double], _ b: [Double]) throws -> [String] {
      let picture = PixelImage(width: 1, height: 1, channels: 3)
      func feed(_ times: [Double]) -> () -> VideoFrame? {
        var rest = times[...]
        return { rest.popFirst().map { VideoFrame(time: $0, image: picture) } }
      }
      var aligner = FrameAligner(tolerance: 0.5, reference: feed(a), rendered: feed(b))
      var result: [String] = []
      while let step = try aligner.next() {
        switch step {
        case .pair(let a, let b): result.append("\(a.time)=\(b.time)")
        case .onlyReference(let frame): result.append("\(frame.time)-")
        case .onlyRendered(let frame): result.append("-\(frame.time)")
        }
      }
      return result
    }
    #expect(try steps([0, 1, 2], [0, 1, 2]) == ["0.0=0.0", "1.0=1.0", "2.0=2.0"])
    #expect(try steps([0, 1], [0.4, 0.9]) == ["0.0=0.4", "1.0=0.9"])
    #expect(try steps([1], [0.6, 0.9, 1.1]) == ["-0.6", "1.0=0.9", "-1.1"])
    #expect(try steps([0, 0.3], [0.25]) == ["0.0-", "0.3=0.25"])
    #expect(try steps([0, 5], [2]) == ["0.0-", "-2.0", "5.0-"])
    #expect(try steps([], [1]) == ["-1.0"])
    #expect(try steps([], []) == [])
  }
}
