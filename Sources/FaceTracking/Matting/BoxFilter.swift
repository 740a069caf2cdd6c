/// Means over square windows by running sums.
enum BoxFilter {
  /// Replaces each value by the mean over the square of `2 · radius + 1` about it, as far as it
  /// lies inside.
  ///
  /// - Complexity: O(width · height), whatever the radius.
  static func mean(_ values: inout [SIMD16<Float>], width: Int, height: Int, radius: Int) {
    var sums = [SIMD16<Float>](repeating: .zero, count: values.count)
    for y in 0..<height {
      let row = y * width
      var sum = SIMD16<Float>.zero
      for x in 0..<min(radius, width) { sum += values[row + x] }
      for x in 0..<width {
        if x + radius < width { sum += values[row + x + radius] }
        if x > radius { sum -= values[row + x - radius - 1] }
        sums[row + x] = sum * (1 / Float(min(x + radius, width - 1) - max(x - radius, 0) + 1))
      }
    }
    var column = [SIMD16<Float>](repeating: .zero, count: width)
    for y in 0..<min(radius, height) {
      for x in 0..<width { column[x] += sums[y * width + x] }
    }
    for y in 0..<height {
      if y + radius < height {
        for x in 0..<width { column[x] += sums[(y + radius) * width + x] }
      }
      if y > radius {
        for x in 0..<width { column[x] -= sums[(y - radius - 1) * width + x] }
      }
      let scale = 1 / Float(min(y + radius, height - 1) - max(y - radius, 0) + 1)
      for x in 0..<width { values[y * width + x] = column[x] * scale }
    }
  }

  /// The same for four values a pixel.
  static func mean(_ values: inout [SIMD4<Float>], width: Int, height: Int, radius: Int) {
    var sums = [SIMD4<Float>](repeating: .zero, count: values.count)
    for y in 0..<height {
      let row = y * width
      var sum = SIMD4<Float>.zero
      for x in 0..<min(radius, width) { sum += values[row + x] }
      for x in 0..<width {
        if x + radius < width { sum += values[row + x + radius] }
        if x > radius { sum -= values[row + x - radius - 1] }
        sums[row + x] = sum * (1 / Float(min(x + radius, width - 1) - max(x - radius, 0) + 1))
      }
    }
    var column = [SIMD4<Float>](repeating: .zero, count: width)
    for y in 0..<min(radius, height) {
      for x in 0..<width { column[x] += sums[y * width + x] }
    }
    for y in 0..<height {
      if y + radius < height {
        for x in 0..<width { column[x] += sums[(y + radius) * width + x] }
      }
      if y > radius {
        for x in 0..<width { column[x] -= sums[(y - radius - 1) * width + x] }
      }
      let scale = 1 / Float(min(y + radius, height - 1) - max(y - radius, 0) + 1)
      for x in 0..<width { values[y * width + x] = column[x] * scale }
    }
  }
}
