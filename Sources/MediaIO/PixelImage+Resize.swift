public import Geometry

extension PixelImage {
  /// The same picture at another size.
  ///
  /// Separable Catmull–Rom interpolation, its kernel widened when reducing so that nothing aliases.
  /// Straight alpha is weighted in, so that colours under transparency do not bleed.
  ///
  /// - Precondition: Sizes are positive, as is the picture's.
  /// - Complexity: O(samples × kernel width), through a floating-point copy of the picture.
  public func resized(width newWidth: Int, height newHeight: Int) -> PixelImage {
    precondition(newWidth > 0 && newHeight > 0 && width > 0 && height > 0)
    if newWidth == width && newHeight == height { return self }
    let columns = ResizeTaps(from: width, to: newWidth)
    let rows = ResizeTaps(from: height, to: newHeight)

    // Horizontally, one source row at a time, into floating-point rows of the new width.
    let rowCount = newWidth * channels
    var middle = [Float](repeating: 0, count: rowCount * height)
    var line = [Float](repeating: 0, count: width * channels)
    for y in 0..<height {
      load(row: y, into: &line)
      columns.apply(line, channels: channels, to: &middle, at: y * rowCount)
    }

    var result = PixelImage(width: newWidth, height: newHeight, channels: channels)
    var sum = [Float](repeating: 0, count: rowCount)
    for y in 0..<newHeight {
      for i in 0..<rowCount { sum[i] = 0 }
      for tap in 0..<rows.width {
        let weight = rows.weights[y * rows.width + tap]
        let start = rows.index(y, tap) * rowCount
        for i in 0..<rowCount { sum[i] += weight * middle[start + i] }
      }
      result.store(sum, row: y)
    }
    return result
  }

  /// The same picture with its longer side at most `maximumDimension`; never enlarged.
  public func reduced(toMaximumDimension maximumDimension: Int) -> PixelImage {
    let longer = max(width, height)
    guard longer > maximumDimension, maximumDimension > 0 else { return self }
    func reduced(_ length: Int) -> Int {
      max(1, (length * maximumDimension + longer / 2) / longer)
    }
    return resized(width: reduced(width), height: reduced(height))
  }

  private func load(row: Int, into line: inout [Float]) {
    let start = row * width * channels
    for i in 0..<width * channels { line[i] = Float(samples[start + i]) }
    guard channels == 4 else { return }
    for x in 0..<width {
      let alpha = line[4 * x + 3] * (1 / 255)
      for c in 0..<3 { line[4 * x + c] *= alpha }
    }
  }

  private mutating func store(_ line: [Float], row: Int) {
    let start = row * width * channels
    if channels != 4 {
      for i in 0..<width * channels { samples[start + i] = Self.byte(line[i]) }
      return
    }
    for x in 0..<width {
      let alpha = line[4 * x + 3]
      let scale = alpha > 0.5 ? 255 / alpha : 0
      for c in 0..<3 { samples[start + 4 * x + c] = Self.byte(line[4 * x + c] * scale) }
      samples[start + 4 * x + 3] = Self.byte(alpha)
    }
  }

  private static func byte(_ value: Float) -> UInt8 {
    UInt8(min(max(value, 0), 255) + 0.5)
  }
}

/// The weighted source samples of every destination sample along one axis.
private struct ResizeTaps {
  /// Taps a destination sample.
  let width: Int
  /// The first tap's source index of each destination sample; may lie outside.
  let starts: [Int]
  /// `width` weights a destination sample; each set sums to 1.
  let weights: [Float]
  let limit: Int

  init(from source: Int, to destination: Int) {
    let scale = Double(source) / Double(destination)
    let stretch = max(1, scale)
    width = Int((4 * stretch).rounded(.up)) + 1
    limit = source - 1
    var starts: [Int] = []
    var weights: [Float] = []
    for i in 0..<destination {
      let centre = (Double(i) + 0.5) * scale - 0.5
      let start = Int((centre - 2 * stretch).rounded(.up))
      let raw = (0..<width).map { Self.kernel((Double(start + $0) - centre) / stretch) }
      let total = raw.reduce(0, +)
      starts.append(start)
      weights += raw.map { Float($0 / total) }
    }
    self.starts = starts
    self.weights = weights
  }

  /// The cubic kernel of Keys (1981), a = −1/2.
  private static func kernel(_ x: Double) -> Double {
    let x = x.magnitude
    if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
    if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
    return 0
  }

  /// The source index of a tap, edges repeated.
  func index(_ destination: Int, _ tap: Int) -> Int {
    min(max(starts[destination] + tap, 0), limit)
  }

  func apply(_ line: [Float], channels: Int, to output: inout [Float], at offset: Int) {
    for x in 0..<starts.count {
      for tap in 0..<width {
        let weight = weights[x * width + tap]
        let from = index(x, tap) * channels
        let to = offset + x * channels
        for c in 0..<channels { output[to + c] += weight * line[from + c] }
      }
    }
  }
}
