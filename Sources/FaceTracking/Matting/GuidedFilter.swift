internal import Geometry

/// Makes a rough matte follow the edges of a picture (He, Sun, Tang: *Guided Image Filtering*,
/// 2010, section 3.3, and *Fast Guided Filter*, 2015).
///
/// In every window the matte is explained as a linear function of colour, `α ≈ a·I + b`, with a
/// penalty ε|a|²; the functions are found at low resolution and evaluated at full resolution.
public enum GuidedFilter {
  /// The functions' coefficients (a.r, a.g, a.b, b), one a pixel of the guide.
  ///
  /// - Parameters:
  ///   - guide: colours of 0…1, rows of `width`; the fourth lane is ignored.
  ///   - target: the matte to follow the guide's edges, 0…1.
  ///   - radius: windows are squares of `2 · radius + 1` pixels.
  ///   - epsilon: the penalty; colour variance far below it does not count as an edge.
  /// - Complexity: O(width · height), whatever the radius.
  public static func coefficients(
    guide: [SIMD4<Float>], target: [Float], width: Int, height: Int, radius: Int, epsilon: Float
  ) -> [SIMD4<Float>] {
    precondition(guide.count == width * height && target.count == guide.count)
    // Lanes: r g b α | rα gα bα 1 | rr rg rb gg | gb bb – –
    var moments = [SIMD16<Float>](repeating: .zero, count: guide.count)
    for k in guide.indices {
      let c = guide[k], t = target[k]
      moments[k] = SIMD16(
        c.x, c.y, c.z, t, c.x * t, c.y * t, c.z * t, 1,
        c.x * c.x, c.x * c.y, c.x * c.z, c.y * c.y, c.y * c.z, c.z * c.z, 0, 0)
    }
    BoxFilter.mean(&moments, width: width, height: height, radius: radius)
    var functions = [SIMD4<Float>](repeating: .zero, count: guide.count)
    for k in functions.indices { functions[k] = solve(moments[k], epsilon: epsilon) }
    BoxFilter.mean(&functions, width: width, height: height, radius: radius)
    return functions
  }

  /// (a, b) of one window, from its moments.
  @inline(__always)
  private static func solve(_ m: SIMD16<Float>, epsilon: Float) -> SIMD4<Float> {
    let r = m[0], g = m[1], b = m[2], t = m[3]
    let rr = m[8] - r * r + epsilon, rg = m[9] - r * g, rb = m[10] - r * b
    let gg = m[11] - g * g + epsilon, gb = m[12] - g * b, bb = m[13] - b * b + epsilon
    let cr = m[4] - r * t, cg = m[5] - g * t, cb = m[6] - b * t
    let i0 = gg * bb - gb * gb, i1 = rb * gb - rg * bb, i2 = rg * gb - rb * gg
    let determinant = rr * i0 + rg * i1 + rb * i2
    if !(determinant > 1e-20) { return SIMD4(0, 0, 0, t) }
    let scale = 1 / determinant
    let ar = (i0 * cr + i1 * cg + i2 * cb) * scale
    let ag = (i1 * cr + (rr * bb - rb * rb) * cg + (rg * rb - rr * gb) * cb) * scale
    let ab = (i2 * cr + (rg * rb - rr * gb) * cg + (rr * gg - rg * rg) * cb) * scale
    return SIMD4(ar, ag, ab, t - ar * r - ag * g - ab * b)
  }

  /// Evaluates the functions on a picture: one byte a pixel, written where `region` covers it.
  ///
  /// - Parameters:
  ///   - functions: coefficients in rows of `width`, spread over the upright `region`.
  ///   - contrast: the matte is stretched by this factor about one half, and clamped.
  static func apply(
    _ functions: [SIMD4<Float>], width: Int, height: Int, region: ImageRegion, contrast: Float,
    to image: PixelImage, into matte: inout PixelImage
  ) {
    let corner = region.center - region.extent * 0.5
    let perPixel = SIMD2(Float(width), Float(height)) / region.extent
    let left = max(0, Int(corner.x.rounded())), top = max(0, Int(corner.y.rounded()))
    let right = min(image.width, Int((corner.x + region.extent.x).rounded()))
    let bottom = min(image.height, Int((corner.y + region.extent.y).rounded()))
    guard left < right, top < bottom else { return }
    var columns = [Column]()
    for x in left..<right {
      columns.append(Column((Float(x) + 0.5 - corner.x) * perPixel.x - 0.5, count: width))
    }
    let channels = image.channels
    var row = [SIMD4<Float>](repeating: .zero, count: width)
    for y in top..<bottom {
      let at = Column((Float(y) + 0.5 - corner.y) * perPixel.y - 0.5, count: height)
      for i in 0..<width {
        let upper = functions[at.first * width + i], lower = functions[at.second * width + i]
        row[i] = upper + (lower - upper) * at.share
      }
      for x in left..<right {
        let c = columns[x - left]
        let f = row[c.first] + (row[c.second] - row[c.first]) * c.share
        let p = (y * image.width + x) * channels
        let red = Float(image.samples[p])
        let color =
          channels == 1
          ? SIMD4(red, red, red, 255)
          : SIMD4(red, Float(image.samples[p + 1]), Float(image.samples[p + 2]), 255)
        let product = f * color
        let value = (product.x + product.y) + (product.z + product.w)
        let sharp = (value - 127.5) * contrast + 128
        matte.samples[y * matte.width + x] = UInt8(min(max(sharp, 0), 255))
      }
    }
  }

  /// Two neighbours and the second's share.
  private struct Column {
    var first, second: Int
    var share: Float

    init(_ position: Float, count: Int) {
      let p = min(max(position, 0), Float(count - 1))
      first = Int(p)
      second = min(first + 1, count - 1)
      share = p - Float(first)
    }
  }
}
