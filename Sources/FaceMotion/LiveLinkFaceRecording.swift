/// A `.gesichter` file of the tool LLV: Live Link Face packets as they came, in gzip.
///
/// Unpacked: a version byte, 6; the count of packets (4 bytes, big-endian); each packet after its length
/// (4 bytes, big-endian).
public enum LiveLinkFaceRecording {
  /// The most that a file may unpack to.
  public static let largestLength = 1 << 28

  /// Reads a recording; packets without a face are left out.
  ///
  /// Times are the packets' frame numbers at the first packet's rate: the fractions that phones send
  /// are left out, and so are packets that repeat or go back.
  /// - Throws: ``FaceMotionError``.
  public static func read(_ bytes: [UInt8]) throws(FaceMotionError) -> FaceMotion {
    let packets = try packets(bytes)
    guard let first = packets.first else { throw .empty }
    var samples: [FaceMotionSample] = []
    var last = Int.min
    for packet in packets where packet.frame > last {
      last = packet.frame
      guard var sample = packet.sample else { continue }
      sample.time = Double(packet.frame - first.frame) / first.frameRate
      samples.append(sample)
    }
    return try FaceMotion(samples: samples)
  }

  /// The packets of a file, in its order.
  public static func packets(_ bytes: [UInt8]) throws(FaceMotionError) -> [LiveLinkFacePacket] {
    let content = try Gzip.unpacked(bytes, limit: largestLength)
    var reader = BigEndianReader(content, in: 0..<content.count)
    let version = try reader.byte()
    if version != 6 { throw .unsupportedVersion(version) }
    let count = try reader.int32()
    // No packet is shorter than 25 bytes, and each has its length before it.
    if count < 0 || count > (content.count - reader.position) / 29 { throw .badLength(offset: 1) }
    var packets: [LiveLinkFacePacket] = []
    packets.reserveCapacity(count)
    for _ in 0..<count {
      let place = reader.position
      let length = try reader.int32()
      if length < 0 { throw .badLength(offset: place) }
      let end = reader.position + length
      if end > content.count { throw .truncated(offset: reader.position, needed: length) }
      var part = BigEndianReader(content, in: reader.position..<end)
      packets.append(try LiveLinkFacePacket(&part))
      if !part.isAtEnd { throw .surplus(offset: part.position) }
      reader = BigEndianReader(content, in: end..<content.count)
    }
    if !reader.isAtEnd { throw .surplus(offset: reader.position) }
    return packets
  }
}
