import ArgumentParser
import AvatarModel
import ExpressionStream
import FaceRig
import FaceTracking
import Foundation
import GaussianSplats
import Geometry
import MediaIO
import Testing

@testable import Enrollment
@testable import visavis

@Suite(.serialized) struct DriveTests {
  private func drive(_ arguments: [String]) throws -> DriveReport {
    try DriveCommand.parse(arguments + ["--quiet"]).drive()
  }

  @Test func aFaceBecomesOneStateAFrame() throws {
    guard AssetCache.isFilled, let avatar = TestAvatar.make(),
      let video = Sample.path("single_face.mp4")
    else { return }
    try withScratchFolder { folder in
      try write(avatar.encoded(), to: folder + "/a.avatar")
      let key = try KeyCommand.New.parse([folder + "/k"]).make()
      let report = try drive([
        video, "--avatar", folder + "/a.avatar", "-o", folder + "/s.vvs", "--from", "0.5",
        "--to", "1.5", "--quality", "46", "--key", folder + "/k",
      ])
      #expect(report.quality == 46 && report.bytes < 30_000)
      #expect(report.frames == 30 && report.lostFrames == 0 && report.cuts == [])
      #expect(report.width == 640 && report.height == 360)
      // The capture had this aspect ratio: its focal length is taken.
      #expect(abs(report.focalLength - 700) < 0.01)
      #expect(report.milliseconds.landmarks != nil && report.milliseconds.refine == nil)
      let stream = try VisavisFile.stream(folder + "/s.vvs")
      #expect(stream.states.count == 30 && abs(stream.states[0].face.time - 0.5) < 0.02)
      let verified = try VerifyCommand.parse([folder + "/s.vvs", "--key", key.publicKey]).verify()
      #expect(verified.verdict == .verified && verified.states == 30)
      #expect(report.publicKey == key.publicKey)
      // The head's origin is drawn where the face is, at the size of a head.
      let reader = try VideoReader(path: video, from: 0.5)
      let frame = try #require(try reader.next())
      var detector = try FaceDetector(models: AssetCache().faceModels())
      let box = try #require(try detector.faces(in: frame.image).first)
      let middle = stream.camera.project(stream.states[0].face.cameraFromHead.translation)
      #expect(middle.x > box.minimum.x && middle.x < box.maximum.x)
      let pixels = stream.camera.focalLength.x / stream.states[0].face.cameraFromHead.translation.z
      #expect(report.faceHeight / Double(pixels) > 12 && report.faceHeight / Double(pixels) < 26)
    }
  }

  @Test func aFaceThatGoesAwayIsHeldAndFoundAgain() throws {
    guard AssetCache.isFilled, let avatar = TestAvatar.make(),
      let path = Sample.path("single_face.jpg")
    else { return }
    let face = try PictureFile.read(path).resized(width: 286, height: 281)
    let empty = PixelImage(width: 286, height: 281, channels: 3, repeating: 90)
    let driver = try AvatarDriver(
      avatar: avatar, width: 572, height: 562, cache: AssetCache(), workers: .serial)
    #expect(try driver.drive(empty, time: 0) == nil)
    let first = try #require(try driver.drive(face, time: 1))
    #expect(first.isTracked && first.state.face.time == 1)
    let second = try #require(try driver.drive(face, time: 2))
    for k in 0..<8 {
      let held = try #require(try driver.drive(empty, time: 3 + Double(k)))
      #expect(!held.isTracked && held.state.face.time == 3 + Double(k))
      #expect(held.state.face.cameraFromHead == second.state.face.cameraFromHead)
      #expect(held.state.face.expression == second.state.face.expression)
    }
    let again = try #require(try driver.drive(face, time: 20))
    #expect(again.isTracked)
    // Pictures were half the camera's size: the pose is the camera's all the same.
    let t = again.state.face.cameraFromHead.translation
    let middle = driver.camera.project(t)
    #expect(middle.x > 140 && middle.x < 430 && middle.y > 140 && middle.y < 430)
  }

  @Test func framesBeforeTheFirstFaceTakeItsState() {
    var recording = Recording()
    #expect(recording.add(nil, at: 1) == [] && recording.add(nil, at: 2) == [])
    let face = FaceState(time: 3)
    let state = AvatarState(face: face, cameraFromTorso: face.cameraFromHead)
    let answer = AvatarDriver.Answer(
      state: state, isTracked: true, isCut: false, faceCount: 2, faceHeight: 100)
    #expect(recording.add(answer, at: 3).map(\.face.time) == [1, 2, 3])
    #expect(recording.add(answer, at: 4).map(\.face.time) == [4])
    #expect(recording.frames == 4 && recording.states == 4 && recording.lostFrames == 2)
    #expect(recording.start == 1 && recording.end == 4 && recording.crowds == [3, 4])
  }

  @Test func qualitiesHaveNames() throws {
    #expect(StreamQuality(argument: "low")?.decibels == 36)
    #expect(StreamQuality(argument: "medium")?.decibels == 40)
    #expect(StreamQuality(argument: "high")?.decibels == 46)
    #expect(StreamQuality(argument: "53")?.decibels == 53)
    for wrong in ["", "best", "19", "61", "40.5"] { #expect(StreamQuality(argument: wrong) == nil) }
    #expect(throws: (any Error).self) {
      try DriveCommand.parse(["v", "--avatar", "a", "--lookahead", "4"])
    }
  }

  @Test func theFocalLengthIsTheCapturesWhereTheAspectIsTheSame() {
    var capture = Provenance(
      created: 0, software: "", captureWidth: 1080, captureHeight: 1920, captureFrames: 1,
      fittedFrames: 1, focalLength: 1620, steps: 1, seed: 1)
    func focal(_ width: Int, _ height: Int) -> Float {
      AvatarDriver.likelyFocalLength(of: capture, width: width, height: height)
    }
    #expect(focal(1080, 1920) == 1620 && focal(540, 960) == 810)
    #expect(focal(1920, 1080) == 1728 && focal(480, 480) == 768)
    capture.focalLength = 0
    #expect(focal(1080, 1920) == 1728)
  }

  @Test func whatExistsSurvivesAVideoWithoutAFace() throws {
    guard AssetCache.isFilled, let avatar = TestAvatar.make(),
      let video = Sample.path("no_face.mp4")
    else { return }
    try withScratchFolder { folder in
      try write(avatar.encoded(), to: folder + "/a.avatar")
      try write([5], to: folder + "/s.vvs")
      #expect(throws: DriveError.self) {
        _ = try drive([
          video, "--avatar", folder + "/a.avatar", "-o", folder + "/s.vvs", "--to", "1",
        ])
      }
      #expect(throws: MediaError.self) {
        _ = try drive([
          folder + "/a.avatar", "--avatar", folder + "/a.avatar", "-o", folder + "/s.vvs",
        ])
      }
      #expect(throws: FileFailure.self) {
        _ = try drive([video, "--avatar", video, "-o", folder + "/s.vvs"])
      }
      #expect(throws: DriveError.noFrames(path: video)) {
        _ = try drive([
          video, "--avatar", folder + "/a.avatar", "-o", folder + "/s.vvs", "--from", "100",
        ])
      }
      #expect(FileManager.default.contents(atPath: folder + "/s.vvs") == Data([5]))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
          "a.avatar", "s.vvs",
        ])
    }
  }
}
