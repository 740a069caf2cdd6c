import AvatarModel
import FaceMotion
import FaceRig
import Geometry
import Testing

@testable import MotionProtocols

struct MixerTests {
  private func face(_ value: Float, yaw: Float? = nil, time: Double? = nil) -> MotionFrame {
    var frame = MotionFrame(time: time)
    for channel in ExpressionChannel.allCases { frame.set(channel, value) }
    frame.head = yaw.map { BodyMotion(yaw: $0, pitch: 0, roll: 0) }
    frame.leftGaze = Gaze()
    frame.rightGaze = Gaze()
    return frame
  }

  @Test func `each region is driven by who claims it`() throws {
    let mixer = Mixing(sources: [.init(regions: [.mouth]), .init(), .init(regions: [.head])])
    #expect(mixer.frame(at: 0) == nil)
    mixer.add(face(0.2), from: 0, at: 0)
    mixer.add(face(0.4), from: 1, at: 0)
    mixer.add(face(0.6, yaw: 0.5), from: 2, at: 0)
    let frame = try #require(mixer.frame(at: 0.01))
    #expect(frame.expression[.jawOpen] == 0.2 && frame.expression[.browInnerUp] == 0.4)
    #expect(abs(try #require(frame.head).angles.yaw - 0.5) < 1e-5)
    #expect(mixer.source(of: .mouth) == 0 && mixer.source(of: .eyes) == 1)
    #expect(mixer.source(of: .head) == 2 && frame.channels == .all)
  }

  @Test func `one who stops hands over without a jump, and takes back`() throws {
    let mixer = Mixing(sources: [.init(regions: [.mouth, .head]), .init()])
    var values: [Float] = [], yaws: [Float] = []
    for k in 0..<240 {
      let now = Double(k) / 60
      if !(60..<150).contains(k) { mixer.add(face(0.8, yaw: 0.6), from: 0, at: now) }
      mixer.add(face(0.2, yaw: -0.6), from: 1, at: now)
      let frame = try #require(mixer.frame(at: now))
      values.append(frame.expression[.jawOpen])
      yaws.append(try #require(frame.head).angles.yaw)
    }
    let steps = zip(values.dropFirst(), values).map { ($0 - $1).magnitude }
    let turns = zip(yaws.dropFirst(), yaws).map { ($0 - $1).magnitude }
    // 0.6 in 0.3 s at 60 a second eased: at its quickest 1.5 times the mean step.
    #expect(try #require(steps.max()) < 0.06 && values[80] == 0.8 && values[120] == 0.2)
    #expect(try #require(turns.max()) < 0.12 && abs(yaws[120] + 0.6) < 1e-4)
    #expect(values[200] == 0.8 && abs(yaws[200] - 0.6) < 1e-4)
    // The timeout is half a second, so the change begins then.
    #expect(values[91] < 0.8 && values[88] == 0.8)
  }

  @Test func `where nobody is left the face holds still`() throws {
    let mixer = Mixing(sources: [.init()])
    mixer.add(face(0.7, yaw: 0.2), from: 0, at: 0)
    let first = try #require(mixer.frame(at: 0))
    var late = try #require(mixer.frame(at: 30))
    late.time = first.time
    #expect(late == first && mixer.source(of: .mouth) == nil)
  }

  @Test func `clocks of senders are aligned, and frames are mixed between`() throws {
    var options = MotionMixer.Options()
    options.delay = 0.1
    let mixer = Mixing(sources: [.init()], options: options)
    // The sender's clock is a thousand seconds ahead; packets are up to 40 ms late.
    for k in 0..<60 {
      let sent = Double(k) / 30
      let late = k % 3 == 0 ? 0.0 : 0.04
      mixer.add(face(Float(k) / 60, time: 1000 + sent), from: 0, at: 5 + sent + late)
    }
    let frame = try #require(mixer.frame(at: 5 + 59.0 / 30 + 0.05))
    #expect(abs(frame.expression[.jawOpen] - Float(59.0 / 30 - 0.05) / 2) < 0.002)
  }

  @Test func `a clock that starts anew is followed`() throws {
    let mixer = Mixing(sources: [.init()])
    mixer.add(face(0.1, time: 500), from: 0, at: 10)
    mixer.add(face(0.9, time: 2), from: 0, at: 11)
    #expect(try #require(mixer.frame(at: 11)).expression[.jawOpen] == 0.9)
  }

  @Test func `places count from a source's first, poses too where it is centred`() throws {
    let mixer = Mixing(sources: [.init(isCentred: true)])
    var frame = face(0, yaw: 0.3)
    frame.head?.translation = [0, 10, -50]
    mixer.add(frame, from: 0, at: 0)
    #expect(try #require(mixer.frame(at: 0)?.head).angles.yaw.magnitude < 1e-5)
    frame.head = BodyMotion(yaw: 0.5, pitch: 0, roll: 0, translation: [1, 10, -52])
    mixer.add(frame, from: 0, at: 0.1)
    let head = try #require(mixer.frame(at: 0.1)?.head)
    #expect(abs(head.angles.yaw - 0.2) < 1e-5 && head.translation == [1, 0, -2])
  }
}

struct PlacementTests {
  private let reference = RigidTransform(
    rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [2, 3, 60])

  @Test func `rest is the avatar's reference pose`() {
    var placement = MotionPlacement(reference: reference)
    let state = placement.state(MotionFrame(), time: 0)
    #expect(state.face.cameraFromHead.translation == reference.translation)
    #expect(angle(state.face.cameraFromHead.rotation, reference.rotation) < 1e-6)
    #expect(state.cameraFromTorso.translation == reference.translation)
  }

  @Test func `the head turns and moves as the person sees it`() {
    var placement = MotionPlacement(reference: reference)
    var frame = MotionFrame(
      head: BodyMotion(yaw: .pi / 2, pitch: 0, roll: 0, translation: [5, 4, 3]))
    let state = placement.state(frame, time: 0)
    // A quarter turn to the person's left takes the nose to the right of the picture.
    let nose = state.face.cameraFromHead.rotation * Vector3(0, 0, 1)
    #expect((nose - Vector3(1, 0, 0)).length < 1e-5)
    #expect((state.face.cameraFromHead.translation - Vector3(7, -1, 57)).length < 1e-4)
    frame.head = BodyMotion(yaw: 0, pitch: .pi / 2, roll: 0)
    let bowed = placement.state(frame, time: 1)
    let down = bowed.face.cameraFromHead.rotation * Vector3(0, 0, 1)
    #expect((down - Vector3(0, 1, 0)).length < 1e-5)
    // Without a place the head turns about the neck: bowed, it comes forward and down.
    #expect(bowed.face.cameraFromHead.translation.z < 60 - 5)
    #expect(bowed.face.cameraFromHead.translation.y > 3 + 5)
  }

  @Test func `states give their motion back`() throws {
    var placement = MotionPlacement(reference: reference)
    var frame = fullFrame()
    frame.torso = BodyMotion(yaw: 0.2, pitch: 0, roll: 0)
    let back = placement.frame(placement.state(frame, time: 1.5))
    let (a, b) = (try #require(back.head), try #require(frame.head))
    #expect(angle(a.rotation, b.rotation) < 1e-4)
    #expect((try #require(a.translation) - (try #require(b.translation))).length < 1e-3)
    #expect(difference(back.expression, frame.expression) == 0 && back.leftGaze == frame.leftGaze)
    #expect(angle(try #require(back.torso).rotation, try #require(frame.torso).rotation) < 1e-4)
  }

  @Test func `nobody flies away`() {
    var placement = MotionPlacement(reference: reference)
    let state = placement.state(
      MotionFrame(head: BodyMotion(translation: [1e5, -1e5, 1e5])), time: 0)
    let shift = state.face.cameraFromHead.translation - reference.translation
    #expect(shift.length < 41 && state.face.cameraFromHead.translation.z >= 5)
  }
}
