import AvatarModel
import FaceRig
import Geometry

/// Where the bits of a recording go.
public struct RecordingStatistics: Sendable {
  /// A part of a state.
  public enum Field: Int, Sendable, CaseIterable {
    /// The 52 coefficients, both eyes, head, torso, the correction of the code.
    case expression, gaze, head, torso, correction

    init(coordinate i: Int) {
      self =
        i < StateCoordinates.gaze
        ? .expression
        : i < StateCoordinates.head
          ? .gaze
          : i < StateCoordinates.torso
            ? .head : i < StateCoordinates.correction ? .torso : .correction
    }
  }

  /// Bytes of the file: in all, magic and configurations, frames of records, headers of datagrams,
  /// coded states, sections, signatures, other datagrams, index; what is left is damaged.
  public private(set) var fileBytes = 0, configurationBytes = 0, frameBytes = 0
  public private(set) var headerBytes = 0, codedBytes = 0, sectionBytes = 0
  public private(set) var signatureBytes = 0, otherBytes = 0, indexBytes = 0, damagedBytes = 0
  /// `[256]`: the bytes of sections by their type, types and lengths included.
  public private(set) var sectionBytesByType = [Int](repeating: 0, count: 256)
  /// Datagrams of states.
  public private(set) var datagramCount = 0
  /// States that came first as key states.
  public private(set) var keyCount = 0
  /// States that cannot be read.
  public private(set) var unreadableStateCount = 0
  /// The bits of every state in order.
  public private(set) var stateBits: [Float] = []
  /// The bits of all times.
  public private(set) var timeBits = 0.0
  /// `[Field]`: the bits of each field.
  ///
  /// A component is a mixture of coordinates, so its bits are
  /// shared out by where its movement comes from; components themselves are ``componentBits``.
  public private(set) var fieldBits = [Double](repeating: 0, count: Field.allCases.count)
  /// `[component]`: the bits of each component under the first configuration.
  public private(set) var componentBits: [Double] = []
  /// The first and last state's time, in seconds.
  public private(set) var firstTime = 0.0, lastTime = 0.0

  /// Reads a recording from end to end.
  ///
  /// - Throws: ``StreamError`` where it cannot be opened.
  /// - Complexity: O(states), some 20 µs each.
  public init(_ bytes: [UInt8]) throws(StreamError) {
    let reader = try RecordingReader(bytes)
    count(reader)
    let player = RecordingPlayer(reader)
    player.measuresBits = true
    componentBits = [Double](repeating: 0, count: player.configuration.transform.count)
    var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
    var shares: [Float] = []
    var configuration: Int?
    while try player.next(into: &state) != nil {
      if player.datagram?.configuration != configuration {
        configuration = player.datagram?.configuration
        shares = player.fieldShares
      }
      add(player.bits, shares)
      if player.isKey { keyCount += 1 }
      if stateBits.count == 1 { firstTime = state.face.time }
      lastTime = state.face.time
    }
    unreadableStateCount = player.unreadableStateCount
  }

  private mutating func add(_ bits: [Float], _ shares: [Float]) {
    let fields = Field.allCases.count
    var sum = bits[0]
    timeBits += Double(bits[0])
    for k in 1..<bits.count {
      sum += bits[k]
      if k - 1 < componentBits.count { componentBits[k - 1] += Double(bits[k]) }
      for f in 0..<fields { fieldBits[f] += Double(bits[k] * shares[(k - 1) * fields + f]) }
    }
    stateBits.append(sum)
  }

  private mutating func count(_ reader: RecordingReader) {
    fileBytes = reader.bytes.count
    configurationBytes = RecordingFormat.headerLength
    var offset = RecordingFormat.headerLength
    scan: while true {
      switch RecordingFormat.record(reader.bytes, at: offset, end: fileBytes) {
      case .incomplete, .impossible: break scan
      case .damaged(let next):
        guard case .found = RecordingFormat.record(reader.bytes, at: next, end: fileBytes) else {
          break scan
        }
        damagedBytes += next - offset
        offset = next
      case .found(let record):
        count(record, reader.bytes)
        offset = record.end
      }
    }
    damagedBytes += fileBytes - offset
  }

  private mutating func count(_ record: Record, _ bytes: [UInt8]) {
    let length = record.contents.count
    switch record.kind {
    case .configuration: configurationBytes += length + RecordingFormat.recordOverhead
    case .index, .end: indexBytes += length + RecordingFormat.recordOverhead
    case .datagram:
      frameBytes += RecordingFormat.recordOverhead
      count(datagram: record.contents, bytes)
    }
  }

  private mutating func count(datagram range: Range<Int>, _ bytes: [UInt8]) {
    if let header = try? StatesHeader(bytes, in: range) {
      datagramCount += 1
      codedBytes += header.states.count
      headerBytes += range.count - header.states.count - header.sections.count
      sectionBytes += header.sections.count
      var sections: [PacketSection] = []
      try? PacketSection.read(bytes, in: header.sections, into: &sections)
      for section in sections { sectionBytesByType[Int(section.type)] += section.byteCount }
    } else if let head = try? PacketFormat.head(of: bytes, in: range), head.kind == .signature {
      signatureBytes += range.count
    } else {
      otherBytes += range.count
    }
  }
}
