/// A picture of 8-bit samples, interleaved, rows from the top.
///
/// Colour samples are sRGB; a fourth channel is straight (not premultiplied) alpha; a picture with
/// one channel is a matte or luma.
public struct PixelImage: Sendable, Equatable {
  /// Size in pixels.
  public let width, height: Int
  /// Samples a pixel: 1, 3 or 4.
  public let channels: Int
  /// `height × width × channels` samples.
  public var samples: [UInt8]

  /// Makes a picture of one value.
  public init(width: Int, height: Int, channels: Int, repeating value: UInt8 = 0) {
    self.width = width
    self.height = height
    self.channels = channels
    samples = [UInt8](repeating: value, count: width * height * channels)
  }

  /// Makes a picture from its samples.
  ///
  /// - Precondition: `samples.count == width * height * channels`.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    precondition(samples.count == width * height * channels)
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// The sample at column `x`, row `y`, channel `c`.
  @inlinable
  public subscript(x: Int, y: Int, c: Int) -> UInt8 {
    get { samples[(y * width + x) * channels + c] }
    set { samples[(y * width + x) * channels + c] = newValue }
  }
}
