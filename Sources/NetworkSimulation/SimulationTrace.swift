public import AvatarModel
public import ExpressionStream
import Geometry

/// All that happened in a ``StreamSimulation``.
public struct SimulationTrace: Sendable {
  /// One picture that the viewer saw.
  public struct Picture: Sendable {
    /// When.
    public var now: Double
    /// How it came about.
    public var moment: PlayoutMoment
    /// Seconds since the person looked like this.
    public var delay: Double
    /// What was seen.
    public var state: AvatarState
  }

  /// One packet of states.
  public struct Packet: Sendable {
    /// When it was sent.
    public var sent: Double
    /// When it first arrived; nil if it never did.
    public var arrived: Double?
  }

  /// What went one way.
  public struct Traffic: Sendable, Equatable {
    /// Packets given to the link, lost at random, dropped from a full queue.
    public var packets = 0, lost = 0, dropped = 0
    /// With headers.
    public var bytes = 0

    init() {}

    init(_ link: LossyLink) {
      (packets, lost, dropped, bytes) = (link.sent, link.lost, link.dropped, link.bytes)
    }
  }

  /// What the viewer saw, in order.
  public internal(set) var pictures: [Picture] = []
  /// The packets of states, in order.
  public internal(set) var packets: [Packet] = []
  /// Seconds simulated.
  public internal(set) var duration = 0.0
  /// Bytes of packets without headers.
  public internal(set) var payloadBytes = 0, acknowledgementBytes = 0
  /// How many different states arrived, and how many packets either end refused.
  public internal(set) var statesArrived = 0, refusals = 0
  /// The traffic of states, and of acknowledgements.
  public internal(set) var sent = Traffic(), returned = Traffic()

  var reference = RigidTransform.identity
  var original = StatePath([], reference: .identity)
  var lossFree = StatePath([], reference: .identity)

  /// What a picture would have shown had every packet arrived in time.
  public func lossFreeState(of picture: Picture) -> AvatarState {
    lossFree.state(at: picture.moment.senderTime)
  }

  /// What it would have shown without coding, too.
  public func originalState(of picture: Picture) -> AvatarState {
    original.state(at: picture.moment.senderTime)
  }
}
