import CFFmpeg
import Foundation

/// A container being written under a file's temporary name.
final class OutputFile {
  private let file: AtomicFile
  private let context: UnsafeMutablePointer<AVFormatContext>
  /// Where the file will appear.
  var path: String { file.path }

  /// FFmpeg's name of the container that a path's ending stands for.
  static func format(of path: String) throws(MediaError) -> String {
    switch URL(fileURLWithPath: path).pathExtension.lowercased() {
    case "mp4", "m4v": return "mp4"
    case "mov": return "mov"
    case "mkv": return "matroska"
    default: throw .unknownExtension(path: path)
    }
  }

  init(file: AtomicFile, format: String) throws(MediaError) {
    self.file = file
    var made: UnsafeMutablePointer<AVFormatContext>?
    // The muxer reopens the file by this name to move the index to the front.
    let url = FFmpeg.url(file.temporaryPath)
    let result = avformat_alloc_output_context2(&made, nil, format, url)
    guard result >= 0, let made else {
      throw .cannotCreate(path: file.path, reason: FFmpeg.reason(result))
    }
    context = made
    let opened = avio_open(&made.pointee.pb, url, AVIO_FLAG_WRITE)
    guard opened >= 0 else {
      throw .cannotCreate(path: file.path, reason: FFmpeg.reason(opened))
    }
  }

  deinit {
    avio_closep(&context.pointee.pb)
    avformat_free_context(context)
  }

  /// Whether codecs must leave their headers to the container.
  var needsGlobalHeaders: Bool {
    context.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0
  }

  /// Adds a stream for what an encoder makes.
  func addStream(
    _ codec: UnsafeMutablePointer<AVCodecContext>
  ) throws(MediaError) -> UnsafeMutablePointer<AVStream> {
    guard let stream = avformat_new_stream(context, nil) else { throw .outOfMemory }
    avcodec_parameters_from_context(stream.pointee.codecpar, codec)
    stream.pointee.time_base = codec.pointee.time_base
    return stream
  }

  /// Adds a stream for packets that are copied.
  func addStream(
    copying source: UnsafeMutablePointer<AVStream>
  ) throws(MediaError) -> UnsafeMutablePointer<AVStream> {
    guard let stream = avformat_new_stream(context, nil) else { throw .outOfMemory }
    avcodec_parameters_copy(stream.pointee.codecpar, source.pointee.codecpar)
    stream.pointee.codecpar.pointee.codec_tag = 0
    stream.pointee.time_base = source.pointee.time_base
    return stream
  }

  /// Fixes the streams.
  func writeHeader() throws(MediaError) {
    var options: OpaquePointer?
    av_dict_set(&options, "movflags", "+faststart", 0)
    defer { av_dict_free(&options) }
    let result = avformat_write_header(context, &options)
    guard result >= 0 else { throw .writing(file.path, code: result) }
  }

  /// Writes a packet, in order among the streams, and takes its contents; returns FFmpeg's code.
  func write(
    _ packet: OwnedPacket, from timeBase: AVRational, to stream: UnsafeMutablePointer<AVStream>
  ) -> Int32 {
    packet.pointer.pointee.stream_index = stream.pointee.index
    av_packet_rescale_ts(packet.pointer, timeBase, stream.pointee.time_base)
    let result = av_interleaved_write_frame(context, packet.pointer)
    return result < 0 ? result : min(0, context.pointee.pb.pointee.error)
  }

  /// Writes the index and closes the file.
  func finish() throws(MediaError) {
    var result = av_write_trailer(context)
    if result >= 0 { result = min(0, context.pointee.pb.pointee.error) }
    let closed = avio_closep(&context.pointee.pb)
    if result >= 0 { result = closed }
    guard result >= 0 else { throw .writing(file.path, code: result) }
  }
}
