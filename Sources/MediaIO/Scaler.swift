import CFFmpeg

/// A conversion by swscale between two forms of a picture, at its best quality.
final class Scaler {
  /// One side of a conversion.
  struct Form: Equatable {
    var width, height: Int
    var format: AVPixelFormat
    /// swscale's number of the luma–chroma matrix.
    var matrix: Int32 = SWS_CS_ITU601
    /// Whether samples use 0…255.
    var isFullRange = true
    /// Where halved chroma samples lie.
    var chroma = AVCHROMA_LOC_UNSPECIFIED
  }

  /// What goes in and what comes out.
  let source, destination: Form

  private let context: OpaquePointer

  /// Sets a conversion up.
  init(from source: Form, to destination: Form) throws(MediaError) {
    FFmpeg.begin()
    (self.source, self.destination) = (source, destination)
    guard let made = sws_alloc_context() else { throw .outOfMemory }
    context = made
    let flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP
    set("sws_flags", Int(flags))
    set("srcw", source.width)
    set("srch", source.height)
    set("src_format", Int(source.format.rawValue))
    set("dstw", destination.width)
    set("dsth", destination.height)
    set("dst_format", Int(destination.format.rawValue))
    setChroma("src", source)
    setChroma("dst", destination)
    sws_setColorspaceDetails(
      made, sws_getCoefficients(source.matrix), source.isFullRange ? 1 : 0,
      sws_getCoefficients(destination.matrix), destination.isFullRange ? 1 : 0, 0, 1 << 16, 1 << 16)
    guard sws_init_context(made, nil, nil) >= 0 else {
      throw .unusablePicture(reason: "Its pixel format cannot be converted")
    }
  }

  deinit { sws_freeContext(context) }

  /// Converts one frame into another, which has memory.
  func convert(_ input: UnsafePointer<AVFrame>, to output: OwnedFrame) throws(MediaError) {
    let result = sws_scale_frame(context, output.pointer, input)
    guard result >= 0 else { throw .unusablePicture(reason: FFmpeg.reason(result)) }
  }

  private func set(_ name: String, _ value: Int) {
    av_opt_set_int(UnsafeMutableRawPointer(context), name, Int64(value), 0)
  }

  /// States where halved chroma lies, in 1/256 of a luma pixel.
  private func setChroma(_ side: String, _ form: Form) {
    let description = av_pix_fmt_desc_get(form.format)?.pointee
    let (halvesX, halvesY) = (description?.log2_chroma_w == 1, description?.log2_chroma_h == 1)
    switch form.chroma {
    case AVCHROMA_LOC_LEFT where halvesX:
      set(side + "_h_chr_pos", 0)
      if halvesY { set(side + "_v_chr_pos", 128) }
    case AVCHROMA_LOC_TOPLEFT where halvesX:
      set(side + "_h_chr_pos", 0)
      if halvesY { set(side + "_v_chr_pos", 0) }
    default: break
    }
  }
}
