import ArgumentParser
import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import MediaIO
import Testing

@testable import NetworkSimulation
@testable import visavis

struct SimulateNetworkTests {
  /// A head that turns for four seconds.
  private func stream() -> AvatarStream {
    let states = (0..<120).map { k in
      var face = FaceState(time: Double(k) / 30)
      let turn = ElementaryFunctions.sinCos(Float(k) * 0.1).sin
      face.cameraFromHead = face.cameraFromHead.adjusted(
        rotationVector: [0, 0.3 * turn, 0], translation: [3 * turn, 0, 0])
      face.expression[.jawOpen] = 0.5 + 0.4 * turn
      return AvatarState(face: face, cameraFromTorso: face.cameraFromHead)
    }
    return AvatarStream(
      camera: PinholeCamera(width: 160, height: 120, focalLength: 240), codeLength: 0,
      states: states)
  }

  @Test func `what the viewer saw is reported and drawn`() throws {
    guard let avatar = TestAvatar.make() else { return }
    try withScratchFolder { folder in
      let coding = StreamConfiguration(
        transform: .generic(correction: 0, reference: FaceState().cameraFromHead),
        camera: stream().camera)
      try write(stream().encoded(configuration: coding), to: folder + "/a.vvs")
      try write(avatar.encoded(), to: folder + "/a.avatar")
      let command = try #require(
        try SimulateNetworkCommand.parseAsRoot([
          folder + "/a.vvs", "--avatar", folder + "/a.avatar", "--loss", "20", "--burst", "3",
          "--exact-bursts", "--jitter", "20", "--rate", "64k", "--reorder", "--duplicate",
          "--every", "10", "--plot", folder + "/a.png", "--quiet",
        ]) as? SimulateNetworkCommand)
      let report = try command.simulate()
      #expect(report.states == 120 && report.packets == 120 && report.pictures > 200)
      #expect(report.lost > 0.05 && report.lost < 0.5)
      let jumps = try #require(report.jumps)
      #expect(jumps.threshold > 0.2 && jumps.threshold < 2)
      #expect(jumps.largestDeviation > 0 && jumps.largest < 20)
      let likeness = try #require(report.likeness)
      #expect(likeness.pictures >= 20 && likeness.lossFree > 30)
      // Equal pictures count as 99 dB, so the mean's drop says little here: the least alike does.
      #expect(abs(likeness.lossFree - likeness.seen - likeness.drop) < 1e-6)
      #expect(likeness.drop > -0.5 && likeness.againstLossFree > 30, "\(likeness)")
      #expect(report.text.contains("jumps"))
      let chart = try PictureFile.read(folder + "/a.png")
      #expect(chart.width == report.pictures && chart.height == 480)
    }
  }

  @Test func `a good network changes nothing`() throws {
    guard let avatar = TestAvatar.make() else { return }
    let configuration = StreamConfiguration(
      transform: .generic(correction: 0, reference: FaceState().cameraFromHead),
      camera: stream().camera)
    let trace = StreamSimulation().run(stream().states, configuration: configuration)
    let motion = ViewerMotion(
      trace, projector: LandmarkProjector(template: avatar.template, camera: stream().camera))
    #expect(motion.excess.dropFirst(60).allSatisfy { $0 < 0.02 })
    #expect(motion.deviation.dropFirst(60).allSatisfy { $0 < 0.02 })
    #expect(motion.seen.max() ?? 0 > 0.2)
    let report = SimulationReport(trace, states: 120, motion: motion)
    #expect(report.jumps?.visible == 0 && report.concealed == 0 && report.jumps?.recoveries == 0)
  }

  /// A viewer that freezes and then leaps must be found out.
  @Test func `a leap counts as a jump`() throws {
    guard let avatar = TestAvatar.make() else { return }
    let configuration = StreamConfiguration(
      transform: .generic(correction: 0, reference: FaceState().cameraFromHead),
      camera: stream().camera)
    var trace = StreamSimulation().run(stream().states, configuration: configuration)
    for k in 100..<140 { trace.pictures[k].state = trace.pictures[99].state }
    let motion = ViewerMotion(
      trace, projector: LandmarkProjector(template: avatar.template, camera: stream().camera))
    #expect(motion.excess[140] > motion.visible)
    #expect(motion.excess.indices.filter { motion.excess[$0] > motion.visible } == [140])
    #expect(motion.deviation[139] > motion.visible && motion.deviation[145] < 0.1)
  }

  @Test func `rates have units`() {
    #expect(BitRateArgument(argument: "64k")?.bitsPerSecond == 64_000)
    #expect(BitRateArgument(argument: "1.5M")?.bitsPerSecond == 1_500_000)
    #expect(BitRateArgument(argument: "9600")?.bitsPerSecond == 9600)
    for hostile in ["", "k", "-3k", "0", "x", "nan", "inf", "1e400"] {
      #expect(BitRateArgument(argument: hostile) == nil)
    }
  }

  @Test(arguments: [
    ["--loss", "101"], ["--burst", "0"], ["--jitter", "nan"], ["--repeats", "17"],
    ["--quality", "10"], ["--every", "0"], ["--seconds", "0"],
  ])
  func `impossible networks are refused`(arguments: [String]) {
    #expect(throws: (any Error).self) {
      try SimulateNetworkCommand.parseAsRoot(["a.vvs"] + arguments)
    }
  }
}
