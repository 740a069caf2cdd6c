/// Learns from arrivals how the sender's clock lies to ours, and how late states come.
///
/// An arrival's *offset* is our time less the state's. The least offset of the last 5 to 10 seconds
/// stands for the way without waiting; it follows clocks that drift by 500 parts in a million within
/// 5 ms. An arrival's *lateness* is its offset above that. A histogram of lateness in 5 ms bins,
/// which forgets with a time constant of 200 states, gives the delay for a share of punctual states.
///
/// States that a later packet brought count with the time at which they came, so that the delay
/// that is learnt covers losses which repeats make good.
public struct ArrivalClock: Sendable {
  /// Seconds for which a least offset is kept at least.
  static let window = 5.0
  static let binWidth = 0.005
  static let binCount = 200
  static let forgetting: Float = 0.995

  private var current = Double.infinity
  private var previous = Double.infinity
  private var currentSince = 0.0
  private var bins: [Float]
  private var total: Float = 0

  /// Starts knowing nothing but a guess of the lateness.
  public init(guess: Double) {
    bins = [Float](repeating: 0, count: Self.binCount)
    add(guess)
  }

  /// The least offset lately; infinity before the first arrival.
  public var offset: Double { min(current, previous) }

  private mutating func add(_ lateness: Double) {
    let bin = Int(min(max(lateness / Self.binWidth, 0), Double(Self.binCount - 1)))
    total = total * Self.forgetting + 1
    for i in 0..<bins.count { bins[i] *= Self.forgetting }
    bins[bin] += 1
  }

  /// Notes that a state of the sender's `time` arrived `now`.
  public mutating func observe(_ time: Double, at now: Double) {
    let found = now - time
    if !(offset < .infinity) || now - currentSince > Self.window {
      previous = offset < .infinity ? current : found
      current = found
      currentSince = now
    }
    current = min(current, found)
    add(found - offset)
  }

  /// The least lateness, rounded up to 5 ms, that a share of the states does not exceed.
  public func lateness(share: Double) -> Double {
    let wanted = total * Float(share)
    var sum: Float = 0
    for i in 0..<bins.count {
      sum += bins[i]
      if sum >= wanted { return Double(i + 1) * Self.binWidth }
    }
    return Double(Self.binCount) * Self.binWidth
  }
}
