import Foundation
import Geometry

/// A plain chart of one value a frame: a line over horizontal rules.
///
/// Rules are 5 apart and the rule of every 10 is darker; the lowest and highest rule enclose all
/// values. Infinite values are drawn at the top.
struct LineChart {
  private let values: [Double]
  private let low, high: Double

  /// Makes a chart.
  init(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    low = ((finite.min() ?? 0) / 5).rounded(.down) * 5
    high = max(low + 5, ((finite.max() ?? 5) / 5).rounded(.up) * 5)
    self.values = values
  }

  /// Draws it.
  func picture(width: Int = 960, height: Int = 320) -> PixelImage {
    var image = PixelImage(width: width, height: height, channels: 3, repeating: 255)
    for rule in stride(from: low, through: high, by: 5) {
      let y = row(rule, height: height)
      let shade: UInt8 = Int(rule) % 10 == 0 ? 170 : 225
      for x in 0..<width { image.paint(x, y, (shade, shade, shade)) }
    }
    guard let first = values.first else { return image }
    var previous = row(first, height: height)
    for x in 0..<width {
      let index = min(values.count - 1, x * values.count / width)
      let next = row(values[index], height: height)
      for y in min(previous, next)...max(previous, next) {
        image.paint(x, y, (30, 90, 200))
        image.paint(x, y + 1, (30, 90, 200))
      }
      previous = next
    }
    return image
  }

  private func row(_ value: Double, height: Int) -> Int {
    let share = value.isFinite ? (value - low) / (high - low) : 1
    return 4 + Int((1 - min(max(share, 0), 1)) * Double(height - 9))
  }
}

extension PixelImage {
  /// Sets a pixel where there is one.
  fileprivate mutating func paint(_ x: Int, _ y: Int, _ colour: (UInt8, UInt8, UInt8)) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    (self[x, y, 0], self[x, y, 1], self[x, y, 2]) = colour
  }
}
