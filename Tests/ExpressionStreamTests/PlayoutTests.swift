import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import Testing

/// A state whose head is at x = `place` centimetres, half a metre away.
private func state(_ time: Double, _ place: Float) -> AvatarState {
  var face = FaceState(time: time)
  face.cameraFromHead.translation.x = place
  return AvatarState(face: face, cameraFromTorso: face.cameraFromHead)
}

/// Shows a playout 60 times a second and keeps what was seen.
private struct Viewer {
  var playout = Playout(
    reference: FaceState().cameraFromHead, coordinates: StateCoordinates.correction,
    interval: 1.0 / 30)
  var now = 0.0
  var places: [Float] = []
  var moments: [PlayoutMoment] = []

  mutating func show(until end: Double) {
    var seen = state(0, 0)
    while now < end {
      if let moment = playout.show(at: now, into: &seen) {
        places.append(seen.face.cameraFromHead.translation.x)
        moments.append(moment)
      }
      now += 1.0 / 60
    }
  }

  /// Takes 30 states a second that follow `path`, `late` seconds after their time.
  mutating func follow(
    _ path: (Double) -> Float, from start: Double, to end: Double, late: Double = 0.05,
    loses: (Int) -> Bool = { _ in false }
  ) {
    for k in Int((start * 30).rounded(.up))..<Int((end * 30).rounded(.up)) {
      let time = Double(k) / 30
      show(until: time + late)
      if !loses(k) { playout.insert(state(time, path(time)), generation: 1, at: time + late) }
    }
  }

  /// The largest change of speed from picture to picture, in centimetres a picture.
  func largestTurn(after first: Int) -> Float {
    var largest: Float = 0
    for k in max(first, 2)..<places.count {
      largest = max(largest, abs(places[k] - 2 * places[k - 1] + places[k - 2]))
    }
    return largest
  }
}

struct PlayoutTests {
  @Test func `regular arrivals are shown as they were`() {
    var viewer = Viewer()
    viewer.follow({ Float($0) * 10 }, from: 0, to: 5)
    for (place, moment) in zip(viewer.places, viewer.moments).dropFirst(60) {
      #expect(moment.concealed == 0)
      #expect(abs(place - Float(moment.senderTime) * 10) < 1e-2)
    }
    // One state, and one grain of the histogram.
    #expect(abs(viewer.playout.wantedDelay - 1.0 / 30 - 0.005) < 1e-9)
  }

  @Test func `time never goes back, whatever arrives`() {
    for seed in 0..<20 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      var viewer = Viewer()
      var arrivals: [(at: Double, state: AvatarState)] = []
      var shift = 0.0
      for k in 0..<600 where random.uniform() > 0.15 {
        if random.uniform() < 0.005 { shift = Double(random.uniform()) * 0.5 }
        let time = Double(k) / 30
        let late = 0.03 + shift + Double(random.uniform()) * 0.2
        arrivals.append((time + late, state(time, random.normal() * 5)))
      }
      for arrival in arrivals.sorted(by: { $0.at < $1.at }) {
        viewer.show(until: arrival.at)
        viewer.playout.insert(arrival.state, generation: 1, at: arrival.at)
      }
      let times = viewer.moments.map(\.senderTime)
      for k in 1..<times.count {
        let step = times[k] - times[k - 1]
        #expect(step > 0)
        // At most a tenth faster than time, but for leaps after half a second was missed.
        #expect(step < 1.11 / 60 || step > 0.5)
      }
    }
  }

  @Test func `movement without news fades as stated`() {
    var viewer = Viewer()
    viewer.follow({ Float($0) * 30 }, from: 0, to: 3)
    viewer.show(until: 6)
    let newest = 89.0 / 30
    for (place, moment) in zip(viewer.places, viewer.moments).dropFirst(60) {
      let t = Float(max(0, moment.senderTime - newest))
      let expected =
        Float(min(moment.senderTime, newest)) * 30
        + 30 * 0.1 * (1 - ElementaryFunctions.exp(-t / 0.1))
      #expect(abs(place - expected) < 0.05)
      #expect(abs(moment.concealed - Double(t)) < 1e-6)
    }
    #expect(viewer.largestTurn(after: 60) < 0.1)
  }

  @Test(arguments: [0.1, 0.2, 0.5, 2.0])
  func `coming back has no step in place or speed, and ends in time`(outage: Double) {
    // The head swings half a metre a second and is elsewhere when the network is back.
    func path(_ t: Double) -> Float { 10 * ElementaryFunctions.sinCos(Float(t) * 5).sin }
    var viewer = Viewer()
    viewer.follow(path, from: 0, to: 3)
    let before = viewer.places.count
    viewer.follow(path, from: 3 + outage, to: 6 + outage)
    // By itself the path turns by up to 10 · 25 / 3600 cm a picture², and, straight between states,
    // at once by twice that. Coming back over ten pictures from a distance d adds 6 d / 100, from a
    // speed difference v 4 v / 10.
    let distance: Float = 20 + 5, speed: Float = 2 * 50 / 60
    let bound = 6 * distance / 100 + 4 * speed / 10 + 0.3
    #expect(viewer.largestTurn(after: 60) < bound)
    let steps = zip(viewer.places, viewer.places.dropFirst()).dropFirst(60).map { abs($0 - $1) }
    #expect((steps.max() ?? 0) < 1.5 * distance / 10 + speed)
    // Right again within 170 ms and one picture of the first arrival, where that is of a moment
    // that was shown already, or else as soon as it is shown.
    let arrival = 3 + outage + 0.05
    var places = viewer.places[...], moments = viewer.moments[...]
    (places, moments) = (places.dropFirst(before), moments.dropFirst(before))
    let first = viewer.now - Double(viewer.places.count) / 60
    for (k, (place, moment)) in zip(before..., zip(places, moments)) {
      let now = first + Double(k) / 60
      if now > arrival + 0.2 && moment.senderTime > 3 + outage + 1.0 / 30 {
        let share = moment.senderTime * 30 - (moment.senderTime * 30).rounded(.down)
        let a = (moment.senderTime * 30).rounded(.down) / 30
        let expected = path(a) + (path(a + 1.0 / 30) - path(a)) * Float(share)
        #expect(abs(place - expected) < 0.05, "at \(now)")
        #expect(!moment.isRejoining)
      }
    }
  }

  @Test func `the delay follows jitter up and down`() {
    var viewer = Viewer()
    var random = SeededRandom(seed: 2)
    func run(_ from: Int, _ to: Int, jitter: Double) {
      for k in from..<to {
        let time = Double(k) / 30
        let at = time + 0.04 + jitter * Double(random.uniform())
        viewer.show(until: at)
        viewer.playout.insert(state(time, 0), generation: 1, at: at)
      }
    }
    run(0, 600, jitter: 0)
    #expect(viewer.playout.wantedDelay < 0.045)
    run(600, 1200, jitter: 0.12)
    #expect((0.13...0.17).contains(viewer.playout.wantedDelay))
    #expect((0.12...0.18).contains(viewer.moments.last?.delay ?? 0))
    run(1200, 2400, jitter: 0)
    #expect(viewer.playout.wantedDelay < 0.05)
  }

  @Test func `a restart of the sender's clock is crossed without a step`() {
    var viewer = Viewer()
    viewer.follow({ _ in 0 }, from: 0, to: 3)
    for k in 0..<60 {
      let at = 3.2 + Double(k) / 30
      viewer.show(until: at)
      viewer.playout.insert(state(1000 + Double(k) / 30, 6), generation: 2, at: at)
    }
    let steps = zip(viewer.places, viewer.places.dropFirst()).map { abs($0 - $1) }
    #expect((steps.max() ?? 9) < 1.5 * 6 / 10 + 0.05)
    #expect(viewer.places.last == 6)
  }

  @Test func `nothing is shown before the first state, and it is shown at once`() {
    var viewer = Viewer()
    viewer.show(until: 1)
    #expect(viewer.places.isEmpty)
    viewer.playout.insert(state(.nan, 4), generation: 1, at: 1)
    viewer.playout.insert(state(.infinity, 4), generation: 1, at: 1)
    viewer.show(until: 1.1)
    #expect(viewer.places.isEmpty)
    viewer.playout.insert(state(7, 4), generation: 1, at: 1.1)
    viewer.show(until: 1.3)
    #expect(!viewer.places.isEmpty && viewer.places.allSatisfy { abs($0 - 4) < 1e-3 })
  }

  @Test func `hostile times do no harm`() {
    var random = SeededRandom(seed: 6)
    var viewer = Viewer()
    for k in 0..<3000 {
      let now = Double(k) / 50
      viewer.show(until: now)
      let times = [now, 0, -1e9, 1e9, 1e300, now - 30, now + 30, Double(random.uniform()) * 100]
      viewer.playout.insert(
        state(times[random.index(times.count)], random.normal()), generation: random.index(3),
        at: now)
    }
    #expect(viewer.places.allSatisfy { $0.isFinite && abs($0) < 1e6 })
  }
}
