import AvatarModel
import Geometry

/// The states that have arrived, as a path in ``StateCoordinates``: a value for every time.
///
/// Between states the path is straight; after the newest, `t` seconds on, it continues as
/// `x + v τ (1 − e^(−t/τ))`, at first with the speed v of the last states, then ever slower. The time
/// constant τ is one for the poses of head and torso, another for the face.
struct StateTrack {
  /// States kept at most.
  static let capacity = 64

  /// Numbers of a state.
  let width: Int
  let fading, poseFading, speedSpan: Double
  /// Times of the states, ascending, and which row of `values` each has.
  private(set) var times: [Double] = []
  private var rows: [Int] = []
  private var values: [Float]
  private var speeds: [Float]
  /// Counts changes that can alter the path before its newest state, or after.
  private(set) var changes = 0

  init(width: Int, fading: Double, poseFading: Double, speedSpan: Double) {
    self.width = width
    self.fading = fading
    self.poseFading = poseFading
    self.speedSpan = speedSpan
    values = [Float](repeating: 0, count: width * Self.capacity)
    speeds = [Float](repeating: 0, count: width)
    times.reserveCapacity(Self.capacity)
    rows.reserveCapacity(Self.capacity)
  }

  var isEmpty: Bool { times.isEmpty }

  mutating func removeAll() {
    times.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    changes += 1
  }

  /// Adds a state; one of the same time or older than all that a full track holds is left out.
  mutating func insert(_ x: [Float], at time: Double) {
    var i = times.count
    while i > 0 && times[i - 1] >= time { i -= 1 }
    if i < times.count && times[i] == time { return }
    var row = times.count
    if times.count == Self.capacity {
      if i == 0 { return }
      row = rows.removeFirst()
      times.removeFirst()
      i -= 1
    }
    times.insert(time, at: i)
    rows.insert(row, at: i)
    for k in 0..<width { values[row * width + k] = x[k] }
    if i >= times.count - 8 { measureSpeeds() }
    changes += 1
  }

  private mutating func measureSpeeds() {
    let last = times.count - 1
    var i = last
    while i > 0 && times[last] - times[i] < speedSpan - 1e-6 { i -= 1 }
    let span = times[last] - times[i]
    let factor: Float = span > 0 ? Float(1 / span) : 0
    for k in 0..<width {
      speeds[k] = (values[rows[last] * width + k] - values[rows[i] * width + k]) * factor
    }
  }

  /// The path's value at a time, into `x`; that of the first state before it.
  ///
  /// - Returns: seconds beyond the newest state, or 0.
  /// - Precondition: the track is not empty.
  @discardableResult
  func sample(at time: Double, into x: inout [Float]) -> Double {
    let last = times.count - 1
    if time >= times[last] {
      let beyond = time - times[last]
      let travel = Self.travel(beyond, fading), poseTravel = Self.travel(beyond, poseFading)
      let row = rows[last] * width
      for k in 0..<width {
        let isPose = k >= StateCoordinates.head && k < StateCoordinates.correction
        x[k] = values[row + k] + speeds[k] * (isPose ? poseTravel : travel)
      }
      return beyond
    }
    var i = last
    while i > 0 && times[i - 1] > time { i -= 1 }
    let next = rows[i] * width
    if i == 0 {
      for k in 0..<width { x[k] = values[next + k] }
      return 0
    }
    let before = rows[i - 1] * width
    let share = Float((time - times[i - 1]) / (times[i] - times[i - 1]))
    for k in 0..<width {
      x[k] = values[before + k] + (values[next + k] - values[before + k]) * share
    }
    return 0
  }

  /// For how many seconds at full speed a movement goes on within `t` seconds: τ (1 − e^(−t/τ)).
  private static func travel(_ t: Double, _ fading: Double) -> Float {
    Float(fading) * (1 - ElementaryFunctions.exp(-Float(min(t / fading, 80))))
  }
}
