import ArgumentParser
import AvatarModel
import ExpressionStream
import Foundation
import Geometry
import Testing

@testable import visavis

@Suite struct InfoTests {
  private func report(_ bytes: [UInt8]) throws -> FileReport {
    try withScratchFolder { folder in
      try write(bytes, to: folder + "/file")
      return try InfoCommand.parse([folder + "/file"]).report()
    }
  }

  @Test func anAvatarSaysWhatItHolds() throws {
    guard let avatar = TestAvatar.make() else { return }
    let bytes = avatar.encoded()
    let report = try report(bytes)
    #expect(report.kind == .avatar && report.bytes == bytes.count && report.version == 1)
    #expect(report.splats == 400 && report.codeLength == 8)
    #expect(report.groups == [FileReport.Group(kind: "head", splats: 400)])
    #expect(report.origin?.created == "2023-11-14T22:13:20Z")
    #expect(report.origin?.software == "visavis test" && report.origin?.focalLength == 700)
    #expect(report.isDrivenByPictures == false)
    #expect(report.sections.contains { $0.name == "splats" && $0.bytes > 400 * 14 })
    // Header, table, contents and no more than their padding.
    let sum = report.sections.reduce(12) { $0 + 16 + $1.bytes }
    #expect(sum <= bytes.count && bytes.count - sum < 4 * report.sections.count + 4)
    for fact in ["400 (head 400)", "visavis test", "640 × 360", "700 pixels"] {
      #expect(report.text.contains(fact))
    }
  }

  @Test func aStreamSaysWhatItHolds() throws {
    let bytes = TestAvatar.stream().encoded()
    let report = try report(bytes)
    let stream = try #require(report.stream)
    #expect(report.kind == .stream && stream.frames == 6 && stream.width == 80)
    #expect(abs(stream.seconds - 0.28) < 1e-6 && abs(stream.frameRate - 25) < 1e-3)
    #expect(abs(stream.kilobitsPerSecond - Double(bytes.count) * 8e-3 / 0.28) < 1)
    #expect(report.text.contains("6 from 2.00 s"))
    #expect(try self.report(TestAvatar.stream(frames: 0).encoded()).stream?.frames == 0)
  }

  @Test func jsonHoldsTheReport() throws {
    let report = try report(TestAvatar.stream().encoded())
    let text = JSONOutput.text(report)
    let read = try JSONDecoder().decode(FileReport.self, from: Data(text.utf8))
    #expect(read.stream == report.stream && read.kind == .stream)
  }

  @Test func junkIsRefusedInOneSentence() throws {
    for bytes in [
      [], [86], Array("VVAV".utf8), Array("VVST".utf8), Array("VVTP".utf8), Array("RIFF….".utf8),
      Array("VVAV".utf8) + [UInt8](repeating: 255, count: 40),
      Array("VVTP".utf8) + [1, 0, 0, 0] + [UInt8](repeating: 255, count: 40),
    ] as [[UInt8]] {
      do {
        _ = try report(bytes)
        Issue.record("no error for \(bytes)")
      } catch {
        #expect(error is FileFailure && Failure(error).exitCode == .badData)
      }
    }
    #expect(throws: FileFailure.self) { _ = try InfoCommand.parse(["/none"]).report() }
    #expect(throws: FileFailure.self) { _ = try InfoCommand.parse(["/"]).report() }
  }

  /// Damage of every kind ends in a report or in an error of ours, never in a trap.
  @Test func damagedFilesNeverCrash() throws {
    guard let avatar = TestAvatar.make() else { return }
    var random = SeededRandom(seed: 3)
    for original in [avatar.encoded(), TestAvatar.stream().encoded()] {
      for round in 0..<60 {
        var bytes = original
        if round % 3 == 0 {
          bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
        } else {
          // Every third round only the header and table, whose numbers carry no checksum.
          let reach = round % 3 == 1 ? min(bytes.count, 160) : bytes.count
          for _ in 0..<1 + round % 5 {
            bytes[4 + Int(random.next() % UInt64(reach - 4))] ^= UInt8(1 << (random.next() % 8))
          }
        }
        let kind: VisavisFile = original.count == avatar.encoded().count ? .avatar : .stream
        do {
          _ = try FileReport(path: "p", kind: kind, bytes: bytes).text
        } catch {
          #expect(Failure(error).sentence.hasSuffix("."))
        }
      }
    }
  }
}
