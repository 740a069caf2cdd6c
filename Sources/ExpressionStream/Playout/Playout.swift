public import AvatarModel
import FaceRig
public import Geometry

/// Shows states at the display's times: evens out their arrival, continues movements where states
/// are missing, and comes back without a jump.
///
/// ```swift
/// playout.insert(state, generation: receiver.generation, at: arrival)   // whenever one arrives
/// let moment = playout.show(at: now, into: &state)                      // for every picture
/// ```
///
/// **Delay.** The moment of the sender's clock that is shown lies behind the fastest packets by one
/// state, so that there is one to move towards, and by the lateness that
/// ``PlayoutOptions/punctuality`` of the states do not exceed; bounded by ``PlayoutOptions/delays``.
/// It follows what is learnt, and clocks that drift, by running up to
/// ``PlayoutOptions/largestWarp`` faster or slower; it never goes back.
///
/// **Concealment.** See ``StateTrack``.
///
/// **Re-joining.** When a state arrives that changes what has been shown, the difference in place
/// and in speed is taken along and fades over ``PlayoutOptions/rejoining``: what is shown has no
/// step in place or speed, and is exact again 200 ms, and one picture, after the arrival, or as soon
/// as what arrived is shown.
///
/// A value: it owns no clock, and the same calls give the same pictures. All times are in seconds;
/// `now` is of one clock that never goes back. Nothing is allocated after the first calls.
public struct Playout: Sendable {
  /// The choices.
  public let options: PlayoutOptions
  /// What has been learnt of arrivals.
  public private(set) var clock: ArrivalClock
  /// The time between states that the sender announced.
  public let interval: Double

  private let reference: RigidTransform
  private let correctionLength: Int
  private var track: StateTrack
  private var generation: Int?
  /// A path is shown that has nothing to do with the one before.
  private var hasNewPath = false
  private var seenChanges = 0
  private var senderTime = 0.0
  /// How many pictures were shown, two being enough to know their speed.
  private var shownCount = 0
  private var last, beforeLast: Shown
  private var scratch, earlierScratch: [Float]
  /// The difference that fades, its slope a second, and since when.
  private var difference, slope: [Float]
  private var differenceSince = -Double.infinity

  /// One picture's state.
  private struct Shown {
    var now = 0.0
    var senderTime = 0.0
    /// With the fading difference, and without.
    var values, path: [Float]
  }

  /// Prepares to show a stream's states.
  public init(configuration: StreamConfiguration, options: PlayoutOptions = PlayoutOptions()) {
    self.init(
      reference: configuration.transform.reference, coordinates: configuration.transform.count,
      interval: Double(configuration.interval) / StreamConfiguration.ticksPerSecond,
      options: options)
  }

  /// Prepares to show states.
  ///
  /// - Parameters:
  ///   - reference: the pose from which turns are counted.
  ///   - coordinates: at least ``StateCoordinates/correction``; what is beyond are corrections.
  ///   - interval: seconds between states.
  public init(
    reference: RigidTransform, coordinates: Int, interval: Double,
    options: PlayoutOptions = PlayoutOptions()
  ) {
    precondition(coordinates >= StateCoordinates.correction)
    self.options = options
    self.reference = reference
    self.interval = interval
    correctionLength = coordinates - StateCoordinates.correction
    clock = ArrivalClock(guess: max(0, options.initialDelay - interval))
    track = StateTrack(
      width: coordinates, fading: options.fading, poseFading: options.poseFading,
      speedSpan: options.speedSpan)
    scratch = [Float](repeating: 0, count: coordinates)
    earlierScratch = scratch
    difference = scratch
    slope = scratch
    last = Shown(values: scratch, path: scratch)
    beforeLast = last
  }

  /// Takes a state that has arrived.
  ///
  /// - Parameter generation: ``StreamReceiver/generation``: times of another one start anew.
  public mutating func insert(_ state: AvatarState, generation: Int, at now: Double) {
    if !state.face.time.isFinite { return }
    if self.generation != generation {
      self.generation = generation
      track.removeAll()
      clock = ArrivalClock(guess: max(0, options.initialDelay - interval))
      hasNewPath = true
    }
    clock.observe(state.face.time, at: now)
    let reference = reference
    var span = scratch.mutableSpan
    StateCoordinates.write(state, reference: reference, into: &span)
    track.insert(scratch, at: state.face.time)
  }

  /// The delay that is aimed at.
  public var wantedDelay: Double {
    let wanted = interval + clock.lateness(share: options.punctuality)
    return min(max(wanted, options.delays.lowerBound), options.delays.upperBound)
  }

  /// The state to show now.
  ///
  /// - Parameter state: overwritten; its memory is reused.
  /// - Returns: what was shown; nil, with `state` as it was, before the first state has arrived.
  public mutating func show(at now: Double, into state: inout AvatarState) -> PlayoutMoment? {
    if track.isEmpty { return nil }
    advanceTime(to: now)
    if track.changes != seenChanges || hasNewPath {
      joinPath()
      seenChanges = track.changes
      hasNewPath = false
    }
    swap(&last, &beforeLast)
    let concealed = track.sample(at: senderTime, into: &last.path)
    let phase = (now - differenceSince) / options.rejoining
    let isRejoining = phase < 1
    if isRejoining {
      let (place, speed) = Self.fading(Float(max(phase, 0)))
      let seconds = Float(options.rejoining)
      for k in 0..<scratch.count {
        last.values[k] = last.path[k] + difference[k] * place + slope[k] * (speed * seconds)
      }
    } else {
      for k in 0..<scratch.count { last.values[k] = last.path[k] }
    }
    last.now = now
    last.senderTime = senderTime
    shownCount += 1
    if state.correction.count != correctionLength {
      state.correction = [Float](repeating: 0, count: correctionLength)
    }
    StateCoordinates.read(last.values.span, reference: reference, into: &state)
    state.face.time = senderTime
    return PlayoutMoment(
      senderTime: senderTime, delay: now - clock.offset - senderTime, concealed: concealed,
      isRejoining: isRejoining)
  }

  /// How much of a difference and of its slope is left, from (1, 1) at 0 to nothing at 1.
  ///
  /// The difference fades evenly but for a sixteenth of the time at either end, where it starts and
  /// stops: no faster than 1.06 of an even fade, where a cubic needs 1.5, and what moves least a
  /// picture is seen least. The slope runs out as a cubic: s (1 − s)².
  private static func fading(_ s: Float) -> (place: Float, speed: Float) {
    let rest = 1 - s
    let speed = rest * rest * s
    let ramp: Float = 0.06
    if s < ramp { return (1 - s * s / (2 * ramp * (1 - ramp)), speed) }
    if rest < ramp { return (rest * rest / (2 * ramp * (1 - ramp)), speed) }
    return (1 - (s - ramp / 2) / (1 - ramp), speed)
  }

  /// Moves the shown moment on.
  private mutating func advanceTime(to now: Double) {
    let target = now - clock.offset - wantedDelay
    if shownCount == 0 || hasNewPath {
      senderTime = target
      return
    }
    let step = max(0, now - last.now)
    let error = target - senderTime - step
    if error > 0.5 {
      senderTime = target
      hasNewPath = true
    } else {
      let warp = min(max(error / 0.5, -1), 1) * options.largestWarp
      senderTime += step * (error < -0.5 ? 0.5 : 1 + warp)
    }
  }

  /// Takes along by how much what was shown differs from the path as it is now known.
  private mutating func joinPath() {
    if shownCount == 0 { return }
    // Of a new path only where it stands now is known to belong to what was shown.
    track.sample(at: hasNewPath ? senderTime : last.senderTime, into: &scratch)
    track.sample(at: hasNewPath ? senderTime : beforeLast.senderTime, into: &earlierScratch)
    let since = last.now - beforeLast.now
    let hasSpeed = shownCount > 1 && since > 1e-4
    var change: Float = 0
    for k in 0..<scratch.count {
      change = max(change, (scratch[k] - last.path[k]).magnitude)
      if hasSpeed { change = max(change, (earlierScratch[k] - beforeLast.path[k]).magnitude) }
    }
    // What joins ahead of the shown moment changes nothing that was shown.
    if change < 1e-6 && !hasNewPath { return }
    for k in 0..<scratch.count {
      difference[k] = last.values[k] - scratch[k]
      let before = beforeLast.values[k] - earlierScratch[k]
      slope[k] = hasSpeed ? (difference[k] - before) / Float(since) : 0
    }
    differenceSince = last.now
  }
}
