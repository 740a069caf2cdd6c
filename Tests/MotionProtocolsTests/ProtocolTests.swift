import FaceMotion
import FaceRig
import Foundation
import Geometry
import MotionSamples
import Testing

@testable import MotionProtocols

struct LiveLinkFaceTests {
  @Test func `what is sent is received`() throws {
    var receiver = LiveLinkFaceReceiver()
    let frame = fullFrame()
    let sender = LiveLinkFaceSender(device: "AA-BB", subject: "Ada", frameRate: 60)
    let back = try #require(try receiver.receive(sender.packet(frame)))
    #expect(back.channels == .all && difference(back.expression, frame.expression) == 0)
    #expect(back.time == 1.5)
    let (a, b) = (try #require(back.head), try #require(frame.head))
    #expect(angle(a.rotation, b.rotation) < 1e-5 && a.translation == nil)
    #expect(abs(try #require(back.leftGaze).yaw - 0.1) < 1e-6)
  }

  @Test func `rates that are not whole are told to a thousandth`() throws {
    let packet = LiveLinkFacePacket(
      device: "d", subject: "s", frame: 7, frameRate: 29.97, sample: nil)
    let back = try LiveLinkFacePacket(bytes: packet.encoded())
    #expect(abs(back.frameRate - 29.97) < 1e-9 && back.sample == nil && back.frame == 7)
  }

  @Test func `in a real recording the eyes hold on while the head turns`() throws {
    guard let url = shared("face-motion/LLV_dao.gesichter") else { return }
    let motion = try FaceMotion(bytes: [UInt8](try Data(contentsOf: url)))
    // Differences over a twentieth of a second: only reflexes are so quick.
    let s = motion.samples
    let pairs = s.indices.dropFirst(3).map { k in
      (s[k].head.yaw - s[k - 3].head.yaw, s[k].leftGaze.yaw - s[k - 3].leftGaze.yaw)
    }
    let product = pairs.reduce(Float(0)) { $0 + $1.0 * $1.1 }
    let squares = pairs.reduce(SIMD2<Float>(0, 0)) { $0 + [$1.0 * $1.0, $1.1 * $1.1] }
    #expect(product / (squares.x * squares.y).squareRoot() < -0.85)
  }

  @Test func `a packet without a face says nothing, and damage is named`() throws {
    var receiver = LiveLinkFaceReceiver()
    let packet = LiveLinkFacePacket(
      device: "d", subject: "s", frame: 7, frameRate: 60, sample: nil
    ).encoded()
    #expect(try receiver.receive(packet) == nil)
    #expect(throws: ProtocolError.liveLinkFace(.unsupportedVersion(7))) {
      var receiver = LiveLinkFaceReceiver()
      _ = try receiver.receive([7] + packet.dropFirst())
    }
  }
}

struct IFacialMocapTests {
  private func receive(_ text: String) throws -> MotionFrame {
    var receiver = IFacialMocapReceiver()
    return try #require(try receiver.receive(Array(text.utf8)))
  }

  @Test func `versions 1 and 2 are read alike`() throws {
    let tail = "|=head#10,20,-5,0.01,-0.02,-0.4|rightEye#8,-4,0|leftEye#9,-5,1|"
    let one = try receive("trackingStatus-1|mouthSmile_R-55|jawOpen-12|hapihapi-0" + tail)
    let two = try receive("trackingStatus&1|mouthSmile_R&55|jawOpen&12|hapihapi&0" + tail)
    #expect(one == two)
    #expect(one.expression[.mouthSmileRight] == 0.55 && one.expression[.jawOpen] == 0.12)
    #expect(one.channels == ChannelSet([.mouthSmileRight, .jawOpen]))
    let head = try #require(one.head)
    let angles = head.angles
    let degree = Float.pi / 180
    #expect(abs(angles.yaw - 20 * degree) < 1e-5 && abs(angles.pitch - 10 * degree) < 1e-5)
    #expect(abs(angles.roll + 5 * degree) < 1e-5)
    #expect((try #require(head.translation) - Vector3(1, -2, -40)).length < 1e-4)
    #expect(abs(try #require(one.leftGaze).pitch + 9 * degree) < 1e-6)
    #expect(abs(try #require(one.rightGaze).yaw + 4 * degree) < 1e-6)
  }

  @Test func `a frame of the app agrees with itself: lowered eyes look down`() throws {
    // From a public parser's sample: eyeLookDown 25, in 25 on the left, and the head turned against it.
    let frame = try receive(
      "eyeLookDown_L-25|eyeLookIn_L-25|eyeLookOut_R-13|eyeLookDown_R-25|"
        + "=head#-16.512114,4.3503346,0.26299524,0.032684557,-0.08100321,-0.39741653"
        + "|rightEye#8.96733,-4.780719,-0.74686855|leftEye#8.807489,-9.080697,-1.4018708|")
    let stated = try #require(frame.gazes)
    let looked = EyeLook.gazes(of: frame.expression)
    #expect(stated.left.pitch < 0 && looked.left.pitch < 0)
    #expect(stated.left.yaw < 0 && looked.left.yaw < 0)
    #expect(abs(stated.left.yaw - looked.left.yaw) < 0.03)
    #expect(abs(stated.left.pitch - looked.left.pitch) < 0.04)
  }

  @Test func `percentages are kept within 0 to 1, remains are left out`() throws {
    let frame = try receive("jawOpen&-20|cheekPuff&140|34903,-1.6,-0.17|1||")
    #expect(frame.expression[.jawOpen] == 0 && frame.expression[.cheekPuff] == 1)
  }

  @Test func `damage is named with its place`() {
    func error(_ text: String) -> ProtocolError? {
      protocolError { () throws(ProtocolError) in
        var receiver = IFacialMocapReceiver()
        _ = try receiver.receive(Array(text.utf8))
      }
    }
    #expect(error("") == .nothingKnown)
    #expect(error("hello") == .nothingKnown)
    #expect(error("jawOpen-1|jawLeft-x") == .notANumber(offset: 18))
    #expect(error("jawOpen-1e9") == .valueOutOfRange(offset: 8))
    #expect(error("jawOpen-nan") == .valueOutOfRange(offset: 8))
    #expect(error("=head#1,2|") == .wrongCount(offset: 6, expected: 6, found: 2))
    #expect(error("leftEye#1,2,3,4|") == .wrongCount(offset: 8, expected: 3, found: 4))
    #expect(error(String(repeating: "|", count: 600)) == .tooMany(offset: 512, limit: 512))
    var receiver = IFacialMocapReceiver()
    #expect(throws: ProtocolError.notText(offset: 1)) { try receiver.receive([65, 255, 66]) }
  }

  @Test func `the request is the app's word`() {
    let text = String(decoding: IFacialMocapReceiver.request(), as: UTF8.self)
    #expect(text == "iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2")
  }
}

struct OpenSeeFaceTests {
  private func receive(_ packet: OpenSeeFacePacket) throws -> MotionFrame {
    var receiver = OpenSeeFaceReceiver()
    return try #require(try receiver.receive(packet.bytes))
  }

  @Test func `a frame has 1785 bytes, and one who faces the camera is at rest`() throws {
    let packet = OpenSeeFacePacket()
    #expect(packet.bytes.count == 1785)
    let frame = try receive(packet)
    let head = try #require(frame.head)
    #expect(angle(head.rotation, .identity) < 1e-4 && frame.time == 12.5)
    // Rows are down: x 0.5 is below the middle; y −0.25 is left of it; 4 are before the camera.
    let place = Vector3(-0.25, -0.5, -4) * OpenSeeFaceReceiver.centimetres
    #expect((try #require(head.translation) - place).length < 1e-4)
    #expect(frame.expression[.eyeBlinkLeft] == 0.75 && frame.expression[.eyeBlinkRight] == 0.25)
    #expect(try #require(frame.leftGaze).yaw == 0)
  }

  @Test func `a turned head points where its nose is seen`() throws {
    for motion in [
      BodyMotion(yaw: 0.4, pitch: 0, roll: 0), BodyMotion(yaw: 0, pitch: 0.3, roll: 0),
      BodyMotion(yaw: 0.1, pitch: -0.2, roll: 0.5),
    ] {
      var packet = OpenSeeFacePacket()
      packet.rotation = OpenSeeFacePacket.rotation(of: motion.rotation)
      #expect(abs(packet.rotation.determinant - 1) < 1e-5)
      let frame = try receive(packet)
      #expect(angle(try #require(frame.head).rotation, motion.rotation) < 1e-3)
    }
  }

  @Test func `features move the right side`() throws {
    var packet = OpenSeeFacePacket()
    packet.features[8] = -0.5
    packet.features[6] = 0.4
    packet.features[12] = 0.6
    packet.pupils = [[-0.02, 0, 0.08], [0, 0.02, 0.08]]
    let frame = try receive(packet)
    #expect(frame.expression[.mouthSmileLeft] == 0.5 && frame.expression[.mouthSmileRight] == 0)
    #expect(frame.expression[.browOuterUpRight] == 0.4 && frame.expression[.browOuterUpLeft] == 0)
    #expect(frame.expression[.jawOpen] == 0.6)
    #expect(try #require(frame.rightGaze).yaw > 0.2 && abs(try #require(frame.leftGaze).yaw) < 1e-5)
    #expect(try #require(frame.leftGaze).pitch > 0.2)
  }

  @Test func `a lost pose is not shown, and one of several faces is followed`() throws {
    var receiver = OpenSeeFaceReceiver()
    var a = OpenSeeFacePacket(), b = OpenSeeFacePacket()
    (a.face, a.open.left, b.face, b.open.left) = (1, 1, 2, 0.5)
    #expect(try receiver.receive(a.bytes + b.bytes)?.expression[.eyeBlinkLeft] == 0)
    #expect(try receiver.receive(b.bytes + a.bytes)?.expression[.eyeBlinkLeft] == 0)
    #expect(try receiver.receive(b.bytes)?.expression[.eyeBlinkLeft] == 0.5)
    b.isFound = false
    let frame = try #require(try receiver.receive(b.bytes))
    #expect(frame.head == nil && frame.leftGaze == nil)
  }

  @Test func `damage is named with its place`() {
    func error(_ bytes: [UInt8]) -> ProtocolError? {
      protocolError { () throws(ProtocolError) in
        var receiver = OpenSeeFaceReceiver()
        _ = try receiver.receive(bytes)
      }
    }
    let good = OpenSeeFacePacket().bytes
    #expect(error(Array(good.dropLast())) == .wrongLength(found: 1784, frame: 1785))
    #expect(error([]) == .wrongLength(found: 0, frame: 1785))
    var bad = good
    for k in 0..<4 { bad[1729 + k] = 0xFF }
    #expect(error(bad) == .valueOutOfRange(offset: 1729))
  }
}
