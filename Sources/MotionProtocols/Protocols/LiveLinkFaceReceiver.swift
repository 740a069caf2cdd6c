public import FaceMotion

/// Receives Live Link Face: every datagram says everything.
///
/// It has no position of the head, and the sender's clock counts frames.
public struct LiveLinkFaceReceiver: MotionReceiver {
  /// Starts.
  public init() {}

  /// Takes a datagram; see ``MotionReceiver/receive(_:)``.
  public mutating func receive(_ packet: [UInt8]) throws(ProtocolError) -> MotionFrame? {
    let read: LiveLinkFacePacket
    do throws(FaceMotionError) {
      read = try LiveLinkFacePacket(bytes: packet)
    } catch {
      throw .liveLinkFace(error)
    }
    guard let sample = read.sample else { return nil }
    var frame = MotionFrame(sample, hasTranslation: false)
    frame.time = (Double(read.frame) + Double(read.fraction)) / read.frameRate
    return frame
  }
}

/// Sends as Live Link Face does.
public struct LiveLinkFaceSender: Sendable {
  /// Who sends; shown by the receiver.
  public let device, subject: String
  /// Frames a second.
  public let frameRate: Double

  /// Makes a sender.
  public init(device: String, subject: String, frameRate: Double) {
    self.device = device
    self.subject = subject
    self.frameRate = frameRate
  }

  /// The datagram of a frame.
  public func packet(_ frame: MotionFrame) -> [UInt8] {
    let place = max((frame.time ?? 0) * frameRate, 0)
    let number = min(place.rounded(.down), Double(Int32.max))
    return LiveLinkFacePacket(
      device: device, subject: subject, frame: Int(number),
      fraction: Float(min(max(place - number, 0), 0.999)), frameRate: frameRate,
      sample: frame.sample
    ).encoded()
  }
}
