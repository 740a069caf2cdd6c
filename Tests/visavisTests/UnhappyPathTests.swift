import ArgumentParser
import AvatarModel
import Enrollment
import ExpressionStream
import Foundation
import Geometry
import MediaIO
import Testing

@testable import visavis

/// What goes wrong with videos of people, each from a real file where a sample serves.
@Suite(.serialized) struct UnhappyPathTests {
  /// Runs `enroll` over a video, with an avatar already at the output, and expects an error of a
  /// code; the avatar must survive and nothing else may appear.
  private func expectRefusal(
    of video: String, in folder: String, _ code: FailureCode, _ words: String...
  ) throws {
    let output = folder + "/me.avatar"
    try write([9, 9], to: output)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    do {
      try EnrollCommand.parse([video, "-o", output, "--quality", "draft", "--quiet"]).run()
      Issue.record("no error for \(video)")
    } catch {
      let failure = Failure(error)
      #expect(failure.exitCode == code, "\(failure.sentence)")
      #expect(failure.sentence.hasSuffix("."))
      for word in words { #expect(failure.sentence.contains(word), "\(failure.sentence)") }
    }
    #expect(FileManager.default.contents(atPath: output) == Data([9, 9]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
  }

  /// A video of still pictures, each for some seconds, at ten frames a second.
  private func video(
    _ pictures: [(picture: PixelImage, seconds: Double)], in folder: String
  ) throws -> String {
    let path = folder + "/video.mp4"
    let first = pictures[0].picture
    let writer = try VideoWriter(
      path: path, width: first.width, height: first.height, frameRate: 10)
    var time = 0.0
    for (picture, seconds) in pictures {
      for _ in 0..<Int(seconds * 10) {
        try writer.append(picture, at: time)
        time += 0.1
      }
    }
    try writer.finish()
    return path
  }

  private func picture(_ name: String) throws -> PixelImage? {
    guard AssetCache.isFilled, let path = Sample.path(name) else { return nil }
    return try PictureFile.read(path)
  }

  @Test func somethingThatIsNoVideo() throws {
    guard AssetCache.isFilled else { return }
    try withScratchFolder { folder in
      try write(Array("not a video, only words".utf8), to: folder + "/words.mp4")
      try expectRefusal(of: folder + "/words.mp4", in: folder, .badData, "not a video")
      try expectRefusal(of: folder + "/none.mp4", in: folder, .noInput, "no file")
    }
  }

  @Test func aVideoWithoutAFace() throws {
    guard AssetCache.isFilled, let path = Sample.path("no_face.mp4") else { return }
    try withScratchFolder { folder in
      try expectRefusal(of: path, in: folder, .badData, "face", "Film")
    }
  }

  @Test func aCaptureThatIsTooShort() throws {
    guard AssetCache.isFilled, let path = Sample.path("single_face.mp4") else { return }
    try withScratchFolder { folder in
      try expectRefusal(of: path, in: folder, .badData, "2.4 s", "at least 3 s")
    }
  }

  @Test func aFaceThatIsTooSmall() throws {
    guard let face = try picture("single_face.jpg") else { return }
    try withScratchFolder { folder in
      let small = face.resized(width: 114, height: 112)
      var scene = PixelImage(width: 640, height: 360, channels: 3, repeating: 120)
      for y in 0..<112 {
        for x in 0..<114 {
          for c in 0..<3 { scene[x + 260, y + 120, c] = small[x, y, c] }
        }
      }
      let path = try video([(scene, 3.5)], in: folder)
      try expectRefusal(of: path, in: folder, .badData, "96", "nearer")
    }
  }

  @Test func twoFaces() throws {
    guard let faces = try picture("multi_face.jpg") else { return }
    try withScratchFolder { folder in
      let path = try video([(faces.resized(width: 960, height: 640), 3.5)], in: folder)
      try expectRefusal(of: path, in: folder, .badData, "faces", "one person")
    }
  }

  @Test func aCutToAnotherPerson() throws {
    guard let one = try picture("0-f1-su-ph.jpg"), let other = try picture("45-m7-di-ph.jpg") else {
      return
    }
    try withScratchFolder { folder in
      let path = try video([(one, 2), (other, 2)], in: folder)
      try expectRefusal(of: path, in: folder, .badData, "jumps at 2.0 s", "--to")
    }
  }

  @Test func aPlaceThatCannotBeWritten() throws {
    try withScratchFolder { folder in
      // /proc refuses even the superuser.
      for output in ["/proc/me.avatar", folder + "/none/me.avatar", folder] {
        do {
          try EnrollCommand.parse(["video.mp4", "-o", output, "--quiet"]).run()
          Issue.record("no error for \(output)")
        } catch {
          #expect(Failure(error).exitCode == .cannotCreate)
          #expect(Failure(error).sentence.contains("Choose a folder"))
        }
      }
    }
  }

  @Test func aFullDisk() throws {
    guard let disk = ProcessInfo.processInfo.environment["VISAVIS_FULL_DISK"] else {
      print("skipped: VISAVIS_FULL_DISK names no folder on a tiny disk")
      return
    }
    guard let avatar = TestAvatar.make() else { return }
    try withScratchFolder { folder in
      try write(avatar.encoded(), to: folder + "/a.avatar")
      try write(TestAvatar.stream(width: 640, height: 480).encoded(), to: folder + "/s.vvs")
      try write([7], to: disk + "/o.mp4")
      for option in [["-o", disk + "/o.mp4"], ["--frames", disk + "/f"]] {
        let command = try RenderCommand.parse(
          [folder + "/s.vvs", "--avatar", folder + "/a.avatar", "--quiet"] + option)
        do {
          _ = try command.render()
          Issue.record("no error for \(option)")
        } catch {
          #expect(Failure(error).exitCode == .inputOutput)
          #expect(Failure(error).sentence.contains("Make room"))
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == ["o.mp4"])
      #expect(FileManager.default.contents(atPath: disk + "/o.mp4") == Data([7]))
      try FileManager.default.removeItem(atPath: disk + "/o.mp4")
    }
  }

  @Test func aMissingOrDamagedAsset() throws {
    try withScratchFolder { folder in
      let cache = AssetCache(environment: ["VISAVIS_CACHE": folder])
      func sentence(_ body: () throws -> Void) -> String {
        do {
          try body()
          return "no error"
        } catch {
          #expect(Failure(error).exitCode == .unavailable)
          return Failure(error).sentence
        }
      }
      let missing = sentence { _ = try cache.template() }
      #expect(missing.contains(folder + "/template.vvt") && missing.contains("make assets"))
      #expect(sentence { _ = try cache.faceModels() }.contains("make assets"))
      try write([1, 2, 3, 4, 5, 6, 7, 8, 9], to: folder + "/template.vvt")
      #expect(sentence { _ = try cache.template() }.contains("damaged"))
      try FileManager.default.createDirectory(
        atPath: folder + "/models", withIntermediateDirectories: false)
      for name in ["selfie_segmentation", "selfie_segmentation_landscape"] {
        try write([1, 2, 3], to: "\(folder)/models/\(name).tflite")
      }
      #expect(sentence { _ = try cache.matteEstimator() }.contains("make assets"))
    }
  }
}

extension AssetCache {
  /// Whether `make assets` has been run; says so if not.
  static var isFilled: Bool {
    let cache = AssetCache()
    let isFilled =
      FileManager.default.fileExists(atPath: cache.folder + "/template.vvt")
      && FileManager.default.fileExists(atPath: cache.folder + "/models/face_landmark.tflite")
    if !isFilled { print("skipped: no assets in the cache") }
    return isFilled
  }
}
