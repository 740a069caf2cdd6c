import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import NetworkSimulation
import Testing

/// A head that turns and a jaw that moves, 30 states a second.
private func states(_ count: Int) -> [AvatarState] {
  (0..<count).map { t in
    let phase = Float(t) * 0.15
    let (s, c) = ElementaryFunctions.sinCos(phase)
    var face = FaceState(time: 5 + Double(t) / 30)
    face.expression[.jawOpen] = 0.3 + 0.3 * s
    face.cameraFromHead = face.cameraFromHead.adjusted(
      rotationVector: [0, 0.2 * c, 0], translation: [2 * s, 0, 0])
    return AvatarState(face: face, cameraFromTorso: face.cameraFromHead)
  }
}

private func configuration() -> StreamConfiguration {
  let n = StateCoordinates.correction
  var basis = [Float](repeating: 0, count: n * n)
  for i in 0..<n { basis[i * n + i] = i < StateCoordinates.head ? 10 : 2 }
  return StreamConfiguration(
    transform: StreamTransform(
      reference: FaceState().cameraFromHead, mean: [Float](repeating: 0, count: n), basis: basis,
      incrementScale: [Float](repeating: 0.004, count: n),
      levelScale: [Float](repeating: 0.02, count: n)),
    camera: PinholeCamera(width: 640, height: 480, focalLength: 700))
}

struct StreamSimulationTests {
  @Test func `a good network shows everything, a little late`() {
    let trace = StreamSimulation().run(states(600), configuration: configuration())
    #expect(trace.pictures.count > 1180 && trace.refusals == 0)
    #expect(trace.sent.lost == 0 && trace.sent.packets == 600)
    // The first guess of the delay is forgotten in 5 s, and left behind slowly.
    for picture in trace.pictures.dropFirst(600) {
      #expect(picture.moment.concealed == 0)
      // 40 ms there, at most 35 ms until the next state, and 5 ms of the histogram's grain.
      #expect(picture.delay > 0.04 && picture.delay < 0.15)
      let free = trace.lossFreeState(of: picture)
      let off = picture.state.face.cameraFromHead.translation - free.face.cameraFromHead.translation
      #expect(off.length < 0.02)
      #expect(
        abs(picture.state.face.expression[.jawOpen] - free.face.expression[.jawOpen]) < 1e-3)
    }
  }

  @Test(arguments: [SenderOptions.Delivery.acknowledged, .broadcast])
  func `a bad network is concealed`(delivery: SenderOptions.Delivery) {
    let simulation = StreamSimulation(
      sender: SenderOptions(delivery: delivery),
      link: LinkOptions(
        loss: 0.2, burst: 4, jitter: 0.04, reorders: true, duplicates: 0.1, rate: 128_000),
      seed: 3)
    let trace = simulation.run(states(600), configuration: configuration())
    #expect(trace.sent.lost > 60)
    #expect(trace.pictures.contains { $0.moment.concealed > 0 })
    let times = trace.pictures.map(\.moment.senderTime)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    // The jaw moves by 0.024 a picture; what is shown never moves much faster.
    let jaws = trace.pictures.map { $0.state.face.expression[.jawOpen] }
    #expect(zip(jaws, jaws.dropFirst()).allSatisfy { abs($0 - $1) < 0.12 })
    let report = SimulationReport(trace, states: 600, motion: nil)
    #expect(report.concealed > 0 && report.concealed < 0.5)
    #expect(report.lost > 0.1 && report.wireRate > report.payloadRate)
    #expect(report.delay95 < 0.5 && report.meanDelay > 0.04)
  }

  @Test func `a seed decides everything`() {
    var simulation = StreamSimulation(link: LinkOptions(loss: 0.1, burst: 3), seed: 8)
    let some = states(200)
    let a = simulation.run(some, configuration: configuration())
    let b = simulation.run(some, configuration: configuration())
    #expect(a.pictures.map(\.state) == b.pictures.map(\.state))
    simulation.seed = 9
    let c = simulation.run(some, configuration: configuration())
    #expect(a.pictures.map(\.state) != c.pictures.map(\.state))
  }

  @Test(arguments: [-0.0005, 0.0005])
  func `clocks that drift stay together`(drift: Double) {
    let simulation = StreamSimulation(link: LinkOptions(jitter: 0.01), drift: drift)
    let trace = simulation.run(states(30 * 120), configuration: configuration())
    // Two minutes make 60 ms; the delay stays what it was.
    let delays = trace.pictures.dropFirst(1200).map(\.delay)
    #expect((delays.max() ?? 1) - (delays.min() ?? 0) < 0.06)
    let late = trace.pictures.dropFirst(300).count { $0.moment.concealed > 0 }
    #expect(Double(late) < 0.02 * Double(trace.pictures.count))
  }

  @Test func `nothing in, nothing out`() {
    #expect(StreamSimulation().run([], configuration: configuration()).pictures.isEmpty)
    _ = StreamSimulation().run(states(1), configuration: configuration())
    let everything = StreamSimulation(link: LinkOptions(loss: 1, burst: 1000))
    let trace = everything.run(states(60), configuration: configuration())
    let report = SimulationReport(trace, states: 60, motion: nil)
    #expect(report.pictures <= 60 && report.statesArrived <= 1)
  }
}
