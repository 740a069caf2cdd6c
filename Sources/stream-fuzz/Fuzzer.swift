import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import StreamSigning

/// Feeds spoilt bytes to everything that reads bytes from strangers.
///
/// Whatever happens must be a typed error or an answer; a trap ends the process, and with it the run.
struct Fuzzer {
  /// How a run went.
  struct Counts {
    var datagrams = 0, configurations = 0, recordings = 0, signatures = 0
    /// What a sender and its receivers were given.
    var packets = 0, answers = 0, riders = 0
    /// Inputs that were read, and those refused with a typed error.
    var accepted = 0, refused = 0
    /// States that came out.
    var states = 0
    /// Verdicts on groups of states.
    var verified = 0
    var total: Int {
      datagrams + configurations + recordings + signatures + packets + answers + riders
    }
  }

  /// How it went so far.
  var counts: Counts {
    var all = own
    all.accepted += wire.accepted
    all.refused += wire.refused
    all.states += wire.states
    return all
  }
  private var own = Counts()
  private var mutator: Mutator
  private var wire: WireFuzzer
  private let samples: Samples
  private var player: RecordingPlayer
  private var verifier: StreamVerifier
  private var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
  private var played = 0

  init(seed: UInt64) {
    mutator = Mutator(seed: seed)
    samples = Samples(seed: seed)
    player = samples.player()
    verifier = samples.verifier()
    wire = WireFuzzer(samples: samples, seed: seed)
  }

  /// Reads one spoilt input: of 1,000, 600 by the ends of a wire, 300 datagrams by a recording's
  /// reader, 45 signatures, 45 recordings and 10 configurations.
  ///
  /// - Returns: what it was.
  @discardableResult
  mutating func step() -> String {
    switch mutator.index(1000) {
    case 0..<600: return packet()
    case 600..<900:
      datagram()
      return "datagram"
    case 900..<945:
      signature()
      return "signature"
    case 945..<990:
      recording()
      return "recording"
    default:
      configuration()
      return "configuration"
    }
  }

  private mutating func packet() -> String {
    let input = wire.step(&mutator)
    switch input {
    case .packet: own.packets += 1
    case .answer: own.answers += 1
    case .rider: own.riders += 1
    case .parts: own.configurations += 1
    }
    return input.rawValue
  }

  private mutating func pick(_ list: [[UInt8]]) -> [UInt8] { list[mutator.index(list.count)] }

  /// A datagram at the end of a growing recording, its record's checksum being right.
  private mutating func datagram() {
    own.datagrams += 1
    // One in sixteen is left as it is, so that the others meet a reader that has got somewhere.
    let sample = pick(samples.datagrams)
    let bytes =
      mutator.index(16) == 0 ? sample : mutator.spoil(sample, with: pick(samples.datagrams))
    var writer = samples.writer
    writer.add(datagram: Array(bytes.prefix(RecordingFormat.largestDatagram)))
    if played == 50 {
      (player, played) = (samples.player(), 0)
    }
    played += 1
    player.reader.append(writer.takeBytes())
    drain(player)
  }

  private mutating func drain(_ player: RecordingPlayer) {
    let before = own.states
    do throws(StreamError) {
      while true {
        while player.nextOther() != nil {}
        guard try player.next(into: &state) != nil else { break }
        own.states += 1
      }
      if own.states > before { own.accepted += 1 } else { own.refused += 1 }
    } catch {
      own.refused += 1
    }
  }

  private mutating func signature() {
    own.signatures += 1
    let bytes = mutator.spoil(pick(samples.signatures), with: pick(samples.signatures))
    if own.signatures % 200 == 0 { verifier = samples.verifier() }
    do throws(SignatureError) {
      let verdicts = try verifier.add(signature: bytes)
      own.verified += verdicts.count
      own.accepted += 1
    } catch {
      own.refused += 1
    }
  }

  /// A whole file; half of the time its checksums are mended.
  private mutating func recording() {
    own.recordings += 1
    var bytes = mutator.spoil(pick(samples.recordings), with: pick(samples.recordings))
    if mutator.index(2) == 0 { Samples.mendChecksums(&bytes) }
    do throws(StreamError) {
      var reader = try RecordingReader(bytes)
      let player = RecordingPlayer(reader)
      player.seek(time: Double(mutator.index(60)))
      drain(player)
      player.seek(number: UInt32(mutator.index(2000)))
      while try player.next(into: &state) != nil { own.states += 1 }
      if !reader.isComplete { reader.append([0]) }
      _ = try RecordingWriter(continuing: reader, configuration: samples.configuration)
    } catch {
      own.refused += 1
    }
  }

  private mutating func configuration() {
    own.configurations += 1
    let bytes = mutator.spoil(samples.configuration.encoded(), with: pick(samples.recordings))
    do throws(StreamError) {
      let configuration = try StreamConfiguration(bytes: bytes)
      own.accepted += 1
      // One in ten also reads a state; preparing to takes a millisecond.
      guard mutator.index(10) == 0 else { return }
      let coder = StateCoder(configuration: configuration, slots: 2)
      let coded = pick(samples.datagrams)
      var decoder = RangeDecoder(coded, in: min(6, coded.count)..<coded.count)
      try coder.read(0, reference: nil, from: &decoder)
      coder.state(0, into: &state)
      own.states += 1
    } catch {
      own.refused += 1
    }
  }
}
