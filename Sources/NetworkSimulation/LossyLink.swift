public import ExpressionStream
import Geometry

/// What a simulated network does to packets. Times in seconds, shares 0…1.
public struct LinkOptions: Sendable, Equatable {
  /// The share of packets lost.
  public var loss: Double
  /// How many packets in a row are lost, in the mean.
  public var burst: Double
  /// Whether every burst has exactly that many; else their lengths are geometric, as in the model
  /// of Gilbert (1960): some are several times as long.
  public var hasExactBursts: Bool
  /// There and back without jitter and queue.
  public var roundTrip: Double
  /// Each packet's way takes this much more or less, evenly distributed, as with `tc netem`.
  public var jitter: Double
  /// Whether packets may overtake each other; else each waits for the one before.
  public var reorders: Bool
  /// The share of packets that arrive twice, the second time on a way of its own.
  public var duplicates: Double
  /// Bits a second that pass, headers included; infinity for no limit.
  public var rate: Double
  /// Packets that would wait longer than this for the rate are dropped.
  public var longestQueue: Double
  /// The headers that every packet pays for.
  public var overhead: WireOverhead

  /// Makes options; the defaults are a perfect network 80 ms there and back.
  public init(
    loss: Double = 0, burst: Double = 1, hasExactBursts: Bool = false, roundTrip: Double = 0.08,
    jitter: Double = 0, reorders: Bool = false, duplicates: Double = 0, rate: Double = .infinity,
    longestQueue: Double = 0.25, overhead: WireOverhead = .dataChannel
  ) {
    self.loss = loss
    self.burst = burst
    self.hasExactBursts = hasExactBursts
    self.roundTrip = roundTrip
    self.jitter = jitter
    self.reorders = reorders
    self.duplicates = duplicates
    self.rate = rate
    self.longestQueue = longestQueue
    self.overhead = overhead
  }
}

/// One direction of a lossy network: says when, and whether, each packet arrives.
public struct LossyLink: Sendable {
  /// What it does.
  public let options: LinkOptions
  /// Packets given, lost at random, and dropped because the queue was full.
  public private(set) var sent = 0, lost = 0, dropped = 0
  /// Bytes given, headers included.
  public private(set) var bytes = 0

  private var random: SeededRandom
  private var isLosing = false
  private var lostInBurst = 0
  private var freeAt = -Double.infinity
  private var lastArrival = -Double.infinity

  /// Starts an idle link.
  public init(_ options: LinkOptions, seed: UInt64) {
    self.options = options
    random = SeededRandom(seed: seed)
  }

  /// Sends a packet.
  ///
  /// - Parameters:
  ///   - payload: its bytes without headers.
  ///   - now: must not decrease.
  /// - Returns: when it arrives: not at all, once, or twice.
  public mutating func send(payload: Int, at now: Double) -> [Double] {
    let size = options.overhead.bytes(payload: payload)
    sent += 1
    bytes += size
    let start = max(now, freeAt)
    if start - now > options.longestQueue {
      dropped += 1
      return []
    }
    let through = start + Double(size * 8) / options.rate
    freeAt = through
    if losesNext() {
      lost += 1
      return []
    }
    var arrivals = [arrival(from: through)]
    if Double(random.uniform()) < options.duplicates { arrivals.append(arrival(from: through)) }
    return arrivals
  }

  private mutating func arrival(from start: Double) -> Double {
    let extra = options.jitter * (2 * Double(random.uniform()) - 1)
    var time = start + max(0, options.roundTrip / 2 + extra)
    if !options.reorders { time = max(time, lastArrival + 1e-6) }
    lastArrival = max(lastArrival, time)
    return time
  }

  /// The two-state chain: a burst begins so often that the mean loss comes out.
  private mutating func losesNext() -> Bool {
    if options.loss <= 0 { return false }
    let length = max(options.burst, 1)
    if isLosing {
      let ends =
        options.hasExactBursts
        ? lostInBurst >= Int(length.rounded()) : Double(random.uniform()) < 1 / length
      if ends { isLosing = false }
      if !ends {
        lostInBurst += 1
        return true
      }
    }
    let begins = options.loss / (length * max(1 - options.loss, 1e-6))
    if Double(random.uniform()) >= begins { return false }
    isLosing = true
    lostInBurst = 1
    return true
  }
}
