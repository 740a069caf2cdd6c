import FaceMotion
import FaceRig
import Geometry
import Testing

@testable import MotionProtocols

struct VMCTests {
  private func receive(_ packets: [[UInt8]]) throws -> MotionFrame? {
    var receiver = VMCReceiver()
    var last: MotionFrame?
    for packet in packets { last = try receiver.receive(packet) ?? last }
    return last
  }

  private func bundle(_ messages: [OSCMessage]) -> [[UInt8]] {
    var writer = OSCWriter()
    for message in messages { writer.add(message) }
    return writer.take()
  }

  private func value(_ name: String, _ value: Float) -> OSCMessage {
    OSCMessage("/VMC/Ext/Blend/Val", [.text(name), .float(value)])
  }

  private let apply = OSCMessage("/VMC/Ext/Blend/Apply")

  @Test func `what is sent is received`() throws {
    var frame = fullFrame()
    frame.torso = BodyMotion(yaw: 0.1, pitch: 0.05, roll: 0)
    let packets = VMCSender().packets(frame, time: 2)
    #expect(packets.allSatisfy { $0.count <= OSCWriter.usualLargest })
    let back = try #require(try receive(packets))
    #expect(back.channels == .all && difference(back.expression, frame.expression) == 0)
    let (head, sent) = (try #require(back.head), try #require(frame.head))
    #expect(angle(head.rotation, sent.rotation) < 1e-4)
    let moved = try #require(head.translation) - (try #require(sent.translation))
    #expect(moved.length < 1e-4)
    #expect(angle(try #require(back.torso).rotation, try #require(frame.torso).rotation) < 1e-4)
    #expect(abs(try #require(back.leftGaze).yaw - 0.1) < 1e-4 && back.time == 2)
    #expect(abs(try #require(back.rightGaze).pitch + 0.04) < 1e-4)
  }

  @Test func `a head turned in Unity turns the same way`() throws {
    // 30° about Unity's y: clockwise from above, for one who looks along z to their right.
    let turn = OSCMessage(
      "/VMC/Ext/Bone/Pos",
      [.text("Head")] + ([0, 0, 0, 0, 0.258819, 0, 0.965926] as [Float]).map { .float($0) })
    // Nobody sends shapes: the third head makes a frame.
    #expect(try receive(bundle([turn, turn])) == nil)
    let frame = try #require(try receive(bundle([turn, turn, turn])))
    #expect(abs(try #require(frame.head).angles.yaw + .pi / 6) < 1e-4)
    // About x a nose that looks along z goes down.
    let bow = OSCMessage(
      "/VMC/Ext/Bone/Pos",
      [.text("Neck")] + ([0, 0, 0, 0.258819, 0, 0, 0.965926] as [Float]).map { .float($0) })
    let bowed = try #require(try receive(bundle([bow, turn, apply])))
    #expect(try #require(bowed.head).angles.pitch > 0.4)
  }

  @Test func `shapes are valid once they are applied`() throws {
    var receiver = VMCReceiver()
    #expect(try receiver.receive(bundle([value("JawOpen", 0.5)])[0]) == nil)
    let frame = try #require(try receiver.receive(OSCWriter.encoded(apply)))
    #expect(frame.expression[.jawOpen] == 0.5 && frame.channels == ChannelSet([.jawOpen]))
  }

  @Test func `presets of VRM 0 and 1 mean the same, and PerfectSync goes before them`() throws {
    let old = try #require(
      try receive(bundle([value("Joy", 0.8), value("A", 0.4), value("Blink_L", 1), apply])))
    let new = try #require(
      try receive(bundle([value("happy", 0.8), value("aa", 0.4), value("blinkLeft", 1), apply])))
    #expect(old == new)
    #expect(old.expression[.mouthSmileLeft] == 0.8 && old.expression[.jawOpen] == 0.4)
    #expect(old.expression[.eyeBlinkLeft] == 1 && old.expression[.eyeBlinkRight] == 0)
    let both = try #require(
      try receive(bundle([value("Joy", 1), value("mouthsmileleft", 0.1), apply])))
    #expect(both.expression[.mouthSmileLeft] == 0.1 && both.expression[.mouthSmileRight] == 0)
  }

  @Test func `what is unknown, short or of another type is left out`() throws {
    let frame = try #require(
      try receive(
        bundle([
          OSCMessage("/VMC/Ext/Blend/Val", [.text("jawOpen")]),
          OSCMessage("/VMC/Ext/Blend/Val", [.float(1), .text("jawLeft")]),
          OSCMessage("/VMC/Ext/Bone/Pos", [.text("Head"), .float(1)]),
          OSCMessage(
            "/VMC/Ext/Bone/Pos", [.text("Head")] + (0..<7).map { _ in .float(.nan) }),
          OSCMessage("/VMC/Ext/Cam", []), value("Whatever", 1), value("jawRight", .nan), apply,
        ])))
    #expect(frame.channels.isEmpty && frame.head == nil)
  }
}

struct VRCFaceTrackingTests {
  private func receive(_ messages: [OSCMessage]) throws -> MotionFrame? {
    var receiver = VRCFaceTrackingReceiver()
    var writer = OSCWriter(largest: 60_000)
    for message in messages { writer.add(message) }
    return try receiver.receive(try #require(writer.take().first))
  }

  private func parameter(_ name: String, _ value: Float) -> OSCMessage {
    OSCMessage("/avatar/parameters/v2/\(name)", [.float(value)])
  }

  @Test(arguments: ["", "FT/"]) func `what is sent is received`(_ prefix: String) throws {
    let frame = fullFrame()
    var receiver = VRCFaceTrackingReceiver()
    var back: MotionFrame?
    for packet in VRCFaceTrackingSender(prefix: prefix).packets(frame) {
      back = try receiver.receive(packet) ?? back
    }
    let read = try #require(back)
    let looks = ChannelSet(ExpressionChannel.allCases.filter { "\($0)".hasPrefix("eyeLook") })
    #expect(read.channels == .all)
    #expect(difference(read.expression, frame.expression, ChannelSet.all.subtracting(looks)) < 1e-6)
    #expect(abs(try #require(read.leftGaze).yaw - 0.1) < 1e-6)
    #expect(abs(try #require(read.rightGaze).pitch + 0.04) < 1e-6)
    #expect(angle(try #require(read.head).rotation, try #require(frame.head).rotation) < 1e-4)
  }

  @Test func `split parameters are put together`() throws {
    func bit(_ name: String, _ isSet: Bool) -> OSCMessage {
      OSCMessage("/avatar/parameters/FT/v2/\(name)", [.bool(isSet)])
    }
    let frame = try #require(
      try receive([
        bit("JawOpen1", true), bit("JawOpen2", false), bit("JawOpen4", true),
        bit("JawXNegative", true), bit("JawX1", true), bit("JawX2", true),
      ]))
    #expect(abs(frame.expression[.jawOpen] - 5.0 / 7) < 1e-6)
    #expect(frame.expression[.jawLeft] == 1 && frame.expression[.jawRight] == 0)
  }

  @Test func `combined parameters are spread, and give way to their shapes`() throws {
    let frame = try #require(
      try receive([
        parameter("LipFunnel", 0.5), parameter("BrowInnerUpLeft", 0.2), parameter("BrowUp", 0.6),
        parameter("EyeLidLeft", 0.375), parameter("EyeOpenRight", 0.25), parameter("EyeLeftX", 1),
      ]))
    #expect(frame.expression[.mouthFunnel] == 0.5)
    #expect(abs(frame.expression[.browInnerUp] - 0.4) < 1e-6)
    #expect(frame.expression[.browOuterUpLeft] == 0.6)
    #expect(frame.expression[.eyeBlinkLeft] == 0.5 && frame.expression[.eyeBlinkRight] == 0.75)
    #expect(frame.expression[.eyeLookInLeft] > 0.9)
  }

  @Test func `other parameters complete nothing`() throws {
    #expect(try receive([OSCMessage("/avatar/parameters/VRCEmote", [.int(3)])]) == nil)
    #expect(try receive([parameter("Nonsense", 1), OSCMessage("/avatar/change", [])]) == nil)
    #expect(try receive([OSCMessage("/avatar/parameters/v2/JawOpen", [.float(.nan)])]) == nil)
  }
}
