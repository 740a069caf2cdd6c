/// How states are shown that arrive unevenly.
///
/// All times are in seconds.
public struct PlayoutOptions: Sendable, Equatable {
  /// The least and the largest delay of the buffer, counted from the fastest packets' arrival.
  public var delays: ClosedRange<Double>
  /// The delay before anything was learnt.
  public var initialDelay: Double
  /// The share of states that should arrive in time, 0.5…1.
  public var punctuality: Double
  /// By how much shown time may run faster or slower than time, to follow delay and drift.
  public var largestWarp: Double
  /// The time constant with which movements of the face fade where states are missing: after it 37 % of the speed is left, and in all the movement of that long at full
  /// speed is added.
  ///
  /// A face in motion is soon elsewhere: on recordings with 10 % loss in bursts of three the
  /// largest step on re-joining fell from 3.5 to 2.7 % of the distance between the eyes as the
  /// face's constant went from 100 to 20 ms. A head that turns goes on turning: 20 instead of 100 ms
  /// made its steps larger, 1.7 to 2.3 %.
  public var fading: Double
  /// The same of the poses of head and torso.
  public var poseFading: Double
  /// Over how much time the speed at which movement fades is measured.
  public var speedSpan: Double
  /// How long it takes to come back to what arrives.
  public var rejoining: Double

  /// Makes options.
  public init(
    delays: ClosedRange<Double> = 0.03...0.4, initialDelay: Double = 0.1,
    punctuality: Double = 0.995, largestWarp: Double = 0.1, fading: Double = 0.02,
    poseFading: Double = 0.1, speedSpan: Double = 0.07, rejoining: Double = 0.2
  ) {
    self.delays = delays
    self.initialDelay = min(max(initialDelay, delays.lowerBound), delays.upperBound)
    self.punctuality = min(max(punctuality, 0.5), 1)
    self.largestWarp = min(max(largestWarp, 0.001), 0.5)
    self.fading = max(fading, 0.001)
    self.poseFading = max(poseFading, 0.001)
    self.speedSpan = max(speedSpan, 0)
    self.rejoining = max(rejoining, 0.001)
  }
}

/// What was shown at one moment.
public struct PlayoutMoment: Sendable, Equatable {
  /// The moment of the sender's clock that was shown.
  public var senderTime: Double
  /// Seconds by which what is shown lies behind the fastest packets; aims at what was learnt.
  public var delay: Double
  /// Seconds since the newest state, where what is shown was continued beyond it; else 0.
  public var concealed: Double
  /// Whether what is shown is still on its way back to what has arrived.
  public var isRejoining: Bool
}
