import Geometry
import MediaIO
import PictureMetrics

/// Says where in a frame to look more closely, for example at the head.
protocol CropSource: AnyObject {
  /// The rectangle for a frame, or nil where there is nothing to look at.
  func crop(of picture: PixelImage, at time: Double) throws -> PixelRectangle?
}

/// One rectangle for all frames.
final class FixedCrop: CropSource {
  private let rectangle: PixelRectangle

  init(_ rectangle: PixelRectangle) { self.rectangle = rectangle }

  func crop(of picture: PixelImage, at time: Double) throws -> PixelRectangle? {
    let clipped = rectangle.clipped(toWidth: picture.width, height: picture.height)
    return clipped.area > 0 ? clipped : nil
  }
}

/// The box around what a matte (white on black, of any size) shows at the time.
final class MatteCrop: CropSource {
  private let source: any FrameSource
  private var current: VideoFrame?
  private var following: VideoFrame?

  init(_ source: any FrameSource) throws {
    self.source = source
    current = try source.next()
    following = try source.next()
  }

  func crop(of picture: PixelImage, at time: Double) throws -> PixelRectangle? {
    while let current, let following,
      (following.time - time).magnitude <= (current.time - time).magnitude
    {
      self.current = following
      self.following = try source.next()
    }
    return current.flatMap { Self.box(of: $0.image, width: picture.width, height: picture.height) }
  }

  /// The box around samples above one half, scaled to a picture's size.
  static func box(of matte: PixelImage, width: Int, height: Int) -> PixelRectangle? {
    var (left, right, top, bottom) = (Int.max, -1, Int.max, -1)
    for y in 0..<matte.height {
      for x in 0..<matte.width where matte[x, y, 0] > 127 {
        (left, right) = (min(left, x), max(right, x))
        (top, bottom) = (min(top, y), max(bottom, y))
      }
    }
    guard right >= 0 else { return nil }
    let (x, y) = (left * width / matte.width, top * height / matte.height)
    return PixelRectangle(
      x: x, y: y,
      width: ((right + 1) * width + matte.width - 1) / matte.width - x,
      height: ((bottom + 1) * height + matte.height - 1) / matte.height - y)
  }
}
