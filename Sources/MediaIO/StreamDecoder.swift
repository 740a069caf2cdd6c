import CFFmpeg

/// A stream and its decoder: packets in, frames out, damage counted.
final class StreamDecoder {
  let file: InputFile
  let stream: UnsafeMutablePointer<AVStream>
  private let owned: OwnedCodec
  private var codec: UnsafeMutablePointer<AVCodecContext> { owned.pointer }
  /// How many packets or frames were dropped because they could not be decoded.
  private(set) var damaged = 0

  private let packet: OwnedPacket
  private let frame: OwnedFrame
  private var isDraining = false
  private var failuresInARow = 0

  /// Sizes beyond this are taken for damage (an 8K frame has half as many pixels).
  private static let maximumPixels: Int64 = 1 << 26
  /// After so many failures without one success the rest of the file is given up.
  private static let maximumFailures = 2000

  /// Opens the decoder of a stream.
  init(
    file: InputFile, stream: UnsafeMutablePointer<AVStream>, threads: Int
  ) throws(MediaError) {
    self.file = file
    self.stream = stream
    packet = try OwnedPacket()
    frame = try OwnedFrame()
    let parameters = stream.pointee.codecpar!
    let name = String(cString: avcodec_get_name(parameters.pointee.codec_id))
    guard let decoder = avcodec_find_decoder(parameters.pointee.codec_id) else {
      throw .noDecoder(path: file.path, codec: name)
    }
    owned = try OwnedCodec(decoder)
    let context = owned.pointer
    avcodec_parameters_to_context(context, parameters)
    context.pointee.pkt_timebase = stream.pointee.time_base
    context.pointee.thread_count = Int32(threads)
    context.pointee.max_pixels = Self.maximumPixels
    let result = avcodec_open2(context, decoder, nil)
    guard result == 0 else {
      throw .damaged(path: file.path, reason: "\(name): \(FFmpeg.reason(result))")
    }
  }

  /// The next frame that decodes, valid until the next call, or nil at the end.
  func next() -> UnsafeMutablePointer<AVFrame>? {
    while failuresInARow < Self.maximumFailures {
      let received = avcodec_receive_frame(codec, frame.pointer)
      if received == 0 {
        let frame = frame.pointer.pointee
        if frame.flags & AV_FRAME_FLAG_CORRUPT != 0 || frame.decode_error_flags != 0 {
          failed()
          continue
        }
        failuresInARow = 0
        return self.frame.pointer
      }
      if received == FFmpeg.end { return nil }
      if received == FFmpeg.again { feed() } else { failed() }
    }
    return nil
  }

  /// Goes back to a key frame at or before a time in the stream's units; false where impossible.
  func seek(to timestamp: Int64) -> Bool {
    let index = stream.pointee.index
    guard
      avformat_seek_file(file.context, index, .min, timestamp, timestamp, 0) >= 0
        || av_seek_frame(file.context, index, timestamp, AVSEEK_FLAG_BACKWARD) >= 0
    else { return false }
    avcodec_flush_buffers(codec)
    isDraining = false
    failuresInARow = 0
    return true
  }

  private func failed() {
    damaged += 1
    failuresInARow += 1
  }

  private func feed() {
    let read = av_read_frame(file.context, packet.pointer)
    defer { av_packet_unref(packet.pointer) }
    if read == FFmpeg.end || isDraining {
      isDraining = true
      avcodec_send_packet(codec, nil)
    } else if read < 0 {
      failed()
    } else if packet.pointer.pointee.stream_index == stream.pointee.index,
      avcodec_send_packet(codec, packet.pointer) < 0
    {
      failed()
    }
  }
}
