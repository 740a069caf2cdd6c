import AvatarModel
import FaceRig
import Geometry
import MotionSamples
import Testing

@testable import MotionProtocols

struct DriverTests {
  private let reference = RigidTransform(
    rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [0, 0, 60])

  @Test(arguments: MotionProtocol.allCases)
  func `every protocol drives a face`(_ format: MotionProtocol) throws {
    var driver = MotionDriver(inputs: [.init(format)], reference: reference, rate: 60)
    var states = 0
    for k in 0..<60 {
      let now = Double(k) / 60
      let frame = PacketSamples.frame(now)
      for packet in PacketSamples.packets(format, frame) {
        try driver.receive(packet, from: 0, at: now)
      }
      guard let state = driver.state(at: now) else { continue }
      states += 1
      // OpenSeeFace measures few things; an opening jaw it does, and so do all others.
      #expect(abs(state.face.expression[.jawOpen] - frame.expression[.jawOpen]) < 0.006)
      let turn = state.face.cameraFromHead.rotation * reference.rotation.transpose
      let yaw = BodyMotion(
        rotation: reference.rotation.transpose * turn * reference.rotation
      ).angles.yaw
      #expect(abs(yaw - (try #require(frame.head)).angles.yaw) < 1e-3)
      #expect(abs(state.face.leftGaze.yaw - (try #require(frame.leftGaze)).yaw) < 1e-2)
      if k > 0 { #expect(abs(state.face.time - now) < 1e-9) }
    }
    #expect(states == 60 && driver.counts[0].refused == 0)
  }

  @Test func `twice as many frames as states are thinned evenly, and silence is filled`() throws {
    var driver = MotionDriver(inputs: [.init(.liveLinkFace)], reference: reference, rate: 30)
    var times: [Double] = []
    for k in 0..<600 {
      let now = Double(k) / 60 + (k % 3 == 0 ? 0.004 : 0)
      if k < 300 {
        for packet in PacketSamples.packets(.liveLinkFace, PacketSamples.frame(now)) {
          try driver.receive(packet, from: 0, at: now)
        }
      }
      if let state = driver.state(at: now) { times.append(state.face.time) }
    }
    let early = times.filter { $0 < 5 }
    #expect((147...153).contains(early.count))
    #expect(zip(times.dropFirst(), times).allSatisfy { $0 > $1 })
    #expect(times.count - early.count > 60)
  }

  @Test func `spoilt datagrams are counted and change nothing`() throws {
    var driver = MotionDriver(inputs: [.init(.vmc)], reference: reference)
    #expect(throws: ProtocolError.self) { try driver.receive([1, 2, 3], from: 0, at: 0) }
    #expect(driver.counts[0] == .init(packets: 1, refused: 1, frames: 0))
    #expect(driver.state(at: 0) == nil)
  }

  @Test(arguments: MotionProtocol.allCases)
  func `spoilt datagrams never trap and never give numbers out of range`(
    _ format: MotionProtocol
  ) {
    let samples = PacketSamples.packets(format, PacketSamples.frame(1))
    var mutator = PacketMutator(seed: 7)
    var receiver = format.makeReceiver()
    var refused = 0
    for _ in 0..<3000 {
      let sample = samples[mutator.index(samples.count)]
      let packet = mutator.spoil(sample, with: samples[0])
      do throws(ProtocolError) {
        guard let frame = try receiver.receive(packet) else { continue }
        #expect((0..<52).allSatisfy { (0...1).contains(frame.expression[$0]) })
      } catch { refused += 1 }
    }
    #expect(refused > 100)
  }
}
