/// Colours known at some pixels, carried to all others.
enum ColorPyramid {
  /// Fills every pixel from the known ones about it: near ones where there are any, else far ones.
  ///
  /// Push-pull (Gortler et al., *The Lumigraph*, 1996, section 3.4): averages are gathered in a
  /// pyramid, and holes filled from the level above.
  ///
  /// - Parameter known: colours multiplied by their weight, 0…1, with the weight in the last lane.
  /// - Returns: Colours, with weight 1; all zero when nothing is known.
  /// - Complexity: O(width · height).
  static func filled(_ known: [SIMD4<Float>], width: Int, height: Int) -> [SIMD4<Float>] {
    if width == 1 && height == 1 {
      let weight = known[0].w
      return [weight > 0 ? known[0] / weight : known[0]]
    }
    let w = (width + 1) / 2, h = (height + 1) / 2
    var half = [SIMD4<Float>](repeating: .zero, count: w * h)
    for y in 0..<height {
      let row = (y >> 1) * w
      for x in 0..<width { half[row + (x >> 1)] += known[y * width + x] }
    }
    for k in half.indices where half[k].w > 1 { half[k] /= half[k].w }
    let coarse = filled(half, width: w, height: h)

    var result = known
    for y in 0..<height {
      // Bilinear from the coarse level, whose pixels are twice as large.
      let fy = y & 1 == 0 ? -1 : 1
      let y0 = y >> 1, y1 = min(max(y0 + fy, 0), h - 1)
      for x in 0..<width {
        let own = known[y * width + x]
        if own.w >= 1 { continue }
        let fx = x & 1 == 0 ? -1 : 1
        let x0 = x >> 1, x1 = min(max(x0 + fx, 0), w - 1)
        let near = coarse[y0 * w + x0] * 0.75 + coarse[y0 * w + x1] * 0.25
        let far = coarse[y1 * w + x0] * 0.75 + coarse[y1 * w + x1] * 0.25
        result[y * width + x] = own + (near * 0.75 + far * 0.25) * (1 - own.w)
      }
    }
    return result
  }
}
