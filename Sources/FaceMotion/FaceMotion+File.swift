extension FaceMotion {
  /// Reads a recording of any format that is known, told by its content: Live Link Face's CSV, scores of
  /// MediaPipe, packets in a `.gesichter` file, or frames as JSON.
  ///
  /// - Throws: ``FaceMotionError``.
  public init(bytes: [UInt8]) throws(FaceMotionError) {
    if Gzip.isPacked(bytes) {
      self = try LiveLinkFaceRecording.read(bytes)
      return
    }
    var header = bytes.prefix(64)[...]
    if header.starts(with: [0xEF, 0xBB, 0xBF]) { header = header.dropFirst(3) }
    let lower = header.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    if lower.starts(with: Array("timecode".utf8)) {
      self = try LiveLinkFaceCSV.read(bytes)
    } else if lower.starts(with: Array("time,".utf8)) {
      self = try ScoresCSV.read(bytes)
    } else if lower.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") {
      self = try MotionJSON.read(bytes)
    } else {
      throw .unknownFormat
    }
  }
}
