import FaceRig

/// Finds its way through the bytes of a recording, whole, cut off or still growing.
///
/// Records are checked when they are come to. The index at the file's end is used where there is
/// one that fits; otherwise every record is looked at once.
///
/// Memory: the bytes, and at most five times as much again for a hostile index; about 4 bytes a
/// second of an honest one.
public struct RecordingReader: Sendable {
  /// A datagram in the file.
  public struct Datagram: Sendable, Equatable {
    /// Where its record starts.
    public let offset: Int
    /// Its bytes' place in the file.
    public let range: Range<Int>
    /// Where the record of the configuration in force starts.
    public let configuration: Int
  }

  /// A place between two records, from which ``next(_:)`` goes on.
  public struct Position: Sendable, Equatable {
    var offset: Int
    var configuration: Int
    /// The entry that it comes from.
    public internal(set) var entry: RecordingEntry?
    /// Damaged records that were passed over since.
    public internal(set) var damagedRecordCount = 0
  }

  /// The file so far.
  public private(set) var bytes: [UInt8]
  /// The configuration that the file begins with.
  public let configuration: StreamConfiguration
  /// Whether the file ends with its index: nothing more is written to it as it is.
  public private(set) var isComplete = false
  /// Records whose checksum does not hold, as far as records were looked at.
  public private(set) var damagedRecordCount = 0
  /// Where the records before the index end.
  public private(set) var contentEnd: Int
  private(set) var index: RecordingIndex
  private(set) var lastEpoch: UInt8?

  /// Opens a file, or its beginning.
  ///
  /// - Throws: ``StreamError``: `notAStream`, `unsupportedVersion` (files of version 1 hold plain
  ///   numbers and are no longer read), `wrongLength` where not even the configuration is whole,
  ///   `checksumMismatch` or what ``StreamConfiguration/init(bytes:)`` throws where it is damaged.
  /// - Complexity: O(index); without an index O(length).
  public init(_ bytes: [UInt8]) throws(StreamError) {
    let start = RecordingFormat.headerLength
    if bytes.count < 4 || bytes.word(at: 0) != RecordingFormat.magic {
      throw .notAStream(found: bytes.count < 4 ? 0 : bytes.word(at: 0))
    }
    if bytes.count < start { throw .wrongLength(expected: start, found: bytes.count) }
    if bytes.word(at: 4) != RecordingFormat.version {
      throw .unsupportedVersion(bytes.word(at: 4))
    }
    self.bytes = bytes
    configuration = try Self.configuration(bytes, at: start)
    guard case .found(let record) = RecordingFormat.record(bytes, at: start, end: bytes.count)
    else { throw .valueOutOfRange(offset: start) }
    contentEnd = record.end
    index = RecordingIndex()
    if let (index, end) = RecordingIndex.read(bytes), end >= record.end {
      self.index = index
      contentEnd = end
      isComplete = true
    } else {
      scan()
    }
  }

  /// Places from which the file can be read, in order.
  public var entries: [RecordingEntry] { index.entries }
  /// States in the file; each number counts once.
  public var stateCount: Int { index.stateCount }
  /// Bytes at the end that are not whole records: a write that was cut off, or is under way.
  public var tornByteCount: Int { isComplete ? 0 : bytes.count - max(contentEnd, scanned) }
  /// How far records were looked at.
  private var scanned = 0

  /// Takes bytes that were added to the file since.
  ///
  /// - Returns: whether whole records came to an end.
  /// - Complexity: O(new bytes), and the record that they complete.
  @discardableResult
  public mutating func append(_ more: [UInt8]) -> Bool {
    guard !isComplete, !more.isEmpty else { return false }
    bytes += more
    let before = scanned
    scan()
    return scanned > before
  }

  /// Looks at records from where it stopped last.
  private mutating func scan() {
    var offset = max(scanned, contentEnd)
    while true {
      switch RecordingFormat.record(bytes, at: offset, end: bytes.count) {
      case .incomplete, .impossible:
        scanned = offset
        return
      case .damaged(let next):
        // A length that leads to a whole record can be believed; otherwise the tail is torn.
        guard case .found = RecordingFormat.record(bytes, at: next, end: bytes.count) else {
          scanned = offset
          return
        }
        damagedRecordCount += 1
        offset = next
      case .found(let record):
        note(record, at: offset)
        offset = record.end
        if record.kind == .datagram || record.kind == .configuration { contentEnd = record.end }
        if record.kind == .end && offset == bytes.count {
          isComplete = true
          scanned = offset
          return
        }
      }
    }
  }

  private mutating func note(_ record: Record, at offset: Int) {
    if record.kind == .configuration { index.addConfiguration(at: offset) }
    if record.kind != .datagram { return }
    if let head = try? PacketFormat.head(of: bytes, in: record.contents) { lastEpoch = head.epoch }
    if let header = try? StatesHeader(bytes, in: record.contents) {
      index.add(header, bytes, at: offset)
    }
  }

  /// Learns what an index leaves out.
  mutating func completeIndex() {
    if isComplete && index.lastNumber == nil { rebuildIndex() }
  }

  /// Forgets the file's index and looks at every record instead.
  ///
  /// - Complexity: O(length).
  public mutating func rebuildIndex() {
    let wasComplete = isComplete
    isComplete = false
    index = RecordingIndex()
    damagedRecordCount = 0
    contentEnd = RecordingFormat.headerLength
    scanned = 0
    scan()
    isComplete = isComplete || wasComplete
  }

  /// The configuration whose record starts at an offset.
  ///
  /// - Throws: ``StreamError`` where there is none, or a damaged one.
  public func configuration(at offset: Int) throws(StreamError) -> StreamConfiguration {
    try Self.configuration(bytes, at: offset)
  }

  private static func configuration(
    _ bytes: [UInt8], at offset: Int
  ) throws(StreamError) -> StreamConfiguration {
    switch RecordingFormat.record(bytes, at: offset, end: bytes.count) {
    case .found(let record) where record.kind == .configuration:
      return try StreamConfiguration(bytes: Array(bytes[record.contents]))
    case .found, .incomplete, .impossible:
      throw .wrongLength(expected: offset + RecordingFormat.recordOverhead, found: bytes.count)
    case .damaged(let next):
      throw .checksumMismatch(
        expected: bytes.word(at: next - 4),
        found: TemplateFormat.checksum(bytes, in: offset..<next - 4))
    }
  }

  /// The start of the file.
  public var start: Position {
    Position(
      offset: RecordingFormat.headerLength, configuration: RecordingFormat.headerLength, entry: nil)
  }

  /// The last place from which the state that is shown at a time can be read.
  ///
  /// - Parameter seconds: of the stream's clock; before the first state means its start.
  /// - Complexity: O(log n) in the entries.
  public func position(time seconds: Double) -> Position {
    let ticks = seconds * StreamConfiguration.ticksPerSecond
    return position { Double($0.time) <= ticks }
  }

  /// The last place from which a state can be read.
  public func position(number: UInt32) -> Position {
    position { $0.number <= number }
  }

  private func position(_ isBefore: (RecordingEntry) -> Bool) -> Position {
    let count = countOfEntries(isBefore)
    guard count > 0 else { return start }
    let entry = entries[count - 1]
    return Position(offset: entry.offset, configuration: entry.configuration, entry: entry)
  }

  private func countOfEntries(_ isBefore: (RecordingEntry) -> Bool) -> Int {
    var low = 0, high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(entries[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The next datagram, whatever it is for; nil at the end of what is there so far.
  ///
  /// Damaged records are passed over where what follows them is whole.
  public func next(_ position: inout Position) -> Datagram? {
    let end = isComplete ? contentEnd : bytes.count
    var jumps = 0
    while true {
      let offset = position.offset
      switch RecordingFormat.record(bytes, at: offset, end: end) {
      case .incomplete:
        return nil
      case .damaged(let next):
        if case .found = RecordingFormat.record(bytes, at: next, end: end) {
          position.offset = next
          position.damagedRecordCount += 1
          continue
        }
        fallthrough
      case .impossible:
        // Only entries tell where to go on; the limit bounds the work on an index that lies.
        let k = countOfEntries { $0.offset <= offset }
        jumps += 1
        position.damagedRecordCount += 1
        guard k < entries.count, jumps <= 64 else { return nil }
        (position.offset, position.configuration) = (entries[k].offset, entries[k].configuration)
      case .found(let record):
        position.offset = record.end
        if record.kind == .configuration { position.configuration = offset }
        if record.kind == .datagram {
          return Datagram(
            offset: offset, range: record.contents, configuration: position.configuration)
        }
      }
    }
  }
}
