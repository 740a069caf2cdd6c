import Foundation
import Geometry
import MediaIO
import Testing

@Suite struct UnhappyPathTests {
  /// The error of opening a file, if any.
  private func openingError(_ path: String) -> MediaError? {
    do throws(MediaError) {
      _ = try VideoReader(path: path)
      return nil
    } catch {
      return error
    }
  }

  @Test func aMissingFileSaysSo() {
    #expect(openingError("/no/such/file.mp4") == .notFound(path: "/no/such/file.mp4"))
    #expect(openingError("http://localhost/a.mp4") == .notFound(path: "http://localhost/a.mp4"))
  }

  @Test func aFolderCannotBeOpened() {
    #expect(openingError("/tmp") == .cannotOpen(path: "/tmp", reason: "It is a folder"))
  }

  @Test func anEmptyFileIsNotMedia() throws {
    try withScratchFolder { folder in
      let path = folder + "/empty.mp4"
      try Data().write(to: URL(fileURLWithPath: path))
      #expect(openingError(path) == .notMedia(path: path, reason: "The file is empty"))
    }
  }

  @Test(arguments: [
    "Dear diary, today I made a video.", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n/etc/passwd\n",
    "ffconcat version 1.0\nfile /etc/passwd\n", "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "1\n00:00:01,000 --> 00:00:02,000\nHello\n",
  ])
  func textCalledVideoIsNotMedia(text: String) throws {
    try withScratchFolder { folder in
      for name in ["text.mp4", "text.txt", "text.m3u8"] {
        let path = folder + "/" + name
        try Data(String(repeating: text, count: 20).utf8).write(to: URL(fileURLWithPath: path))
        guard case .notMedia(path: path, reason: _)? = openingError(path) else {
          Issue.record("\(name): \(String(describing: openingError(path)))")
          continue
        }
      }
    }
  }

  @Test func soundAloneHasNoPictures() throws {
    try withScratchFolder { folder in
      let path = folder + "/sound.wav"
      guard try ffmpeg(["-f", "lavfi", "-i", "sine=d=0.5", path]) else { return }
      #expect(openingError(path) == .noVideoStream(path: path))
    }
  }

  @Test func aTruncatedVideoGivesItsBeginning() throws {
    try withScratchFolder { folder in
      let path = folder + "/whole.mp4"
      let times = (0..<60).map { Double($0) / 30 }
      try write(times.map { gradient(width: 64, height: 64, phase: $0) }, times: times, to: path)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let part = folder + "/part.mp4"
      try bytes.prefix(bytes.count * 3 / 4).write(to: URL(fileURLWithPath: part))
      let reader = try VideoReader(path: part)
      var count = 0
      while try reader.next() != nil { count += 1 }
      #expect(count > 5 && count < 60)
      // Without its index nothing is left; FFmpeg's own words say why.
      try bytes.prefix(30).write(to: URL(fileURLWithPath: part))
      guard case .notMedia(path: part, reason: let reason)? = openingError(part) else {
        Issue.record("not refused")
        return
      }
      #expect(reason.contains("moov"))
    }
  }

  @Test func damagedFramesAreLeftOutAndCounted() throws {
    try withScratchFolder { folder in
      let path = folder + "/whole.mp4"
      let times = (0..<40).map { Double($0) / 30 }
      try write(
        (0..<40).map { noise(width: 64, height: 64, seed: $0) }, times: times, to: path,
        coding: .lossless)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      // The sample data follow the index; zeros in their midst.
      let middle = bytes.count / 2
      bytes.replaceSubrange(middle..<middle + 30_000, with: Data(count: 30_000))
      let broken = folder + "/broken.mp4"
      try bytes.write(to: URL(fileURLWithPath: broken))
      let reader = try VideoReader(path: broken)
      var count = 0
      while try reader.next() != nil { count += 1 }
      #expect(reader.damagedFrameCount > 0)
      #expect(count >= 20 && count < 40)
    }
  }

  @Test func noFlippedByteCrashesTheReader() throws {
    try withScratchFolder { folder in
      let (path, broken) = (folder + "/whole.mp4", folder + "/broken.mp4")
      let times = (0..<6).map { Double($0) / 30 }
      try write(times.map { gradient(width: 32, height: 32, phase: $0) }, times: times, to: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      var random = SeededGenerator(state: 42)
      var opened = 0
      for round in 0..<400 {
        var bytes = whole
        for _ in 0..<(1 + round % 5) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
            in: 0...255, using: &random)
        }
        if round % 7 == 0 { bytes = bytes.prefix(Int.random(in: 0...bytes.count, using: &random)) }
        try bytes.write(to: URL(fileURLWithPath: broken))
        do throws(MediaError) {
          let reader = try VideoReader(path: broken, maximumDimension: 64)
          opened += 1
          var count = 0
          while let frame = try reader.next() {
            count += 1
            #expect(frame.image.samples.count == frame.image.width * frame.image.height * 3)
            #expect(frame.time.isFinite && count < 1000)
          }
        } catch {}
      }
      #expect(opened > 100)
    }
  }

  @Test func anImpossiblePlaceCannotBeCreated() throws {
    let picture = noise(width: 8, height: 8, seed: 0)
    for path in ["/no/such/folder/a.mp4", "/etc/passwd/a.mp4", "/proc/a.mp4", "/tmp/.mp4/..mp4"] {
      #expect(throws: MediaError.self) {
        _ = try VideoWriter(path: path, width: 8, height: 8)
      }
      #expect(throws: MediaError.self) { try PictureFile.writePNG(picture, to: path) }
    }
    #expect(throws: MediaError.unknownExtension(path: "/tmp/a.doc")) {
      _ = try VideoWriter(path: "/tmp/a.doc", width: 8, height: 8)
    }
    #expect(throws: MediaError.unusablePicture(reason: "A video cannot be 0 × 8 pixels")) {
      _ = try VideoWriter(path: "/tmp/a.mp4", width: 0, height: 8)
    }
  }

  @Test func framesThatDoNotFitAreRefused() throws {
    try withScratchFolder { folder in
      let writer = try VideoWriter(path: folder + "/a.mp4", width: 8, height: 8)
      try writer.append(noise(width: 8, height: 8, seed: 0), at: 0)
      #expect(throws: MediaError.timesNotIncreasing(previous: 0, next: 0)) {
        try writer.append(noise(width: 8, height: 8, seed: 0), at: 0)
      }
      #expect(
        throws: MediaError.sizeMismatch(expectedWidth: 8, expectedHeight: 8, width: 9, height: 8)
      ) {
        try writer.append(noise(width: 9, height: 8, seed: 0), at: 1)
      }
    }
  }

  @Test func aFullDiskSaysSoAndLeavesNothingBehind() throws {
    guard let folder = ProcessInfo.processInfo.environment["VISAVIS_FULL_DISK"] else {
      print(
        "skipped: VISAVIS_FULL_DISK names no folder on a tiny disk (mount -t tmpfs -o size=64k)")
      return
    }
    let path = folder + "/a"
    let before = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(throws: MediaError.diskFull(path: path)) {
      try AtomicFile.write([UInt8](repeating: 1, count: 1 << 20), to: path)
    }
    #expect(throws: MediaError.diskFull(path: path + ".mp4")) {
      let pictures = (0..<30).map { noise(width: 128, height: 128, seed: $0) }
      try write(
        pictures, times: (0..<30).map { Double($0) }, to: path + ".mp4", coding: .lossless)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == before)
  }

  @Test func anAbandonedVideoLeavesNothingBehind() throws {
    try withScratchFolder { folder in
      do {
        let writer = try VideoWriter(path: folder + "/a.mp4", width: 8, height: 8)
        try writer.append(noise(width: 8, height: 8, seed: 0), at: 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
      let empty = try VideoWriter(path: folder + "/a.mp4", width: 8, height: 8)
      #expect(throws: MediaError.unusablePicture(reason: "The video has no frames")) {
        try empty.finish()
      }
    }
  }
}
