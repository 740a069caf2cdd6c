import CFFmpeg
public import Geometry

/// Single pictures in files and in memory.
public enum PictureFile {
  /// Which channels a picture is read with.
  public enum Form: Sendable {
    /// As stored: grey with 1 channel, colour with 3, colour with transparency with 4.
    case asStored
    /// 1 channel: luma.
    case grey
    /// 3 channels; transparency is dropped.
    case rgb
    /// 4 channels; opaque where the file has no transparency.
    case rgba
  }

  /// Reads a picture: PNG, JPEG (turned upright), WebP, BMP, TIFF, … or a video's first frame.
  ///
  /// - Throws: `notFound`, `cannotOpen`, `notMedia`, `noVideoStream`, `noDecoder`, `damaged`.
  public static func read(_ path: String, as form: Form = .rgb) throws(MediaError) -> PixelImage {
    let file = try InputFile(path: path)
    guard let stream = file.stream(AVMEDIA_TYPE_VIDEO) else { throw .noVideoStream(path: path) }
    let decoder = try StreamDecoder(file: file, stream: stream, threads: 1)
    FFmpeg.begin()
    guard let frame = decoder.next() else {
      throw .damaged(path: path, reason: FFmpeg.reason(ffmpeg_error_invalid_data()))
    }
    let format = av_pix_fmt_desc_get(AVPixelFormat(frame.pointee.format))
    let hasAlpha = (format?.pointee.flags ?? 0) & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0
    let isGrey = (format?.pointee.nb_components ?? 3) == 1 && !hasAlpha
    let channels =
      switch form {
      case .grey: 1
      case .rgb: 3
      case .rgba: 4
      case .asStored: hasAlpha ? 4 : isGrey ? 1 : 3
      }
    let orientation = DisplayOrientation(frame: frame) ?? DisplayOrientation(stream: stream)
    let converter = FrameConverter(
      first: frame.pointee, aspect: AVRational(num: 1, den: 1), orientation: orientation,
      codec: stream.pointee.codecpar.pointee.codec_id, maximumDimension: nil)
    return try converter.picture(frame, channels: channels)
  }

  /// Writes a PNG: 1 channel as grey, 3 as colour, 4 as colour with straight alpha.
  ///
  /// - Throws: `cannotCreate`, `diskFull`, `cannotWrite`, `unusablePicture`; the file appears complete
  ///   or not at all.
  public static func writePNG(_ image: PixelImage, to path: String) throws(MediaError) {
    try AtomicFile.write(try png(image), to: path)
  }

  /// The bytes of a PNG file.
  ///
  /// - Parameter isSmall: as few bytes as can be, for what is written once and kept.
  public static func png(
    _ image: PixelImage, isSmall: Bool = false
  ) throws(MediaError) -> [UInt8] {
    let format =
      switch image.channels {
      case 1: AV_PIX_FMT_GRAY8
      case 3: AV_PIX_FMT_RGB24
      case 4: AV_PIX_FMT_RGBA
      default: AV_PIX_FMT_NONE
      }
    return try encode(
      try frame(image, format: format), codec: AV_CODEC_ID_PNG, name: "png",
      options: isSmall
        ? ["compression_level": "9", "pred": "mixed"]
        : ["compression_level": "4", "pred": "sub"])
  }

  /// The bytes of a JPEG file, for pages that embed pictures; transparency is dropped.
  ///
  /// - Parameter quality: 1 (worst) … 100.
  public static func jpeg(_ image: PixelImage, quality: Int = 85) throws(MediaError) -> [UInt8] {
    let format =
      switch image.channels {
      case 1: AV_PIX_FMT_GRAY8
      case 3: AV_PIX_FMT_RGB24
      case 4: AV_PIX_FMT_RGBA
      default: AV_PIX_FMT_NONE
      }
    let source = try frame(image, format: format)
    let target = try OwnedFrame(
      width: image.width, height: image.height, format: AV_PIX_FMT_YUVJ420P)
    let (width, height) = (image.width, image.height)
    let scaler = try Scaler(
      from: .init(width: width, height: height, format: format),
      to: .init(width: width, height: height, format: AV_PIX_FMT_YUVJ420P))
    try scaler.convert(source.pointer, to: target)
    // FFmpeg's quantiser scale: 2 is nearly lossless, 31 the worst.
    let scale = 2 + (100 - min(max(quality, 1), 100)) * 29 / 99
    target.pointer.pointee.quality = Int32(scale) * FF_QP2LAMBDA
    target.pointer.pointee.color_range = AVCOL_RANGE_JPEG
    return try encode(
      target, codec: AV_CODEC_ID_MJPEG, name: "mjpeg",
      options: ["flags": "+qscale", "global_quality": "\(Int32(scale) * FF_QP2LAMBDA)"])
  }

  /// A frame with the samples of a picture.
  static func frame(
    _ image: PixelImage, format: AVPixelFormat
  ) throws(MediaError) -> OwnedFrame {
    guard image.width > 0, image.height > 0, format != AV_PIX_FMT_NONE else {
      throw .unusablePicture(
        reason: "It has \(image.width) × \(image.height) pixels of \(image.channels) channels")
    }
    let frame = try OwnedFrame(width: image.width, height: image.height, format: format)
    fill(frame, with: image)
    return frame
  }

  /// Copies a picture into a frame of the same size and layout.
  static func fill(_ frame: OwnedFrame, with image: PixelImage) {
    let (data, stride) = (frame.pointer.pointee.data.0!, Int(frame.pointer.pointee.linesize.0))
    let row = image.width * image.channels
    image.samples.withUnsafeBufferPointer { samples in
      for y in 0..<image.height {
        (data + y * stride).update(from: samples.baseAddress! + y * row, count: row)
      }
    }
  }

  private static func encode(
    _ frame: OwnedFrame, codec id: AVCodecID, name: String, options: [String: String]
  ) throws(MediaError) -> [UInt8] {
    FFmpeg.begin()
    guard let encoder = avcodec_find_encoder(id) else { throw .noEncoder(name: name) }
    let owned = try OwnedCodec(encoder)
    defer { withExtendedLifetime(owned) {} }
    let context = owned.pointer
    context.pointee.width = frame.pointer.pointee.width
    context.pointee.height = frame.pointer.pointee.height
    context.pointee.pix_fmt = AVPixelFormat(frame.pointer.pointee.format)
    context.pointee.color_range = frame.pointer.pointee.color_range
    context.pointee.time_base = AVRational(num: 1, den: 25)
    context.pointee.thread_count = 1
    for (key, value) in options {
      av_opt_set(context, key, value, AV_OPT_SEARCH_CHILDREN)
    }
    var result = avcodec_open2(context, encoder, nil)
    let packet = try OwnedPacket()
    if result >= 0 { result = avcodec_send_frame(context, frame.pointer) }
    if result >= 0 { result = avcodec_send_frame(context, nil) }
    if result >= 0 { result = avcodec_receive_packet(context, packet.pointer) }
    guard result >= 0 else { throw .unusablePicture(reason: FFmpeg.reason(result)) }
    return Array(
      UnsafeBufferPointer(
        start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size)))
  }
}
