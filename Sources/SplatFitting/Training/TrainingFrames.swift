import GaussianSplats
public import Geometry

/// The capture's frames as the fit reads them: foreground colour times matte, and matte, 8 bits.
public final class TrainingFrames: @unchecked Sendable {
  // @unchecked because the pixels are written only by `store`, before the fit starts.

  /// Size in pixels.
  public let width, height: Int
  /// How many frames.
  public let count: Int
  private var pixels: [UnsafeMutablePointer<SIMD4<UInt8>>?]

  /// Room for `count` frames; each takes `width · height · 4` bytes once it is stored.
  public init(width: Int, height: Int, count: Int) {
    self.width = width
    self.height = height
    self.count = count
    pixels = [UnsafeMutablePointer<SIMD4<UInt8>>?](repeating: nil, count: count)
  }

  deinit { for frame in pixels { frame?.deallocate() } }

  /// Keeps a frame.
  ///
  /// - Parameters:
  ///   - foreground: the person's light, colour times matte, three channels.
  ///   - matte: one channel.
  public func store(_ foreground: PixelImage, matte: PixelImage, at index: Int) {
    precondition(foreground.width == width && foreground.height == height)
    precondition(foreground.channels == 3 && matte.samples.count == width * height)
    pixels[index]?.deallocate()
    let destination = UnsafeMutablePointer<SIMD4<UInt8>>.allocate(capacity: width * height)
    pixels[index] = destination
    foreground.samples.withUnsafeBufferPointer { color in
      matte.samples.withUnsafeBufferPointer { alpha in
        for i in 0..<width * height {
          destination[i] = SIMD4(color[3 * i], color[3 * i + 1], color[3 * i + 2], alpha[i])
        }
      }
    }
  }

  /// A frame over a grey, three channels.
  public func picture(_ index: Int, over grey: UInt8) -> PixelImage {
    var result = PixelImage(width: width, height: height, channels: 3)
    guard let source = pixels[index] else { return result }
    for i in 0..<width * height {
      let v = source[i]
      let behind = (Int(grey) * (255 - Int(v.w)) + 127) / 255
      for c in 0..<3 { result.samples[3 * i + c] = UInt8(min(255, Int(v[c]) + behind)) }
    }
    return result
  }

  /// The frame as planes: red, green, blue times matte, and one minus matte, 0…1.
  ///
  /// - Parameters:
  ///   - reduction: 1 for full size, 2 for half (box filter).
  ///   - planes: of the reduced size.
  ///   - rows: which rows to fill.
  func load(_ index: Int, reduction: Int, into planes: ImagePlanes, rows: Range<Int>) {
    guard let source = pixels[index] else { preconditionFailure("frame \(index) was not stored") }
    let gain = 1 / Float(255 * reduction * reduction)
    for y in rows {
      let out = planes.pointer + y * planes.rowStride
      for x in 0..<planes.width {
        var sum = SIMD4<UInt16>.zero
        for dy in 0..<reduction {
          let row = source + (y * reduction + dy) * width + x * reduction
          for dx in 0..<reduction { sum &+= SIMD4<UInt16>(truncatingIfNeeded: row[dx]) }
        }
        out[x] = Float(sum.x) * gain
        out[planes.planeStride + x] = Float(sum.y) * gain
        out[2 * planes.planeStride + x] = Float(sum.z) * gain
        out[3 * planes.planeStride + x] = 1 - Float(sum.w) * gain
      }
    }
  }
}
