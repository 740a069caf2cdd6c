import ArgumentParser
import AvatarModel
import Datagrams
import ExpressionStream
import FaceMotion
import FaceRig
import Foundation
import MotionProtocols
import MotionSamples
import Testing

@testable import visavis

@Suite(.serialized) struct LiveDriveTests {
  @Test func `sources and targets are read from their words`() {
    #expect(DriveInput(argument: "2.5") == .seconds(2.5))
    #expect(DriveInput(argument: "livelink") == .program(.liveLinkFace, port: 11111, regions: []))
    #expect(
      DriveInput(argument: "VMC:7000@head+mouth")
        == .program(.vmc, port: 7000, regions: [.head, .mouth]))
    for bad in ["", "nope", "vmc:", "vmc:0", "vmc:70000", "vmc@", "vmc@ears", "vmc@head@head"] {
      #expect(DriveInput(argument: bad) == nil, "\(bad)")
    }
    #expect(DriveTarget(argument: "40") == .seconds(40))
    #expect(DriveTarget(argument: "a.vvs") == .file("a.vvs"))
    #expect(DriveTarget(argument: "vmc://h") == .wire(.vmc, host: "h", port: 39539))
    #expect(DriveTarget(argument: "udp://[::1]:7000/") == .wire(.udp, host: "::1", port: 7000))
    for bad in ["udp://h", "ftp://h:1", "vmc://", "vmc://h:x"] {
      #expect(DriveTarget(argument: bad) == nil, "\(bad)")
    }
  }

  @Test func `a recording of another program drives, and leaves as a table`() throws {
    guard let avatar = TestAvatar.make() else { return }
    try withScratchFolder { folder in
      try write(avatar.encoded(), to: folder + "/a.avatar")
      let motion = try FaceMotion(
        samples: (0..<45).map { PacketSamples.frame(Double($0) / 30).sample })
      try write(Array(MotionJSON.text(motion).utf8), to: folder + "/m.json")
      let command = try DriveCommand.parse([
        folder + "/m.json", "--avatar", folder + "/a.avatar", "-o", folder + "/m.vvs", "--quiet",
      ])
      let report = try command.driveMotion(folder + "/m.json")
      #expect(report.states == 45 && report.bytes > 1000)
      let stream = try VisavisFile.stream(folder + "/m.vvs")
      #expect(stream.states.count == 45)
      let export = try ExportCommand.parse([folder + "/m.vvs", "-o", folder + "/m.csv"]).export()
      #expect(export.bytes > 10_000)
      let table = try #require(FileManager.default.contents(atPath: folder + "/m.csv"))
      #expect(try FaceMotion(bytes: [UInt8](table)).samples.count == 45)
    }
  }

  @Test func `a program drives over loopback, and a stream drives a program`() throws {
    guard let avatar = TestAvatar.make() else { return }
    try withScratchFolder { folder in
      try write(avatar.encoded(), to: folder + "/a.avatar")
      let free = try DatagramSocket.listening(at: 0).port
      let command = try DriveCommand.parse([
        "--from", "livelink:\(free)@mouth", "--avatar", folder + "/a.avatar", "--to",
        folder + "/l.vvs", "--duration", "2", "--quiet",
      ])
      Thread.detachNewThread {
        guard let socket = try? DatagramSocket.connected(to: "127.0.0.1", port: free) else {
          return
        }
        for k in 0..<300 {
          for packet in PacketSamples.packets(.liveLinkFace, PacketSamples.frame(Double(k) / 60)) {
            socket.send(packet)
          }
          socket.send([1, 2, 3])
          usleep(10_000)
        }
      }
      let report = try command.driveLive()
      #expect(report.states > 3 && report.sources[0].frames > 3 && report.sources[0].refused > 0)
      #expect(try VisavisFile.stream(folder + "/l.vvs").states.count == report.states)

      let listener = try DatagramSocket.listening(at: 0, isLocal: true)
      let send = try DriveCommand.parse([
        folder + "/l.vvs", "--to", "livelink://127.0.0.1:\(listener.port)", "--quiet",
      ])
      let sent = try send.sendStream(folder + "/l.vvs")
      var frames = 0
      var receiver = LiveLinkFaceReceiver()
      while let packet = listener.receive() {
        if try receiver.receive(packet) != nil { frames += 1 }
      }
      #expect(frames == sent.states)
    }
  }

  @Test func `who hears nobody says so`() throws {
    guard let avatar = TestAvatar.make() else { return }
    try withScratchFolder { folder in
      try write(avatar.encoded(), to: folder + "/a.avatar")
      let free = try DatagramSocket.listening(at: 0).port
      let command = try DriveCommand.parse([
        "--from", "vmc:\(free)", "--avatar", folder + "/a.avatar", "--to", folder + "/l.vvs",
        "--duration", "0.1", "--quiet",
      ])
      #expect(throws: LiveDriveError.self) { try command.driveLive() }
      #expect(!FileManager.default.fileExists(atPath: folder + "/l.vvs"))
    }
  }
}
