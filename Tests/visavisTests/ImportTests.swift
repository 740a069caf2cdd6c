import ArgumentParser
import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Testing

@testable import visavis

struct ImportTests {
  @Test func `what is no head is refused in a sentence that says where`() throws {
    try withScratchFolder { folder in
      let zip = folder + "/a.zip"
      let importing = try ImportCommand.parse([zip])
      #expect(throws: FileFailure.self) { try importing.convert() }
      try write(Array("no archive at all, but some bytes".utf8), to: zip)
      do {
        _ = try importing.convert()
        Issue.record("it was taken")
      } catch {
        #expect(
          Failure(error).sentence == "\(zip): At byte 11 the end of a zip archive is expected.")
        #expect(Failure(error).exitCode == .badData)
      }
      // An archive without any file.
      try write([0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18), to: zip)
      do {
        _ = try importing.convert()
        Issue.record("it was taken")
      } catch {
        #expect(
          Failure(error).sentence
            == "\(zip): The archive should hold skin.glb, and it does not.")
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/a.avatar"))
    }
  }

  @Test func `a peer's head is imported, shows anybody's stream, and leaves as splats`() throws {
    let shared =
      ProcessInfo.processInfo.environment["VISAVIS_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared")
    let zip = shared.appendingPathComponent("gaussian-heads/LAM_james.zip").standardizedFileURL.path
    guard FileManager.default.fileExists(atPath: zip) else {
      print("skipped: no captures")
      return
    }
    try withScratchFolder { folder in
      let path = folder + "/head.avatar"
      let report = try ImportCommand.parse([zip, "-o", path]).convert()
      #expect(report.splats == 20_018 && report.missing == ["tongueOut"])
      // A stream with another avatar's corrections.
      var stream = TestAvatar.stream(width: 96, height: 96)
      stream = AvatarStream(
        camera: stream.camera, codeLength: 24,
        states: stream.states.map {
          var state = $0
          state.face.expression[.jawOpen] = 0.5
          state.correction = [Float](repeating: 0.1, count: 24)
          return state
        })
      try write(stream.encoded(), to: folder + "/s.vvs")
      let rendering = try RenderCommand.parse([
        folder + "/s.vvs", "--avatar", path, "--frames", folder + "/frames",
      ]).render()
      #expect(rendering.frames == stream.states.count)
      let mesh = try ExportCommand.parse([path, "-o", folder + "/m.glb", "--contents", "mesh"])
      #expect(throws: ExportError.noMesh(path: path)) { try mesh.export() }
      let splats = try ExportCommand.parse([path, "-o", folder + "/m.ply"]).export()
      #expect(splats.bytes > 1_000_000)
      let drive = try DriveCommand.parse([zip, "--avatar", path, "-o", folder + "/d.vvs"])
      #expect(throws: DriveError.noLandmarks(path: path)) { try drive.drive() }
    }
  }
}
