import FaceRig

/// One datagram of Live Link Face (UDP, port 11111 unless set otherwise), version 6.
///
/// Big-endian: version (1 byte); device (4-byte length, UTF-8); subject (the same); frame number (4),
/// fraction of a frame (32-bit float), frames a second as numerator and denominator (4 and 4); count of
/// values (1 byte) and that many 32-bit floats. A packet without a face ends after the rate, or counts 0.
public struct LiveLinkFacePacket: Sendable, Equatable {
  /// Which phone sends, usually a UUID, and the name its user gave.
  public var device, subject: String
  /// The frame's number.
  public var frame: Int
  /// The part of a frame, 0…1, that it was taken later.
  public var fraction: Float
  /// Frames a second.
  public var frameRate: Double
  /// The face at time 0; nil where none was seen.
  public var sample: FaceMotionSample?

  /// The longest name accepted; the program itself sends 36 and a few.
  static let longestName = 1024

  /// Reads a datagram.
  ///
  /// - Throws: ``FaceMotionError``; any bytes are answered.
  public init(bytes: [UInt8]) throws(FaceMotionError) {
    var reader = BigEndianReader(bytes, in: bytes.startIndex..<bytes.endIndex)
    try self.init(&reader)
    if reader.position < bytes.count { throw .surplus(offset: reader.position) }
  }

  /// Makes a packet.
  ///
  /// - Parameter frameRate: frames a second, 1…1000.
  public init(
    device: String, subject: String, frame: Int, fraction: Float = 0, frameRate: Double,
    sample: FaceMotionSample?
  ) {
    self.device = device
    self.subject = subject
    self.frame = frame
    self.fraction = fraction
    self.frameRate = frameRate
    self.sample = sample
  }

  /// The datagram's bytes; ``init(bytes:)`` is the inverse.
  ///
  /// Names are cut to their first 1024 bytes, numbers to 32 bits, rates to thousandths.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = [6]
    bytes.reserveCapacity(320 + device.utf8.count + subject.utf8.count)
    func word(_ value: UInt32) {
      for shift in [24, 16, 8, 0] as [UInt32] {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
    for name in [device, subject] {
      let text = Self.cut(name)
      word(UInt32(text.count))
      bytes += text
    }
    word(UInt32(bitPattern: Int32(truncatingIfNeeded: frame)))
    word(fraction.bitPattern)
    let rate = min(max(frameRate, 1), 1000)
    let isWhole = rate == rate.rounded()
    word(UInt32(isWhole ? rate : (rate * 1000).rounded()))
    word(isWhole ? 1 : 1000)
    guard let sample else { return bytes + [0] }
    bytes.append(UInt8(LiveLinkFaceValues.count))
    for value in LiveLinkFaceValues.values(sample) {
      word((value.isFinite ? value : 0).bitPattern)
    }
    return bytes
  }

  /// The beginning of a text that is not too long, in whole characters.
  private static func cut(_ text: String) -> [UInt8] {
    var text = text[...]
    while text.utf8.count > longestName { text.removeLast() }
    return Array(text.utf8)
  }

  init(_ reader: inout BigEndianReader) throws(FaceMotionError) {
    let version = try reader.byte()
    if version != 6 { throw .unsupportedVersion(version) }
    device = try reader.name(longest: Self.longestName)
    subject = try reader.name(longest: Self.longestName)
    frame = try reader.int32()
    fraction = try reader.float()
    let start = reader.position
    let numerator = try reader.int32(), denominator = try reader.int32()
    guard numerator > 0, denominator > 0, numerator / denominator <= 1000 else {
      throw .valueOutOfRange(offset: start)
    }
    frameRate = Double(numerator) / Double(denominator)
    if reader.isAtEnd { return }
    let place = reader.position
    let count = Int(try reader.byte())
    if count == 0 { return }
    if count != LiveLinkFaceValues.count { throw .wrongValueCount(offset: place, found: count) }
    var values: [Float] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try reader.float()) }
    sample = LiveLinkFaceValues.sample(values, time: 0)
  }
}

/// Numbers and names from bytes, most significant byte first.
struct BigEndianReader {
  private let bytes: [UInt8]
  private let end: Int
  /// Where the next byte lies.
  private(set) var position: Int

  /// - Precondition: `range` lies within `bytes`.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position == end }

  private func need(_ count: Int) throws(FaceMotionError) {
    if end - position < count { throw .truncated(offset: position, needed: count) }
  }

  mutating func byte() throws(FaceMotionError) -> UInt8 {
    try need(1)
    position += 1
    return bytes[position - 1]
  }

  mutating func word() throws(FaceMotionError) -> UInt32 {
    try need(4)
    position += 4
    return bytes[(position - 4)..<position].reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func int32() throws(FaceMotionError) -> Int {
    Int(Int32(bitPattern: try word()))
  }

  /// A finite number of magnitude at most 10⁶.
  mutating func float() throws(FaceMotionError) -> Float {
    let start = position
    let value = Float(bitPattern: try word())
    if !(value.magnitude <= 1e6) { throw .valueOutOfRange(offset: start) }
    return value
  }

  /// UTF-8 after its length.
  mutating func name(longest: Int) throws(FaceMotionError) -> String {
    let start = position
    let length = try int32()
    if length < 0 || length > longest { throw .badLength(offset: start) }
    try need(length)
    position += length
    guard let text = String(validating: bytes[(position - length)..<position], as: UTF8.self)
    else { throw .badName(offset: start + 4) }
    return text
  }
}
