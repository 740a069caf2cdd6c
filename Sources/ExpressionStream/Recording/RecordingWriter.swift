/// Makes the bytes of a recording, record by record.
///
/// Whatever has been taken so far is a valid file that lacks its index; ``finish()`` adds it.
/// The writer knows nothing of files: append what ``takeBytes()`` returns wherever they go.
public struct RecordingWriter: Sendable {
  /// Bytes made in all: the file's length once everything is taken.
  public private(set) var length: Int
  /// The number that the next state should have, so that numbers ascend through the file.
  public var nextNumber: UInt32 { index.lastNumber.map { $0 &+ 1 } ?? 0 }
  /// The epoch of the latest datagram; continue with another one.
  public private(set) var epoch: UInt8?
  /// The time of the latest key state, in ticks.
  public var lastTime: UInt64? { index.lastTime }
  private var index: RecordingIndex
  private var pending: [UInt8] = []

  /// Starts a file.
  ///
  /// - Precondition: the coded configuration is shorter than 16 kB.
  public init(configuration: StreamConfiguration) {
    length = 0
    index = RecordingIndex()
    pending.appendLittleEndian(RecordingFormat.magic)
    pending.appendLittleEndian(RecordingFormat.version)
    RecordingFormat.append(.configuration, configuration.encoded(), to: &pending)
    length = pending.count
  }

  /// Continues a file: cut it off at ``length`` first, which removes its index and a torn tail,
  /// then append what is made.
  ///
  /// - Parameter configuration: of what follows; written if it differs from that in force.
  /// - Throws: ``StreamError`` where the configuration in force is damaged.
  public init(
    continuing reader: RecordingReader, configuration: StreamConfiguration
  ) throws(StreamError) {
    var reader = reader
    reader.completeIndex()
    index = reader.index
    length = reader.contentEnd
    epoch = reader.lastEpoch
    if try reader.configuration(at: index.configuration) != configuration {
      let start = length
      index.addConfiguration(at: start)
      RecordingFormat.append(.configuration, configuration.encoded(), to: &pending)
      length += pending.count
    }
  }

  /// Adds a datagram exactly as it is sent.
  ///
  /// - Precondition: it has at most ``RecordingFormat/largestDatagram`` bytes.
  public mutating func add(datagram: [UInt8]) {
    precondition(datagram.count <= RecordingFormat.largestDatagram)
    let range = 0..<datagram.count
    if let head = try? PacketFormat.head(of: datagram, in: range) { epoch = head.epoch }
    if let header = try? StatesHeader(datagram, in: range) {
      index.add(header, datagram, at: length)
    }
    let before = pending.count
    RecordingFormat.append(.datagram, datagram, to: &pending)
    length += pending.count - before
  }

  /// Adds the index.
  ///
  /// Nothing may be added afterwards; continue the file to do so.
  public mutating func finish() {
    let before = pending.count
    index.write(at: length, into: &pending)
    length += pending.count - before
  }

  /// Hands over what was made since the last call.
  public mutating func takeBytes() -> [UInt8] {
    let bytes = pending
    pending = []
    return bytes
  }
}
