import CFFmpeg
import Foundation
public import Geometry

/// Writes a video whose frames keep their true times.
///
/// The file appears when `finish()` returns, complete; on failure, or when the writer is dropped
/// before, nothing is left behind. The first frame is shown at the file's time 0 whatever its own
/// time; later frames keep their distance to it.
///
/// ```swift
/// let writer = try VideoWriter(path: "out.mp4", width: 512, height: 512)
/// for frame in frames { try writer.append(frame.image, at: frame.time) }
/// try writer.finish()
/// ```
public final class VideoWriter {
  /// How pictures are coded.
  public enum Coding: Sendable, Equatable {
    /// H.264 in 4:2:0, playable everywhere. `quality` is x264's constant rate factor: 18 is visually
    /// lossless, 23 ordinary, each 6 more halve the size. Odd sizes gain a repeated edge row or column.
    case h264(quality: Int = 18)
    /// H.264 of red, green and blue, sample for sample; for measuring.
    case lossless
  }

  /// Where the video appears.
  public let path: String

  private let width, height: Int
  private let file: AtomicFile
  private let muxer: OutputFile
  private let owned: OwnedCodec
  private var codec: UnsafeMutablePointer<AVCodecContext> { owned.pointer }
  private let stream: UnsafeMutablePointer<AVStream>
  private let packet: OwnedPacket
  private let frameRate: Double
  private let conversion: ColourConversion?
  private let sound: SoundTrack?
  private var firstTime: Double?
  private var lastTime = -Double.infinity
  private var lastStamp: Int64 = -1
  private var isFinished = false

  /// Clock ticks a second of the frame times.
  private static let clock: Int32 = 90000

  /// Starts a video.
  ///
  /// - Parameters:
  ///   - path: Ends in `.mp4`, `.mov`, `.m4v` or `.mkv`.
  ///   - width: Width of every frame in pixels.
  ///   - height: Height of every frame in pixels.
  ///   - frameRate: About how many frames a second come; only a hint to the encoder, and the length of
  ///     the last frame.
  ///   - coding: How pictures are coded.
  ///   - sound: A media file whose sound is added, for the span that the frames cover; their times are
  ///     then times in that file. A file without sound adds none.
  /// - Throws: `unknownExtension`, `cannotCreate`, `noEncoder`, `unusablePicture` for a size that
  ///   cannot be coded, and what opening the sound's file throws.
  public init(
    path: String, width: Int, height: Int, frameRate: Double = 30, coding: Coding = .h264(),
    sound: String? = nil
  ) throws(MediaError) {
    FFmpeg.begin()
    guard (1...16384).contains(width), (1...16384).contains(height) else {
      throw .unusablePicture(reason: "A video cannot be \(width) × \(height) pixels")
    }
    self.path = path
    self.width = width
    self.height = height
    self.frameRate = frameRate.isFinite && frameRate > 0 ? min(frameRate, 1000) : 30
    packet = try OwnedPacket()
    let format = try OutputFile.format(of: path)
    let name = coding == .lossless ? "libx264rgb" : "libx264"
    guard let encoder = avcodec_find_encoder_by_name(name) else { throw .noEncoder(name: name) }
    let source = try sound.flatMap { path throws(MediaError) in try SoundSource(path: path) }

    file = try AtomicFile(path: path)
    do throws(MediaError) {
      muxer = try OutputFile(file: file, format: format)
      owned = try Self.open(
        encoder, width: width, height: height, frameRate: self.frameRate, coding: coding,
        needsHeader: muxer.needsGlobalHeaders)
      stream = try muxer.addStream(owned.pointer)
      stream.pointee.avg_frame_rate = owned.pointer.pointee.framerate
      conversion =
        coding == .lossless
        ? nil
        : try ColourConversion(
          width: width + width % 2, height: height + height % 2, from: AV_PIX_FMT_RGB24,
          to: AV_PIX_FMT_YUV420P, matrix: SWS_CS_ITU709, isFullRange: false)
      self.sound =
        if let source { try SoundTrack(source: source, muxer: muxer) } else { nil }
      try muxer.writeHeader()
    } catch {
      file.discard()
      throw error
    }
  }

  deinit {
    if !isFinished { file.discard() }
  }

  /// Adds a frame.
  ///
  /// - Parameters:
  ///   - image: 3 channels (or 4, whose alpha is dropped, or 1), of the video's size.
  ///   - time: Seconds; later than the frame before.
  /// - Throws: `sizeMismatch`, `timesNotIncreasing`, `diskFull`, `cannotWrite`.
  public func append(_ image: PixelImage, at time: Double) throws(MediaError) {
    guard image.width == width, image.height == height else {
      throw .sizeMismatch(
        expectedWidth: width, expectedHeight: height, width: image.width, height: image.height)
    }
    let first = firstTime ?? time
    let stamp = ((time - first) * Double(Self.clock)).rounded()
    guard time.isFinite, stamp < 1e15, Int64(stamp) > lastStamp else {
      throw .timesNotIncreasing(previous: lastTime, next: time)
    }
    firstTime = first
    lastTime = time
    lastStamp = Int64(stamp)
    let frame = try codedFrame(image)
    frame.pointer.pointee.pts = lastStamp
    try encode(frame.pointer)
    try sound?.write(from: first, to: time)
  }

  /// Writes what is left and gives the file its name.
  ///
  /// - Throws: `diskFull`, `cannotWrite`, `cannotCreate`; `unusablePicture` when no frame was added.
  public func finish() throws(MediaError) {
    guard !isFinished else { return }
    guard let firstTime else { throw .unusablePicture(reason: "The video has no frames") }
    try encode(nil)
    try sound?.finish(from: firstTime, to: lastTime + 1 / frameRate)
    try muxer.finish()
    try file.commit()
    isFinished = true
  }

  private func encode(_ frame: UnsafePointer<AVFrame>?) throws(MediaError) {
    var result = avcodec_send_frame(codec, frame)
    while result >= 0 {
      result = avcodec_receive_packet(codec, packet.pointer)
      if result == FFmpeg.again || result == FFmpeg.end { return }
      guard result >= 0 else { break }
      packet.pointer.pointee.duration = Int64(Double(Self.clock) / frameRate)
      result = muxer.write(packet, from: codec.pointee.time_base, to: stream)
    }
    throw .writing(path, code: result)
  }

  /// The frame in the encoder's pixel format, padded to its size.
  private func codedFrame(_ image: PixelImage) throws(MediaError) -> OwnedFrame {
    let isLossless = conversion == nil
    let rgb = try PictureFile.frame(
      image.rgbPadded(
        width: isLossless ? width : width + width % 2,
        height: isLossless ? height : height + height % 2), format: AV_PIX_FMT_RGB24)
    guard let conversion else { return rgb }
    let yuv = try OwnedFrame(
      width: Int(codec.pointee.width), height: Int(codec.pointee.height),
      format: AV_PIX_FMT_YUV420P)
    try conversion.convert(rgb, to: yuv)
    return yuv
  }

  private static func open(
    _ encoder: UnsafePointer<AVCodec>, width: Int, height: Int, frameRate: Double, coding: Coding,
    needsHeader: Bool
  ) throws(MediaError) -> OwnedCodec {
    let owned = try OwnedCodec(encoder)
    let codec = owned.pointer
    let isLossless = coding == .lossless
    codec.pointee.width = Int32(isLossless ? width : width + width % 2)
    codec.pointee.height = Int32(isLossless ? height : height + height % 2)
    codec.pointee.pix_fmt = isLossless ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_YUV420P
    codec.pointee.time_base = AVRational(num: 1, den: clock)
    codec.pointee.framerate = av_d2q(frameRate, 100_000)
    codec.pointee.thread_count = 2
    codec.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    codec.pointee.color_primaries = AVCOL_PRI_BT709
    if needsHeader { codec.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    var options: [String: String] = [:]
    switch coding {
    case .h264(let quality):
      codec.pointee.colorspace = AVCOL_SPC_BT709
      codec.pointee.color_trc = AVCOL_TRC_BT709
      codec.pointee.color_range = AVCOL_RANGE_MPEG
      options = ["preset": "medium", "crf": "\(min(max(quality, 0), 51))"]
    case .lossless:
      codec.pointee.colorspace = AVCOL_SPC_RGB
      codec.pointee.color_trc = AVCOL_TRC_IEC61966_2_1
      codec.pointee.color_range = AVCOL_RANGE_JPEG
      options = ["preset": "ultrafast", "qp": "0"]
    }
    for (key, value) in options { av_opt_set(codec, key, value, AV_OPT_SEARCH_CHILDREN) }
    let result = avcodec_open2(codec, encoder, nil)
    guard result >= 0 else { throw .unusablePicture(reason: FFmpeg.reason(result)) }
    return owned
  }
}

extension PixelImage {
  /// The picture with 3 channels, its last column and row repeated up to a size.
  func rgbPadded(width newWidth: Int, height newHeight: Int) -> PixelImage {
    if channels == 3 && newWidth == width && newHeight == height { return self }
    var result = PixelImage(width: newWidth, height: newHeight, channels: 3)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let (fromX, fromY) = (min(x, width - 1), min(y, height - 1))
        for c in 0..<3 {
          result[x, y, c] = self[fromX, fromY, channels >= 3 ? c : 0]
        }
      }
    }
    return result
  }
}
