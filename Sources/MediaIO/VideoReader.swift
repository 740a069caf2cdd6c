import CFFmpeg
public import Geometry

/// A picture of a video and when it is shown.
public struct VideoFrame: Sendable {
  /// Seconds since the first picture of the video.
  public var time: Double
  /// 3 channels, sRGB.
  public var image: PixelImage

  /// Makes a frame.
  public init(time: Double, image: PixelImage) {
    self.time = time
    self.image = image
  }
}

/// Reads the frames of a video, or a still picture as one frame, in the order they are shown.
///
/// Frames come upright (phones store a rotation), with square pixels, in sRGB whatever the colour
/// coding, at their true times. Damaged frames are left out and counted. Two threads decode; memory
/// does not grow with the length.
///
/// ```swift
/// let video = try VideoReader(path: "talking.mp4", maximumDimension: 720)
/// while let frame = try video.next() { … }
/// ```
public final class VideoReader {
  /// What is known before reading.
  public let description: VideoDescription

  /// How many frames were left out so far because they could not be decoded.
  public var damagedFrameCount: Int { decoder.damaged + outOfOrder }

  private let decoder: StreamDecoder
  private let converter: FrameConverter
  private let secondsPerTick: Double
  /// The timestamp of the first picture, which is time 0.
  private let origin: Int64
  private let range: Range<Double>
  /// The frame decoded on opening, until it is delivered.
  private var first: OwnedFrame?
  private var lastTime = -Double.infinity
  private var outOfOrder = 0
  private var isFinished = false

  /// Opens a video and decodes its first frame.
  ///
  /// - Parameters:
  ///   - from: Frames shown earlier are left out; seconds since the first picture.
  ///   - to: Frames shown at this time or later are left out.
  ///   - maximumDimension: Frames whose longer side exceeds this are reduced to it.
  ///   - threads: How many threads decode.
  /// - Throws: `notFound`, `cannotOpen`, `notMedia`, `noVideoStream`, `noDecoder`, `damaged`.
  public init(
    path: String, from: Double? = nil, to: Double? = nil, maximumDimension: Int? = nil,
    threads: Int = 2
  ) throws(MediaError) {
    let file = try InputFile(path: path)
    guard let stream = file.stream(AVMEDIA_TYPE_VIDEO) else { throw .noVideoStream(path: path) }
    let hasSound = file.stream(AVMEDIA_TYPE_AUDIO) != nil
    file.readOnly(stream)
    decoder = try StreamDecoder(file: file, stream: stream, threads: threads)
    FFmpeg.begin()
    guard let frame = decoder.next() else {
      let reason = FFmpeg.reason(ffmpeg_error_invalid_data())
      throw .damaged(path: path, reason: reason)
    }
    let kept = try OwnedFrame()
    av_frame_ref(kept.pointer, frame)

    let orientation = DisplayOrientation(frame: frame) ?? DisplayOrientation(stream: stream)
    let codec = stream.pointee.codecpar.pointee.codec_id
    converter = FrameConverter(
      first: frame.pointee, aspect: av_guess_sample_aspect_ratio(file.context, stream, frame),
      orientation: orientation, codec: codec, maximumDimension: maximumDimension)
    secondsPerTick = stream.pointee.time_base.value
    let stamps = [stream.pointee.start_time, frame.pointee.best_effort_timestamp]
    origin = stamps.filter { $0 != FFmpeg.noTimestamp }.min() ?? 0

    let rates = [
      av_guess_frame_rate(file.context, stream, nil), stream.pointee.avg_frame_rate,
    ]
    let rate = file.isStill ? 0 : rates.map(\.value).first { $0 > 0 && $0.isFinite } ?? 0
    let average = stream.pointee.avg_frame_rate.value
    let frameRate = average > 0 && average.isFinite && !file.isStill ? average : rate
    var duration = 0.0
    if !file.isStill {
      if stream.pointee.duration > 0 {
        duration = Double(stream.pointee.duration) * secondsPerTick
      } else if file.context.pointee.duration > 0 {
        duration = Double(file.context.pointee.duration) / Double(AV_TIME_BASE)
      }
    }
    let promised = Int(clamping: stream.pointee.nb_frames)
    let expected = Int(min((duration * frameRate).rounded(), 1e12))
    description = VideoDescription(
      path: path, width: converter.width, height: converter.height, frameRate: frameRate,
      duration: duration,
      frameCountEstimate: file.isStill ? 1 : promised > 0 ? promised : expected,
      hasSound: hasSound, codec: String(cString: avcodec_get_name(codec)), isStill: file.isStill,
      colour: ColourDescription(frame: frame.pointee, codec: codec), rotation: orientation.degrees)

    let start = file.isStill ? 0 : max(0, from ?? 0)
    range = start..<(file.isStill ? .infinity : max(start, to ?? .infinity))
    first = kept
    if start > 0, !file.isStill, secondsPerTick > 0 {
      // One frame earlier, so that rounding never loses the frame shown at that very time.
      let ticks = min(max(0, start - 0.05) / secondsPerTick, 1e15)
      if decoder.seek(to: origin + Int64(ticks)) { first = nil }
    }
  }

  /// The next frame in the range, or nil after the last.
  ///
  /// - Throws: `unusablePicture` for a pixel format that cannot be converted, `outOfMemory`.
  public func next() throws(MediaError) -> VideoFrame? {
    while !isFinished, let frame = nextDecoded() {
      defer { first = nil }
      let time = time(of: frame.pointee)
      guard time > lastTime else {
        outOfOrder += 1
        continue
      }
      lastTime = time
      if time < range.lowerBound - 1e-6 { continue }
      if time >= range.upperBound - 1e-6 { break }
      isFinished = description.isStill
      return VideoFrame(time: time, image: try converter.picture(frame))
    }
    isFinished = true
    return nil
  }

  private func nextDecoded() -> UnsafeMutablePointer<AVFrame>? {
    first?.pointer ?? decoder.next()
  }

  private func time(of frame: AVFrame) -> Double {
    let stamp = frame.best_effort_timestamp
    if stamp == FFmpeg.noTimestamp {
      guard lastTime.isFinite else { return 0 }
      return lastTime + (description.frameRate > 0 ? 1 / description.frameRate : 0.04)
    }
    return Double(stamp.subtractingReportingOverflow(origin).partialValue) * secondsPerTick
  }
}
