import Foundation
import Geometry
import MediaIO
import Testing

@Suite struct SoundTests {
  /// A video of two seconds whose sound is silent but for a tone from 1.0 to 1.2 seconds.
  private func makeSource(_ path: String, soundCodec: String) throws -> Bool {
    try ffmpeg([
      "-f", "lavfi", "-i", "testsrc=s=64x48:d=2:r=30", "-f", "lavfi", "-i",
      "aevalsrc='if(between(t,1,1.2),sin(2*PI*1000*t),0)':d=2:s=44100", "-c:a", soundCodec, path,
    ])
  }

  /// When a file's sound begins to be loud, in seconds.
  private func toneStart(_ path: String, folder: String) throws -> Double? {
    let raw = folder + "/raw-\(UUID().uuidString).f32"
    guard try ffmpeg(["-i", path, "-ac", "1", "-ar", "48000", "-f", "f32le", raw]) else {
      return nil
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: raw))
    let samples = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    return samples.firstIndex { $0.magnitude > 0.3 }.map { Double($0) / 48000 }
  }

  @Test(arguments: ["aac", "pcm_s16le", "libopus"], [0, 0.5])
  func soundStaysWithItsPictures(codec: String, from: Double) throws {
    try withScratchFolder { folder in
      let source = folder + "/source" + (codec == "aac" ? ".mp4" : ".mkv")
      guard try makeSource(source, soundCodec: codec) else { return }
      let reader = try VideoReader(path: source, from: from)
      #expect(reader.description.hasSound)
      let path = folder + "/out.mp4"
      let writer = try VideoWriter(path: path, width: 64, height: 48, sound: source)
      while let frame = try reader.next() { try writer.append(frame.image, at: frame.time) }
      try writer.finish()
      let written = try VideoReader(path: path).description
      #expect(written.hasSound)
      #expect(abs(written.duration - (2 - from)) < 0.1)
      let start = try #require(try toneStart(path, folder: folder))
      #expect(abs(start - (1 - from)) < 0.03)
    }
  }

  @Test func aSourceWithoutSoundAddsNone() throws {
    try withScratchFolder { folder in
      let (silent, path) = (folder + "/silent.mp4", folder + "/out.mp4")
      let picture = gradient(width: 32, height: 32, phase: 0)
      try write([picture, picture], times: [0, 0.1], to: silent)
      try write([picture, picture], times: [0, 0.1], to: path, sound: silent)
      #expect(try !VideoReader(path: path).description.hasSound)
    }
  }

  @Test func noDamagedSoundCrashesTheWriter() throws {
    try withScratchFolder { folder in
      let (wave, coded, broken) = (folder + "/a.wav", folder + "/a.mp4", folder + "/broken")
      let picture = gradient(width: 32, height: 32, phase: 0)
      try AtomicFile.write(toneWave(seconds: 0.5), to: wave)
      try write([picture, picture], times: [0, 0.4], to: coded, sound: wave)
      #expect(try VideoReader(path: coded).description.hasSound)
      var random = SeededGenerator(state: 7)
      var written = 0
      for source in [wave, coded] {
        let whole = try Data(contentsOf: URL(fileURLWithPath: source))
        // The headers of a WAV file and the index of an MP4 file are at the front.
        let front = source == wave ? 60 : whole.count
        for round in 0..<120 {
          var bytes = whole
          for _ in 0..<(1 + round % 4) {
            bytes[Int.random(in: 0..<front, using: &random)] = .random(in: 0...255, using: &random)
          }
          try bytes.write(to: URL(fileURLWithPath: broken))
          do {
            try write(
              [picture, picture], times: [0.1, 0.3], to: folder + "/out.mp4", sound: broken)
            written += 1
          } catch is MediaError {}
        }
      }
      #expect(written > 60)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(left == ["a.mp4", "a.wav", "broken", "out.mp4"])
    }
  }

  @Test func framesFarFromReasonAreRefused() throws {
    try withScratchFolder { folder in
      let picture = gradient(width: 8, height: 8, phase: 0)
      for time in [-1e30, 1e30, .infinity, -.infinity, .nan] {
        let writer = try VideoWriter(path: folder + "/a.mp4", width: 8, height: 8)
        try writer.append(picture, at: 0)
        #expect(throws: MediaError.self) { try writer.append(picture, at: time) }
      }
    }
  }
}
