public import AvatarModel
public import ExpressionStream
import FaceRig
import Geometry

/// A stream through a simulated network, with the real sender, receiver and playout.
public struct StreamSimulation: Sendable {
  /// How to send.
  public var sender: SenderOptions
  /// What the network does, both ways.
  public var link: LinkOptions
  /// How to show.
  public var playout: PlayoutOptions
  /// Pictures a second that the viewer's display shows.
  public var displayRate: Double
  /// The viewer's clock runs this much faster than the sender's: 1e-4 is 100 parts in a million.
  public var drift: Double
  /// States that the coder may look ahead; each delays the stream by one.
  public var lookahead: Int
  /// Of all that is random.
  public var seed: UInt64

  /// Makes a simulation.
  public init(
    sender: SenderOptions = SenderOptions(), link: LinkOptions = LinkOptions(),
    playout: PlayoutOptions = PlayoutOptions(), displayRate: Double = 60, drift: Double = 0,
    lookahead: Int = 0, seed: UInt64 = 1
  ) {
    self.sender = sender
    self.link = link
    self.playout = playout
    self.displayRate = displayRate
    self.drift = drift
    self.lookahead = lookahead
    self.seed = seed
  }

  private enum Event {
    case capture(Int)
    case packet([UInt8])
    case acknowledgement([UInt8])
    case display
  }

  /// Sends states and shows what arrives.
  ///
  /// - Parameters:
  ///   - states: in order of time.
  ///   - configuration: what sender and receiver know from the start.
  public func run(_ states: [AvatarState], configuration: StreamConfiguration) -> SimulationTrace {
    var run = Run(self, states, configuration)
    run.execute()
    return run.trace
  }

  /// One run's parts.
  private struct Run {
    let simulation: StreamSimulation
    let states: [AvatarState]
    let sender: StreamSender
    let receiver: StreamReceiver
    var playout: Playout
    var forward, backward: LossyLink
    var events = EventQueue<Event>()
    var trace = SimulationTrace()
    var sentStates: [AvatarState] = []
    var packet: [UInt8] = []
    var shown = AvatarState(face: .init(), cameraFromTorso: .identity)

    init(
      _ simulation: StreamSimulation, _ states: [AvatarState],
      _ configuration: StreamConfiguration
    ) {
      self.simulation = simulation
      self.states = states
      sender = StreamSender(configuration: configuration, options: simulation.sender)
      receiver = StreamReceiver(configuration: configuration)
      playout = Playout(configuration: configuration, options: simulation.playout)
      forward = LossyLink(simulation.link, seed: simulation.seed)
      backward = LossyLink(simulation.link, seed: ~simulation.seed)
      let reference = configuration.transform.reference
      trace.original = StatePath(states, reference: reference)
      trace.reference = reference
    }

    mutating func execute() {
      guard let first = states.first, let last = states.last else { return }
      let faster = 1 + simulation.drift
      func time(_ i: Int) -> Double { (states[i].face.time - first.face.time) * faster }
      for i in states.indices {
        let known = min(i + simulation.lookahead, states.count - 1)
        events.add(.capture(i), at: time(known))
      }
      let duration = (last.face.time - first.face.time) * faster
      for k in 0...Int(duration * simulation.displayRate) {
        // Half a display's frame off, so that states and pictures never coincide.
        events.add(.display, at: (Double(k) + 0.5) / simulation.displayRate)
      }
      while let (now, event) = events.next(), now <= duration + 0.5 / simulation.displayRate {
        switch event {
        case .capture(let i): capture(i, at: now)
        case .packet(let bytes): receive(bytes, at: now)
        case .acknowledgement(let bytes):
          do { try sender.receive(bytes, from: 1, at: now) } catch { trace.refusals += 1 }
        case .display: show(at: now, captured: first.face.time + now / faster)
        }
      }
      trace.lossFree = StatePath(sentStates, reference: trace.reference)
      trace.duration = duration
      trace.sent = .init(forward)
      trace.returned = .init(backward)
    }

    mutating func capture(_ i: Int, at now: Double) {
      let following = states[(i + 1)..<min(i + 1 + simulation.lookahead, states.count)]
      let number = sender.add(states[i], following: Array(following))
      var quantized = states[i]
      sender.state(number, into: &quantized)
      sentStates.append(quantized)
      if !sender.isPacketDue { return }
      do {
        guard try sender.writePacket(into: &packet) else { return }
      } catch { return }
      trace.payloadBytes += packet.count
      let arrivals = forward.send(payload: packet.count, at: now)
      trace.packets.append(.init(sent: now, arrived: arrivals.first))
      for time in arrivals { events.add(.packet(packet), at: time) }
    }

    mutating func receive(_ bytes: [UInt8], at now: Double) {
      do {
        try receiver.receive(bytes, at: now)
        for number in receiver.accepted {
          receiver.state(number, into: &shown)
          trace.statesArrived += 1
          playout.insert(shown, generation: receiver.generation, at: now)
        }
      } catch {
        trace.refusals += 1
      }
      guard simulation.sender.delivery == .acknowledged, receiver.isAcknowledgementDue(at: now)
      else { return }
      receiver.writeAcknowledgement(at: now, into: &packet)
      trace.acknowledgementBytes += packet.count
      for time in backward.send(payload: packet.count, at: now) {
        events.add(.acknowledgement(packet), at: time)
      }
    }

    mutating func show(at now: Double, captured: Double) {
      guard let moment = playout.show(at: now, into: &shown) else { return }
      trace.pictures.append(
        .init(
          now: now, moment: moment, delay: captured - moment.senderTime, state: shown))
    }
  }
}
