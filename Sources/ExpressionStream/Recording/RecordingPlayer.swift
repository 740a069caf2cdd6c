public import AvatarModel

/// Reads the states of a recording in order, from anywhere, also while it is being written.
///
/// What cannot be read — a state whose reference lies before the place that reading began at, or
/// a damaged datagram — is passed over and counted.
public final class RecordingPlayer {
  /// The file; give it more bytes while it grows.
  public var reader: RecordingReader
  /// The configuration in force.
  public private(set) var configuration: StreamConfiguration
  /// States that were passed over because they cannot be read.
  public private(set) var unreadableStateCount = 0
  /// Damaged records that were passed over since the start or the latest seek.
  public var damagedRecordCount: Int { position.damagedRecordCount }
  /// The datagram that the latest state came in.
  public private(set) var datagram: RecordingReader.Datagram?
  /// Whether ``bits`` are wanted; reading takes a little longer then.
  var measuresBits = false
  /// What the state read last cost: the time's bits, then each component's.
  private(set) var bits: [Float] = []
  private var position: RecordingReader.Position
  private var coder: StateCoder
  private var configurationOffset: Int
  private var epoch: UInt8?
  private var last: UInt32?
  private var header: StatesHeader?
  private var decoder = RangeDecoder([], in: 0..<0)
  private var others: [[UInt8]] = []
  private var keepsOthers = false
  private var index = 0
  private var first: UInt32 = 0

  /// Begins at the start.
  public init(_ reader: RecordingReader) {
    self.reader = reader
    configuration = reader.configuration
    position = reader.start
    configurationOffset = RecordingFormat.headerLength
    coder = StateCoder(configuration: configuration, slots: RecordingFormat.largestStateCount + 2)
  }

  /// Goes to the last place from which the state shown at a time can be read: at most ten seconds
  /// and a bundle before it.
  public func seek(time seconds: Double) { seek { $0.position(time: seconds) } }

  /// Goes to the last place from which a state can be read.
  public func seek(number: UInt32) { seek { $0.position(number: number) } }

  private func seek(_ find: (RecordingReader) -> RecordingReader.Position) {
    position = find(reader)
    if position.configuration != configurationOffset && !isConfiguration(position.configuration) {
      // The index lied, under a valid checksum.
      reader.rebuildIndex()
      position = find(reader)
    }
    header = nil
    last = position.entry.map { $0.number &- 1 }
    coder.reset()
  }

  private func isConfiguration(_ offset: Int) -> Bool {
    do throws(StreamError) {
      _ = try reader.configuration(at: offset)
      return true
    } catch {
      return false
    }
  }

  /// Reads the next state.
  ///
  /// - Returns: its number; nil at the end of what is there so far.
  /// - Throws: ``StreamError`` where the configuration of what follows is damaged.
  public func next(into state: inout AvatarState) throws(StreamError) -> UInt32? {
    while true {
      guard let number = try nextNumber() else { return nil }
      // States that come again in later datagrams are shown once.
      if let last, Int32(bitPattern: number &- last) <= 0 { continue }
      last = number
      coder.state(number, into: &state)
      return number
    }
  }

  /// What signatures cover of the state read last.
  public var canonicalBytes: [UInt8] {
    guard let last, coder.contains(last) else { return [] }
    return coder.canonicalBytes(last)
  }

  /// The number of the state read last.
  public var number: UInt32? { last }

  /// Whether the state read last was a key state.
  public var isKey: Bool {
    last.map { coder.contains($0) && coder.reference(of: $0) == nil } ?? false
  }

  /// See ``StateCoder/fieldShares()``.
  var fieldShares: [Float] { coder.fieldShares() }

  /// The epoch of the latest datagram of states.
  public var currentEpoch: UInt8 { epoch ?? 0 }

  /// What the latest state's datagram carries beside its states, in ``RecordingReader/bytes``.
  public var sections: [PacketSection] {
    var sections: [PacketSection] = []
    if let range = datagram?.range, let header = try? StatesHeader(reader.bytes, in: range) {
      try? PacketSection.read(reader.bytes, in: header.sections, into: &sections)
    }
    return sections
  }

  /// The bytes of the next datagram that holds no states, if it comes before one that does.
  ///
  /// Call until nil before each ``next(into:)`` to see signatures where they stand.
  public func nextOther() -> [UInt8]? {
    keepsOthers = true
    if !others.isEmpty { return others.removeFirst() }
    guard header == nil else { return nil }
    var position = position
    guard let found = reader.next(&position) else { return nil }
    if (try? StatesHeader(reader.bytes, in: found.range)) != nil { return nil }
    self.position = position
    return Array(reader.bytes[found.range])
  }

  /// Decodes one state, of a new datagram where the last one is done.
  private func nextNumber() throws(StreamError) -> UInt32? {
    while true {
      guard let header, index < header.count else {
        guard try openDatagram() else { return nil }
        continue
      }
      let n = first &+ UInt32(index)
      let reference: UInt32? =
        index > 0 ? n &- 1 : header.distance == 0 ? nil : n &- UInt32(header.distance)
      do throws(StreamError) {
        if measuresBits {
          try coder.readMeasured(n, reference: reference, from: &decoder, bits: &bits)
        } else {
          try coder.read(n, reference: reference, from: &decoder)
        }
        index += 1
        if index == header.count { self.header = nil }
        return n
      } catch {
        unreadableStateCount += header.count - index
        self.header = nil
      }
    }
  }

  /// Goes on to the next datagram of states.
  private func openDatagram() throws(StreamError) -> Bool {
    guard let found = reader.next(&position) else { return false }
    guard let header = try? StatesHeader(reader.bytes, in: found.range) else {
      if keepsOthers { others.append(Array(reader.bytes[found.range])) }
      return true
    }
    if found.configuration != configurationOffset {
      configuration = try reader.configuration(at: found.configuration)
      configurationOffset = found.configuration
      coder = StateCoder(configuration: configuration, slots: RecordingFormat.largestStateCount + 2)
    } else if header.epoch != epoch {
      coder.reset()
    }
    epoch = header.epoch
    datagram = found
    self.header = header
    index = 0
    let before = last ?? position.entry.map { $0.number &- 1 }
    first = header.number(after: before) &- UInt32(header.count - 1)
    // A copy, so that the file can grow meanwhile.
    let bytes = Array(reader.bytes[header.states])
    decoder = RangeDecoder(bytes, in: 0..<bytes.count)
    return true
  }
}
