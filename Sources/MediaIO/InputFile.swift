import CFFmpeg
import Foundation

/// A media file opened for reading: container, streams and their codecs.
///
/// Only local files in formats that cameras, phones and picture editors write are opened: playlists
/// and other formats that make FFmpeg open further files are refused.
final class InputFile {
  let path: String
  let context: UnsafeMutablePointer<AVFormatContext>

  /// FFmpeg's names of the formats that are read.
  private static let formats = [
    "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "mpegts", "mpeg", "flv", "ogg", "nut", "gif",
    "ivf", "h264", "hevc", "m4v", "mjpeg", "yuv4mpegpipe", "apng", "asf", "mxf", "dv", "wav", "mp3",
    "aac", "flac", "png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "pgm_pipe",
    "ppm_pipe", "pam_pipe", "gif_pipe", "qoi_pipe", "j2k_pipe",
  ].joined(separator: ",")

  /// Opens a file and looks into its streams.
  init(path: String) throws(MediaError) {
    FFmpeg.begin()
    self.path = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .notFound(path: path)
    }
    guard !isFolder.boolValue else { throw .cannotOpen(path: path, reason: "It is a folder") }

    var bytes: UnsafeMutablePointer<AVIOContext>?
    let opened = avio_open(&bytes, FFmpeg.url(path), AVIO_FLAG_READ)
    guard opened >= 0, let bytes else {
      throw .cannotOpen(path: path, reason: FFmpeg.reason(opened))
    }
    guard avio_size(bytes) != 0 else {
      Self.close(bytes)
      throw .notMedia(path: path, reason: "The file is empty")
    }
    guard let allocated = avformat_alloc_context() else {
      Self.close(bytes)
      throw .outOfMemory
    }
    allocated.pointee.pb = bytes
    allocated.pointee.format_whitelist = av_strdup(Self.formats)
    allocated.pointee.protocol_whitelist = av_strdup("file")
    var candidate: UnsafeMutablePointer<AVFormatContext>? = allocated
    let result = avformat_open_input(&candidate, nil, nil, nil)
    guard result == 0, let candidate else {
      Self.close(bytes)
      throw .notMedia(path: path, reason: FFmpeg.reason(result))
    }
    context = candidate
    // A failure leaves parameters unknown; opening the decoder then says so.
    avformat_find_stream_info(candidate, nil)
  }

  deinit {
    let bytes = context.pointee.pb
    var context: UnsafeMutablePointer<AVFormatContext>? = self.context
    avformat_close_input(&context)
    if let bytes { Self.close(bytes) }
  }

  private static func close(_ bytes: UnsafeMutablePointer<AVIOContext>) {
    var bytes: UnsafeMutablePointer<AVIOContext>? = bytes
    avio_closep(&bytes)
  }

  /// Whether the file holds one picture.
  var isStill: Bool {
    String(cString: context.pointee.iformat.pointee.name).hasSuffix("_pipe")
  }

  /// The stream of a kind that is best to play; cover pictures of songs do not count.
  func stream(_ kind: AVMediaType) -> UnsafeMutablePointer<AVStream>? {
    let index = av_find_best_stream(context, kind, -1, -1, nil, 0)
    guard index >= 0, let stream = context.pointee.streams[Int(index)] else { return nil }
    let isCover = stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    return isCover ? nil : stream
  }

  /// Reads no other streams than one.
  func readOnly(_ stream: UnsafeMutablePointer<AVStream>) {
    for index in 0..<Int(context.pointee.nb_streams) {
      guard let other = context.pointee.streams[index], other != stream else { continue }
      other.pointee.discard = AVDISCARD_ALL
    }
  }
}
