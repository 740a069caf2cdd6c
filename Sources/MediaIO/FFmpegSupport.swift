import CFFmpeg
import Foundation

/// The few idioms that every use of FFmpeg shares.
enum FFmpeg {
  /// The code of "more input is needed first".
  static let again = ffmpeg_error_again()
  /// The code of "nothing more will come".
  static let end = ffmpeg_error_end()
  /// The timestamp of "no timestamp".
  static let noTimestamp = ffmpeg_no_timestamp()

  /// Silences FFmpeg, once; its last words stay available to `reason(_:)`.
  static let quiet: Void = ffmpeg_keep_messages()

  /// Forgets what FFmpeg said before, so that `reason(_:)` speaks of what comes next.
  static func begin() {
    quiet
    ffmpeg_forget_message()
  }

  /// What FFmpeg said on this thread about a failure, and what its code means.
  static func reason(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    av_strerror(code, &buffer, buffer.count)
    let meaning = string(buffer)
    let said = String(cString: ffmpeg_last_message())
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return said.isEmpty ? meaning : "\(meaning): \(said)"
  }

  /// The system's words for an error number.
  static func reason(errno number: Int32) -> String {
    String(cString: strerror(number))
  }

  /// The text before the terminating zero.
  static func string(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The URL that makes FFmpeg take a path literally: no protocols, no number patterns.
  static func url(_ path: String) -> String { "file:" + path }
}

extension AVRational {
  /// The value; 0 where the denominator is 0.
  var value: Double { den == 0 ? 0 : Double(num) / Double(den) }
}

/// An `AVFrame` with an owner.
final class OwnedFrame {
  let pointer: UnsafeMutablePointer<AVFrame>

  /// Makes an empty frame.
  init() throws(MediaError) {
    guard let frame = av_frame_alloc() else { throw .outOfMemory }
    pointer = frame
  }

  /// Makes a frame with memory for pixels, its rows padded for vector instructions.
  convenience init(width: Int, height: Int, format: AVPixelFormat) throws(MediaError) {
    try self.init()
    pointer.pointee.width = Int32(width)
    pointer.pointee.height = Int32(height)
    pointer.pointee.format = format.rawValue
    guard av_frame_get_buffer(pointer, 64) == 0 else { throw .outOfMemory }
  }

  deinit {
    var frame: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&frame)
  }
}

/// An `AVPacket` with an owner.
final class OwnedPacket {
  let pointer: UnsafeMutablePointer<AVPacket>

  init() throws(MediaError) {
    guard let packet = av_packet_alloc() else { throw .outOfMemory }
    pointer = packet
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = pointer
    av_packet_free(&packet)
  }
}

/// An `AVCodecContext` with an owner.
final class OwnedCodec {
  let pointer: UnsafeMutablePointer<AVCodecContext>

  init(_ codec: UnsafePointer<AVCodec>) throws(MediaError) {
    guard let context = avcodec_alloc_context3(codec) else { throw .outOfMemory }
    pointer = context
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = pointer
    avcodec_free_context(&context)
  }
}
