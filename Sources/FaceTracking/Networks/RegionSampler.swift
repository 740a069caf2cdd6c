internal import CLanes
internal import Geometry

/// Cuts regions out of pictures as networks want them: `height × width × 3` floats.
///
/// Bilinear; where the region is shrunk more than twofold, several samples are averaged a value, so
/// that fine texture does not alias into jitter.
struct RegionSampler {
  /// What lies outside the picture.
  enum Border {
    /// The nearest pixel of the edge.
    case replicate
    /// Black.
    case zero
  }

  /// The tensor's size.
  let width, height: Int
  var border = Border.replicate
  /// Whether the tensor is the region's mirror image, left to right.
  var mirrored = false
  /// `value = sample × gain + bias` for samples of 0…255.
  var gain: Float = 1 / 255
  var bias: Float = 0
  /// The most samples along each axis for one value.
  var maximumTaps = 4

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Fills `tensor` from a region of a picture.
  ///
  /// - Complexity: O(width · height · taps²).
  func fill(_ tensor: inout [Float], from image: PixelImage, region: ImageRegion) {
    let count = width * height * 3
    if tensor.count != count { tensor = [Float](repeating: 0, count: count) }
    let shrink = max(region.extent.x / Float(width), region.extent.y / Float(height))
    // Written so that no number, however odd, stops the conversion.
    let taps =
      shrink < Float(2 * maximumTaps) ? max(1, Int(max(0, shrink * 0.5).rounded(.up))) : maximumTaps
    let map = region.imageFromUnit
    let subsample = SIMD2(1 / Float(width * taps), 1 / Float(height * taps))
    // Half a pixel back: from positions to indices.
    let origin = map * (subsample * 0.5) - SIMD2(0.5, 0.5)
    let stepX = map.x * subsample.x
    let stepY = map.y * subsample.y
    let scale = gain / Float(taps * taps)
    // Safe because the source does not leave the closure.
    unsafe image.samples.withUnsafeBufferPointer { samples in
      guard let base = samples.baseAddress else { return }
      let source = unsafe Source(
        base: base, width: image.width, height: image.height, channels: image.channels)
      for j in 0..<height {
        for i in 0..<width {
          var sum = SIMD4<Float>.zero
          for v in 0..<taps {
            let row = origin + stepY * Float(j * taps + v)
            for u in 0..<taps {
              let p = row + stepX * Float(i * taps + u)
              switch border {
              case .replicate: sum += source.clamped(p)
              case .zero: sum += source.checked(p)
              }
            }
          }
          let value = sum * scale + bias
          let column = mirrored ? width - 1 - i : i
          let at = (j * width + column) * 3
          tensor[at] = value.x
          tensor[at + 1] = value.y
          tensor[at + 2] = value.z
        }
      }
    }
  }
}

/// The pixels that a sampler reads.
///
// Safe because it lives no longer than the pointer, and both ways to read clamp or check indices.
@safe
private struct Source {
  private let base: UnsafePointer<UInt8>
  private let width, height, channels: Int

  /// The last index at which four samples can be read.
  private let lastQuad: Int

  init(base: UnsafePointer<UInt8>, width: Int, height: Int, channels: Int) {
    unsafe self.base = base
    lastQuad = width * height * channels - 4
    self.width = width
    self.height = height
    self.channels = channels
  }

  @inline(__always)
  private func pixel(_ x: Int, _ y: Int) -> SIMD4<Float> {
    let at = (y * width + x) * channels
    if channels == 1 { return SIMD4(repeating: Float(unsafe base[at])) }
    // Four samples at once; what the fourth lane holds does not matter.
    if at <= lastQuad { return unsafe lanes_bytes4(base + at) }
    return unsafe SIMD4(Float(base[at]), Float(base[at + 1]), Float(base[at + 2]), 0)
  }

  /// Bilinear, the edge's pixels repeated.
  @inline(__always)
  func clamped(_ p: SIMD2<Float>) -> SIMD4<Float> {
    // Not a number goes to 0.
    let px = p.x > 0 ? min(p.x, Float(width - 1)) : 0
    let py = p.y > 0 ? min(p.y, Float(height - 1)) : 0
    let x = Int(px), y = Int(py)
    let fx = px - Float(x), fy = py - Float(y)
    let x1 = min(x + 1, width - 1), y1 = min(y + 1, height - 1)
    let a = pixel(x, y), b = pixel(x, y1)
    let top = a + (pixel(x1, y) - a) * fx
    let bottom = b + (pixel(x1, y1) - b) * fx
    return top + (bottom - top) * fy
  }

  /// Bilinear, black outside.
  @inline(__always)
  func checked(_ p: SIMD2<Float>) -> SIMD4<Float> {
    if !(p.x > -1 && p.y > -1 && p.x < Float(width) && p.y < Float(height)) { return .zero }
    let x = Int(p.x + 1) - 1, y = Int(p.y + 1) - 1
    let fx = p.x - Float(x), fy = p.y - Float(y)
    let left = x >= 0, right = x + 1 < width
    var sum = SIMD4<Float>.zero
    if y >= 0 {
      if left { sum += pixel(x, y) * ((1 - fx) * (1 - fy)) }
      if right { sum += pixel(x + 1, y) * (fx * (1 - fy)) }
    }
    if y + 1 < height {
      if left { sum += pixel(x, y + 1) * ((1 - fx) * fy) }
      if right { sum += pixel(x + 1, y + 1) * (fx * fy) }
    }
    return sum
  }
}

extension PixelImage {
  /// Throws unless the picture has pixels and 1, 3 or 4 channels.
  func checkUsable() throws(FaceTrackingError) {
    guard width > 0, height > 0, channels == 1 || channels == 3 || channels == 4 else {
      throw .unusablePicture(width: width, height: height, channels: channels)
    }
  }
}
