/// How a sender answers losses, and what it bundles.
public struct SenderOptions: Sendable, Equatable {
  /// What a packet's first state may be coded against.
  public enum Delivery: Sendable, Equatable {
    /// States that every receiver has acknowledged, or nothing: no loss ever spoils another packet.
    case acknowledged
    /// Nothing comes back. A key state at least every ``SenderOptions/keyInterval``; the states
    /// after it against each other, then, when it has been sent often enough, against it.
    case broadcast
  }

  /// What a packet's first state may be coded against.
  public var delivery: Delivery
  /// How many states before its newest a packet repeats at most, 0…16.
  ///
  /// A state is repeated only while not every receiver is known to have it, and until one is coded
  /// directly against an acknowledged one. So packets hold as many states as are on their way, five at
  /// a round trip of 80 ms, and R says from when on that is too many. With 10 % loss in bursts of
  /// three, R = 3 brought 95 % of the states of a talking face, 5 brought 98.5 %, 7 brought 99.4 %, at
  /// 6.6, 7.5 and 7.8 kbit/s beside 19 kbit/s of headers.
  public var repeats: Int
  /// States gathered before a packet is due, 1…8: each but the last waits for the next.
  public var statesPerPacket: Int
  /// Seconds between key states of a broadcast, so that who joins late or lost everything sees the
  /// person within this time.
  public var keyInterval: Double
  /// Seconds of silence after which a receiver is forgotten.
  public var receiverTimeout: Double
  /// How many receivers may acknowledge; the memory that they can take.
  public var receiverLimit: Int
  /// Bytes a second that missing configurations may take beside the states.
  public var configurationRate: Double

  /// Makes options; the defaults are those of a call.
  public init(
    delivery: Delivery = .acknowledged, repeats: Int = 7, statesPerPacket: Int = 1,
    keyInterval: Double = 0.2, receiverTimeout: Double = 3, receiverLimit: Int = 256,
    configurationRate: Double = 8000
  ) {
    self.delivery = delivery
    self.repeats = min(max(repeats, 0), 16)
    self.statesPerPacket = min(max(statesPerPacket, 1), 8)
    self.keyInterval = keyInterval
    self.receiverTimeout = receiverTimeout
    self.receiverLimit = receiverLimit
    self.configurationRate = configurationRate
  }
}
