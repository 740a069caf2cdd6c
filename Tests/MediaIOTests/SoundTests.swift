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
}
