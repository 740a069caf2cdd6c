/// A place in a recording from which it can be read.
public struct RecordingEntry: Sendable, Equatable {
  /// Where the record of a datagram that begins with a key state starts.
  public let offset: Int
  /// The number of its first state.
  public let number: UInt32
  /// The time of that state, in ticks.
  public let time: UInt64
  /// Where the record of the configuration in force starts.
  public let configuration: Int
}

/// Collects entries while records pass by, and writes and reads them.
///
/// An entry is made where a datagram begins with a key state, if it is the first under its
/// configuration or ten seconds have passed since the entry before it.
struct RecordingIndex: Sendable, Equatable {
  private(set) var entries: [RecordingEntry] = []
  /// States in all; each number counts once.
  private(set) var stateCount = 0
  /// The newest number and the time of the last key state, where there are any.
  private(set) var lastNumber: UInt32?
  private(set) var lastTime: UInt64?
  /// Where the configuration in force starts.
  private(set) var configuration = RecordingFormat.headerLength

  mutating func addConfiguration(at offset: Int) { configuration = offset }

  /// Takes note of a datagram of states.
  ///
  /// - Parameter bytes: what the header was read from.
  mutating func add(_ header: StatesHeader, _ bytes: [UInt8], at offset: Int) {
    let newest = header.number(after: lastNumber)
    let first = newest &- UInt32(header.count - 1)
    if header.distance == 0 {
      let ticks = StatesHeader.keyTime(bytes, in: header.states)
      lastTime = max(ticks, lastTime ?? 0)
      if lastTime == ticks,
        entries.last.map({
          $0.configuration != configuration || ticks - $0.time >= RecordingFormat.entrySpacing
        }) ?? true, entries.last.map({ $0.number < first }) ?? true
      {
        entries.append(
          RecordingEntry(
            offset: offset, number: first, time: ticks, configuration: configuration))
      }
    }
    if let last = lastNumber {
      let fresh = Int32(bitPattern: newest &- last)
      if fresh > 0 {
        stateCount += min(Int(fresh), header.count)
        lastNumber = newest
      }
    } else {
      stateCount = header.count
      lastNumber = newest
    }
  }

  /// Appends the index and the end record to a file's bytes.
  ///
  /// - Parameter offset: where the file's bytes will stand.
  func write(at offset: Int, into bytes: inout [UInt8]) {
    let start = bytes.count
    var contents: [UInt8] = []
    var previous = RecordingEntry(offset: 0, number: 0, time: 0, configuration: 0)
    for entry in entries {
      if contents.count > RecordingFormat.largestIndexPart - 64 {
        RecordingFormat.append(.index, contents, to: &bytes)
        contents = []
      }
      let isNew = entry.configuration != previous.configuration
      contents.appendVariable(UInt64(entry.offset - previous.offset) << 1 | (isNew ? 1 : 0))
      if isNew { contents.appendVariable(UInt64(entry.offset - entry.configuration)) }
      contents.appendVariable(UInt64(entry.number - previous.number))
      contents.appendVariable(entry.time - previous.time)
      previous = entry
    }
    if !contents.isEmpty { RecordingFormat.append(.index, contents, to: &bytes) }
    var end: [UInt8] = []
    end.appendLittleEndian(UInt64(offset))
    end.appendLittleEndian(UInt32(truncatingIfNeeded: stateCount))
    RecordingFormat.append(.end, end, to: &bytes)
    precondition(bytes.count > start)
  }

  /// Reads the index that ends a file; nil where there is none that can be believed.
  ///
  /// - Returns: the index, and where it starts.
  static func read(_ bytes: [UInt8]) -> (index: RecordingIndex, start: Int)? {
    let length = RecordingFormat.recordOverhead + RecordingFormat.endLength
    let at = bytes.count - length
    guard at >= RecordingFormat.headerLength,
      case .found(let end) = RecordingFormat.record(bytes, at: at, end: bytes.count),
      end.kind == .end, end.contents.count == RecordingFormat.endLength
    else { return nil }
    let low = bytes.word(at: at + 3), high = bytes.word(at: at + 7)
    let start = Int(clamping: low)
    guard high == 0, start >= RecordingFormat.headerLength, start <= at else { return nil }
    var index = RecordingIndex()
    index.stateCount = Int(clamping: bytes.word(at: at + 11))
    var offset = start
    while offset < at {
      guard case .found(let record) = RecordingFormat.record(bytes, at: offset, end: at),
        record.kind == .index, index.read(bytes, record.contents, start: start)
      else { return nil }
      offset = record.end
    }
    // A state has at least 1/64 of a datagram of six bytes and its record.
    guard offset == at, index.stateCount <= start / 13 * RecordingFormat.largestStateCount,
      index.entries.isEmpty == (index.stateCount == 0)
    else { return nil }
    return (index, start)
  }

  /// Reads the entries of one record; false where they cannot be.
  private mutating func read(_ bytes: [UInt8], _ range: Range<Int>, start: Int) -> Bool {
    var i = range.lowerBound
    while i < range.upperBound {
      let before = entries.last
      guard let step = bytes.variable(at: &i, end: range.upperBound) else { return false }
      let distance = step >> 1
      guard distance > 0, distance < UInt64(start) else { return false }
      let offset = (before?.offset ?? 0) + Int(distance)
      if step & 1 == 1 {
        guard let back = bytes.variable(at: &i, end: range.upperBound), back <= UInt64(offset),
          back > 0
        else { return false }
        configuration = offset - Int(back)
      }
      guard let number = bytes.variable(at: &i, end: range.upperBound),
        let time = bytes.variable(at: &i, end: range.upperBound), number <= UInt64(UInt32.max),
        time < 1 << 60, offset < start, configuration >= RecordingFormat.headerLength
      else { return false }
      let (sum, overflow) = (before?.number ?? 0).addingReportingOverflow(UInt32(number))
      let (later, late) = (before?.time ?? 0).addingReportingOverflow(time)
      guard !overflow, !late, before == nil || number > 0 else { return false }
      entries.append(
        RecordingEntry(
          offset: offset, number: sum, time: later, configuration: configuration))
    }
    return true
  }
}
