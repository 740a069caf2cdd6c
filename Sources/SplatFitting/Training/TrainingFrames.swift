public import Geometry

/// The capture's frames as the fit reads them: foreground colour times matte, and matte, 8 bits.
public final class TrainingFrames: @unchecked Sendable {
  // @unchecked because the pixels are written only by `store`, before the fit starts.

  /// Size in pixels.
  public let width, height: Int
  /// How many frames.
  public let count: Int
  private let pixels: UnsafeMutablePointer<SIMD4<UInt8>>

  /// Allocates `count · width · height · 4` bytes.
  public init(width: Int, height: Int, count: Int) {
    self.width = width
    self.height = height
    self.count = count
    let total = max(1, width * height * count)
    pixels = .allocate(capacity: total)
    pixels.initialize(repeating: .zero, count: total)
  }

  deinit { pixels.deallocate() }

  /// Keeps a frame.
  ///
  /// - Parameters:
  ///   - foreground: the person's colour, three channels, not multiplied by the matte.
  ///   - matte: one channel.
  public func store(_ foreground: PixelImage, matte: PixelImage, at index: Int) {
    precondition(foreground.width == width && foreground.height == height)
    precondition(foreground.channels == 3 && matte.samples.count == width * height)
    let destination = pixels + index * width * height
    foreground.samples.withUnsafeBufferPointer { color in
      matte.samples.withUnsafeBufferPointer { alpha in
        for i in 0..<width * height {
          let a = UInt32(alpha[i])
          func scaled(_ c: Int) -> UInt8 { UInt8((UInt32(color[3 * i + c]) * a + 127) / 255) }
          destination[i] = SIMD4(scaled(0), scaled(1), scaled(2), alpha[i])
        }
      }
    }
  }

  /// The frame over a background, as planar floats: red, green, blue, matte, 0…1.
  ///
  /// - Parameters:
  ///   - reduction: 1 for full size, 2 for half (box filter).
  ///   - planes: four planes of `planeStride` floats; rows `rowStride` floats apart.
  ///   - rows: which rows of the reduced picture to fill.
  public func load(
    _ index: Int, reduction: Int, background: SIMD3<Float>,
    into planes: UnsafeMutablePointer<Float>, planeStride: Int, rowStride: Int, rows: Range<Int>
  ) {
    let w = width / reduction
    let source = pixels + index * width * height
    let over = SIMD4(background, 0)
    let gain = 1 / Float(255 * reduction * reduction)
    for y in rows {
      let out = planes + y * rowStride
      for x in 0..<w {
        var sum = SIMD4<UInt16>.zero
        for dy in 0..<reduction {
          let row = source + (y * reduction + dy) * width + x * reduction
          for dx in 0..<reduction { sum &+= SIMD4<UInt16>(truncatingIfNeeded: row[dx]) }
        }
        var v = SIMD4<Float>(Float(sum.x), Float(sum.y), Float(sum.z), Float(sum.w)) * gain
        v += over * (1 - v.w)
        out[x] = v.x
        out[planeStride + x] = v.y
        out[2 * planeStride + x] = v.z
        out[3 * planeStride + x] = v.w
      }
    }
  }
}
