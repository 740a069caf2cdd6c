import CFFmpeg

/// How a video's samples stand for light, as its metadata says or, where silent, as players assume.
public struct ColourDescription: Sendable, Equatable {
  /// The luma–chroma matrix.
  public enum Matrix: String, Sendable {
    /// Red, green and blue are stored as they are.
    case rgb
    /// ITU-R BT.601: standard definition and JPEG.
    case bt601
    /// ITU-R BT.709: high definition.
    case bt709
    /// ITU-R BT.2020: ultra high definition.
    case bt2020
  }

  /// The curve from sample to light.
  public enum Transfer: String, Sendable {
    /// Standard dynamic range; taken for sRGB.
    case standard
    /// SMPTE ST 2084, "PQ".
    case perceptualQuantiser
    /// ITU-R BT.2100 hybrid log–gamma.
    case hybridLogGamma
  }

  /// The luma–chroma matrix.
  public var matrix: Matrix
  /// Whether samples use 0…255 rather than 16…235.
  public var isFullRange: Bool
  /// The curve from sample to light.
  public var transfer: Transfer
  /// Whether the primaries are those of BT.2020 (wide gamut) rather than those of sRGB.
  public var isWideGamut: Bool
  /// Bits a sample.
  public var bitDepth: Int

  /// Whether pictures go through tone mapping on their way to sRGB.
  public var isHighDynamicRange: Bool { transfer != .standard }

  /// Reads what a decoded frame says of itself.
  init(frame: AVFrame, codec: AVCodecID) {
    let format = av_pix_fmt_desc_get(AVPixelFormat(frame.format))
    let flags = format?.pointee.flags ?? 0
    bitDepth = Int(format?.pointee.comp.0.depth ?? 8)
    let isRGB = flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0 || flags & UInt64(AV_PIX_FMT_FLAG_PAL) != 0
    let isPicture = [AV_CODEC_ID_MJPEG, AV_CODEC_ID_WEBP].contains(codec)
    switch frame.colorspace {
    case _ where isRGB: matrix = .rgb
    case AVCOL_SPC_BT709: matrix = .bt709
    case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: matrix = .bt2020
    case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M, AVCOL_SPC_FCC: matrix = .bt601
    default:
      matrix = !isPicture && (frame.width >= 1280 || frame.height > 576) ? .bt709 : .bt601
    }
    let jpegFormats = [
      AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P,
      AV_PIX_FMT_YUVJ411P,
    ]
    let hasOneComponent = format?.pointee.nb_components ?? 3 <= 2
    isFullRange =
      isRGB || frame.color_range == AVCOL_RANGE_JPEG
      || jpegFormats.contains(AVPixelFormat(frame.format))
      || (hasOneComponent && frame.color_range != AVCOL_RANGE_MPEG)
    switch frame.color_trc {
    case AVCOL_TRC_SMPTE2084: transfer = .perceptualQuantiser
    case AVCOL_TRC_ARIB_STD_B67: transfer = .hybridLogGamma
    default: transfer = .standard
    }
    isWideGamut = frame.color_primaries == AVCOL_PRI_BT2020
  }

  /// The number by which swscale knows the matrix.
  var swscaleMatrix: Int32 {
    switch matrix {
    case .rgb, .bt601: SWS_CS_ITU601
    case .bt709: SWS_CS_ITU709
    case .bt2020: SWS_CS_BT2020
    }
  }
}
