import Geometry

/// What lies between the islands of a texture.
enum TextureRim {
  /// The pixels of weighed sums of colours; around them, to a reach, their edges' colours, and beyond
  /// the mean of all.
  static func filled(_ sums: [SIMD4<Float>], size: Int, reach: Int) -> [UInt8] {
    var sums = sums.map { (s: SIMD4<Float>) -> SIMD4<Float> in s.w > 0 ? s / s.w : .zero }
    for _ in 0..<reach {
      let before = sums
      for y in 0..<size {
        for x in 0..<size where before[y * size + x].w == 0 {
          var sum = SIMD4<Float>.zero
          for dy in max(y - 1, 0)...min(y + 1, size - 1) {
            for dx in max(x - 1, 0)...min(x + 1, size - 1) { sum += before[dy * size + dx] }
          }
          if sum.w > 0 { sums[y * size + x] = sum / sum.w }
        }
      }
    }
    let total = sums.reduce(SIMD4<Float>.zero) { $0 + $1 }
    let mean = total.w > 0 ? total / total.w : SIMD4(repeating: 0.5)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * size * size)
    for sum in sums {
      let color = sum.w > 0 ? sum : mean
      for k in 0..<3 { pixels.append(UInt8(min(max(color[k], 0), 1) * 255 + 0.5)) }
    }
    return pixels
  }
}
