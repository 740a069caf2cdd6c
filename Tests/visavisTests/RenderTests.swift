import ArgumentParser
import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry
import MediaIO
import Testing

@testable import visavis

@Suite struct RenderTests {
  /// Runs a body with an avatar and a stream in files; not at all without assets.
  private func withFiles(
    _ stream: AvatarStream = TestAvatar.stream(),
    _ body: (_ folder: String, _ stream: String, _ avatar: String) throws -> Void
  ) throws {
    guard let avatar = TestAvatar.make() else { return }
    try withScratchFolder { folder in
      try write(avatar.encoded(), to: folder + "/a.avatar")
      try write(stream.encoded(), to: folder + "/s.vvs")
      try body(folder, folder + "/s.vvs", folder + "/a.avatar")
    }
  }

  private func render(_ arguments: String...) throws -> RenderReport {
    try RenderCommand.parse(arguments + ["--quiet"]).render()
  }

  @Test func theSourceViewHasTheDrivingCamerasSizeAndFrameTimes() throws {
    try withFiles { folder, stream, avatar in
      let report = try render(stream, "--avatar", avatar, "-o", folder + "/o.mp4")
      #expect(report.frames == 6 && report.width == 80 && report.height == 60)
      #expect(report.renderFramesPerSecond > 0)
      let reader = try VideoReader(path: folder + "/o.mp4")
      var times: [Double] = []
      while let frame = try reader.next() { times.append(frame.time) }
      let expected = TestAvatar.stream().states.map { $0.face.time - 2 }
      #expect(times.count == 6)
      #expect(zip(times, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test func theHeadStandsWhereTheDrivingCameraSawIt() throws {
    var stream = TestAvatar.stream(width: 120, height: 90, frames: 1)
    stream.states[0].face.cameraFromHead.translation = [8, -4, 50]
    try withFiles(stream) { folder, stream, avatar in
      _ = try render(stream, "--avatar", avatar, "--frames", folder + "/f")
      let picture = try PictureFile.read(folder + "/f/000000.png", as: .asStored)
      #expect(picture.width == 120 && picture.height == 90 && picture.channels == 4)
      var sum = SIMD2<Double>.zero, weight = 0.0
      for y in 0..<90 {
        for x in 0..<120 {
          let a = Double(picture[x, y, 3])
          sum += SIMD2(Double(x) + 0.5, Double(y) + 0.5) * a
          weight += a
        }
      }
      // f · x / z + centre: 120 · 8 / 50 + 60, 120 · −4 / 50 + 45.
      let x = sum.x / weight, y = sum.y / weight
      #expect(abs(x - 79.2) < 1)
      #expect(abs(y - 35.4) < 1)
    }
  }

  @Test func alphaIsStraight() throws {
    try withFiles { folder, stream, avatar in
      _ = try render(stream, "--avatar", avatar, "--frames", folder + "/f")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/f").sorted()
      #expect(names == (0..<6).map { "00000\($0).png" })
      let picture = try PictureFile.read(folder + "/f/000003.png", as: .asStored)
      var solid = 0, clear = 0
      for y in 0..<60 {
        for x in 0..<80 {
          let a = picture[x, y, 3]
          // At the soft edge colour stays what it is, grey, however faint.
          if x < 40 && a > 24 && a < 160 {
            #expect(picture[x, y, 1].distance(to: 128).magnitude < 12)
          }
          if a > 240 { solid += 1 }
          if a == 0 { clear += 1 }
        }
      }
      #expect(solid > 500 && clear > 500)
    }
  }

  @Test func yawShowsThePersonsLeftAndTheFrontViewIsCentred() throws {
    try withFiles { folder, stream, avatar in
      func column(of channel: Int, _ name: String) throws -> Double? {
        let picture = try PictureFile.read("\(folder)/\(name)/000000.png", as: .asStored)
        #expect(picture.width == 200 && picture.height == 200)
        var sum = 0.0, weight = 0.0
        for y in 0..<200 {
          for x in 0..<200 where picture[x, y, 3] > 128 && picture[x, y, channel] > 180 {
            sum += Double(x) + 0.5
            weight += 1
          }
        }
        return weight > 0 ? sum / weight : nil
      }
      _ = try render(
        stream, "--avatar", avatar, "--size", "200", "--frames", folder + "/front")
      let nose = try #require(try column(of: 2, "front"))
      #expect(abs(nose - 100) < 3)
      _ = try render(
        stream, "--avatar", avatar, "--size", "200", "--yaw", "60", "--frames", folder + "/left")
      let ear = try #require(try column(of: 0, "left"))
      let turnedNose = try #require(try column(of: 2, "left"))
      #expect(turnedNose < 80 && ear > 100 && ear < 150)
    }
  }

  @Test func aBackgroundIsAColourOrAPicture() throws {
    try withFiles { folder, stream, avatar in
      try PictureFile.writePNG(pattern(width: 50, height: 50, shift: 0), to: folder + "/b.png")
      func corner(_ background: String) throws -> [Int] {
        _ = try render(
          stream, "--avatar", avatar, "-o", folder + "/o.mp4", "--background", background)
        let frame = try #require(try VideoReader(path: folder + "/o.mp4").next())
        return (0..<3).map { Int(frame.image[2, 2, $0]) }
      }
      #expect(try corner("#ff8000").enumerated().allSatisfy { abs($1 - [255, 128, 0][$0]) < 12 })
      #expect(try corner("0,0,200").enumerated().allSatisfy { abs($1 - [0, 0, 200][$0]) < 12 })
      let expected = pattern(width: 50, height: 50, shift: 0).covering(width: 80, height: 60)
      let found = try corner(folder + "/b.png")
      #expect((0..<3).allSatisfy { abs(found[$0] - Int(expected[2, 2, $0])) < 25 })
      #expect(throws: BackgroundError.neither(argument: "mauve")) { _ = try corner("mauve") }
    }
  }

  @Test func whatExistsSurvivesFailures() throws {
    try withFiles { folder, stream, avatar in
      let output = folder + "/o.mp4"
      try write([1, 2, 3], to: output)
      func fails(_ code: FailureCode, _ arguments: String...) {
        do {
          _ = try RenderCommand.parse(arguments + ["-o", output, "--quiet"]).render()
          Issue.record("no error for \(arguments)")
        } catch {
          #expect(Failure(error).exitCode == code)
          #expect(Failure(error).sentence.contains(folder) || code == .usage)
        }
      }
      fails(.noInput, stream, "--avatar", folder + "/none.avatar")
      fails(.badData, avatar, "--avatar", avatar)
      fails(.badData, stream, "--avatar", stream)
      fails(.noInput, folder, "--avatar", avatar)
      fails(.cannotCreate, stream, "--avatar", avatar, "--frames", folder)
      fails(.noInput, stream, "--avatar", avatar, "--audio", folder + "/none.mp4")
      try write(TestAvatar.stream(frames: 0).encoded(), to: folder + "/empty.vvs")
      fails(.badData, folder + "/empty.vvs", "--avatar", avatar)
      var other = TestAvatar.stream()
      other.codeLength = 16
      try write(other.encoded(), to: folder + "/other.vvs")
      fails(.badData, folder + "/other.vvs", "--avatar", avatar)
      var disordered = TestAvatar.stream()
      disordered.states.swapAt(1, 2)
      try write(disordered.encoded(), to: folder + "/disordered.vvs")
      fails(.badData, folder + "/disordered.vvs", "--avatar", avatar)
      #expect(FileManager.default.contents(atPath: output) == Data([1, 2, 3]))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(
        left == ["a.avatar", "disordered.vvs", "empty.vvs", "o.mp4", "other.vvs", "s.vvs"])
    }
  }

  @Test func senselessArgumentsAreRefused() {
    for arguments in [
      ["s"], ["s", "--avatar", "a", "--view", "source", "--yaw", "3"],
      ["s", "--avatar", "a", "--size", "2"], ["s", "--avatar", "a", "--yaw", "nan"],
      ["s", "--avatar", "a", "--yaw", "3", "--orbit"], ["s", "--avatar", "a", "--pitch", "90"],
      ["s", "--avatar", "a", "--frames", "f", "--audio", "v"],
    ] {
      #expect(throws: (any Error).self) { _ = try RenderCommand.parse(arguments) }
    }
  }
}
