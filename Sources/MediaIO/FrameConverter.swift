import CFFmpeg
import Geometry

/// Turns decoded frames into upright sRGB pictures of one size.
///
/// swscale converts and resizes; tone mapping follows for high dynamic range; the copy out of
/// FFmpeg's padded memory turns and mirrors.
final class FrameConverter {
  /// Size of the pictures, after turning.
  let width, height: Int
  let orientation: DisplayOrientation

  private let codec: AVCodecID
  /// Size before turning.
  private let storedWidth, storedHeight: Int
  private var scaler: OpaquePointer?
  private var scalerColour: ColourDescription?
  private var toneMapper: ToneMapper?
  private var converted: OwnedFrame?

  /// Chooses the size from the first frame.
  ///
  /// - Parameter maximumDimension: The longer side is made no longer than this; nothing is enlarged.
  init(
    first frame: AVFrame, aspect: AVRational, orientation: DisplayOrientation, codec: AVCodecID,
    maximumDimension: Int?
  ) {
    self.codec = codec
    self.orientation = orientation
    var (width, height) = (Double(frame.width), Double(frame.height))
    let aspect = aspect.value
    if aspect > 1.001, aspect < 16 { width *= aspect }
    if aspect < 0.999, aspect > 1.0 / 16 { height /= aspect }
    if let maximumDimension {
      let scale = min(1, Double(max(1, maximumDimension)) / max(width, height))
      width *= scale
      height *= scale
    }
    storedWidth = max(1, Int(width.rounded()))
    storedHeight = max(1, Int(height.rounded()))
    self.width = orientation.isTransposed ? storedHeight : storedWidth
    self.height = orientation.isTransposed ? storedWidth : storedHeight
  }

  deinit { sws_freeContext(scaler) }

  /// The picture of a frame.
  ///
  /// - Parameter channels: 1, 3 or 4.
  func picture(_ frame: UnsafePointer<AVFrame>, channels: Int = 3) throws(MediaError) -> PixelImage
  {
    let colour = ColourDescription(frame: frame.pointee, codec: codec)
    let size = (Int(frame.pointee.width), Int(frame.pointee.height))
    // swscale resizes red, green and blue by way of luma and chroma, with loss: resize those here.
    let resizesHere = colour.matrix == .rgb && size != (storedWidth, storedHeight)
    let (width, height) = resizesHere ? size : (storedWidth, storedHeight)
    let needsToneMapping = channels == 3 && (colour.isHighDynamicRange || colour.isWideGamut)
    let format =
      switch channels {
      case 1: AV_PIX_FMT_GRAY8
      case 4: AV_PIX_FMT_RGBA
      default: needsToneMapping ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24
      }
    var rows = try convert(frame, colour: colour, width: width, height: height, to: format)
    if needsToneMapping { rows = try toneMapped(rows, colour: colour) }

    let (data, stride) = (rows.pointer.pointee.data.0!, Int(rows.pointer.pointee.linesize.0))
    let count = width * height * channels
    let samples = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
      orientation.copy(
        from: data, stride: stride, width: width, height: height, channels: channels,
        to: buffer.baseAddress!)
      initialised = count
    }
    let isTurned = orientation.isTransposed
    let picture = PixelImage(
      width: isTurned ? height : width, height: isTurned ? width : height, channels: channels,
      samples: samples)
    return resizesHere ? picture.resized(width: self.width, height: self.height) : picture
  }

  private func convert(
    _ frame: UnsafePointer<AVFrame>, colour: ColourDescription, width: Int, height: Int,
    to format: AVPixelFormat
  ) throws(MediaError) -> OwnedFrame {
    let output = try buffer(&converted, width: width, height: height, format: format)
    let flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP
    let input = frame.pointee
    let previous = scaler
    scaler = sws_getCachedContext(
      scaler, input.width, input.height, AVPixelFormat(input.format), Int32(width), Int32(height),
      format, flags, nil, nil, nil)
    guard let scaler else {
      throw .unusablePicture(reason: "Its pixel format cannot be converted")
    }
    if scaler != previous || scalerColour != colour {
      let matrix = sws_getCoefficients(colour.swscaleMatrix)
      sws_setColorspaceDetails(
        scaler, matrix, colour.isFullRange ? 1 : 0, matrix, 1, 0, 1 << 16, 1 << 16)
      scalerColour = colour
    }
    let result = sws_scale_frame(scaler, output.pointer, frame)
    guard result >= 0 else { throw .unusablePicture(reason: FFmpeg.reason(result)) }
    return output
  }

  private func toneMapped(
    _ wide: OwnedFrame, colour: ColourDescription
  ) throws(MediaError) -> OwnedFrame {
    let mapper = toneMapper ?? ToneMapper(colour: colour)
    toneMapper = mapper
    let (width, height) = (Int(wide.pointer.pointee.width), Int(wide.pointer.pointee.height))
    let narrow = try OwnedFrame(width: width, height: height, format: AV_PIX_FMT_RGB24)
    let (from, to) = (wide.pointer.pointee, narrow.pointer.pointee)
    for y in 0..<height {
      let row = UnsafeRawPointer(from.data.0! + y * Int(from.linesize.0))
      mapper.map(
        row.assumingMemoryBound(to: UInt16.self), count: width,
        to: to.data.0! + y * Int(to.linesize.0))
    }
    return narrow
  }

  private func buffer(
    _ kept: inout OwnedFrame?, width: Int, height: Int, format: AVPixelFormat
  ) throws(MediaError) -> OwnedFrame {
    if let kept, kept.pointer.pointee.width == width, kept.pointer.pointee.height == height,
      kept.pointer.pointee.format == format.rawValue
    {
      return kept
    }
    let made = try OwnedFrame(width: width, height: height, format: format)
    kept = made
    return made
  }
}
