/// Charts as SVG, coloured by the page's style.
enum ReportCharts {
  private static let width = 640.0
  private static let height = 240.0
  private static let left = 64.0
  private static let right = 620.0
  private static let bottom = 34.0

  /// A line over two axes.
  ///
  /// - Parameters:
  ///   - label: what is shown, for those who cannot see it.
  ///   - mean: drawn as a dashed line, if given.
  static func line(
    _ points: [(x: Double, y: Double)], label: String, xTitle: String, yTitle: String,
    fromZero: Bool = false, mean: Double? = nil
  ) -> String {
    let usable = points.filter { $0.x.isFinite && $0.y.isFinite }
    guard let first = usable.first, usable.count > 1 else { return "" }
    let x = Scale(
      usable.map(\.x).min() ?? first.x, usable.map(\.x).max() ?? first.x, to: left, right)
    let y = Scale(
      fromZero ? 0 : usable.map(\.y).min() ?? 0, usable.map(\.y).max() ?? 1, to: height - bottom, 12
    )
    var parts = axes(x, y, xTitle: xTitle, yTitle: yTitle, xDecimals: 0, yDecimals: 0)
    if let mean, mean.isFinite {
      let row = text(y.place(mean))
      parts.append(
        "<line class=\"mean\" x1=\"\(text(left))\" x2=\"\(text(right))\" y1=\"\(row)\" "
          + "y2=\"\(row)\"/>")
    }
    let path = thinned(usable, to: 600).map { "\(text(x.place($0.x))),\(text(y.place($0.y)))" }
    parts.append("<polyline class=\"line\" points=\"\(path.joined(separator: " "))\"/>")
    return svg(parts, label: label, height: height)
  }

  /// Where the head pointed: yaw to the right, as the viewer sees it, pitch upward; the wished
  /// range as a frame.
  static func turns(_ turns: [CaptureCoverage.HeadTurn], label: String) -> String {
    let tall = 300.0
    let x = Scale(-45, 45, to: left, right), y = Scale(-25, 30, to: tall - bottom, 12)
    var parts = axes(
      x, y, xTitle: "turned to your right  ·  degrees  ·  turned to your left",
      yTitle: "chin up", xDecimals: 0, yDecimals: 0, height: tall)
    let wish = (
      left: x.place(Double(-CaptureAdvice.Threshold.yaw)),
      right: x.place(Double(CaptureAdvice.Threshold.yaw)),
      top: y.place(Double(CaptureAdvice.Threshold.up)),
      bottom: y.place(Double(-CaptureAdvice.Threshold.down))
    )
    parts.append(
      "<rect class=\"wish\" x=\"\(text(wish.left))\" y=\"\(text(wish.top))\" "
        + "width=\"\(text(wish.right - wish.left))\" height=\"\(text(wish.bottom - wish.top))\"/>")
    let step = max(1, turns.count / 300)
    for i in stride(from: 0, to: turns.count, by: step) {
      let yaw = Double(min(max(turns[i].yaw, -45), 45))
      let pitch = Double(min(max(turns[i].pitch, -25), 30))
      parts.append(
        "<circle class=\"dot\" r=\"3\" cx=\"\(text(x.place(yaw)))\" cy=\"\(text(y.place(pitch)))\"/>"
      )
    }
    return svg(parts, label: label, height: tall)
  }

  // MARK: Pieces

  /// A linear scale with round steps.
  private struct Scale {
    let low, high, from, to: Double
    let step: Double

    init(_ least: Double, _ most: Double, to from: Double, _ to: Double) {
      let span = max(most - least, max(most.magnitude, 1) * 1e-6)
      step = Self.step(span / 4)
      low = (least / step).rounded(.down) * step
      high = max((most / step).rounded(.up) * step, low + step)
      self.from = from
      self.to = to
    }

    func place(_ v: Double) -> Double { from + (v - low) / (high - low) * (to - from) }

    var ticks: [Double] {
      (0...Int(((high - low) / step).rounded())).map { low + Double($0) * step }
    }

    /// So many that ticks differ.
    func decimals(atLeast least: Int) -> Int {
      max(least, step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3)
    }

    /// 1, 2 or 5 times a power of ten, the next above.
    private static func step(_ v: Double) -> Double {
      var power = 1.0
      while power > v { power /= 10 }
      while power * 10 <= v { power *= 10 }
      for factor in [1.0, 2, 5] where factor * power >= v { return factor * power }
      return 10 * power
    }
  }

  private static func axes(
    _ x: Scale, _ y: Scale, xTitle: String, yTitle: String, xDecimals: Int, yDecimals: Int,
    height: Double = height
  ) -> [String] {
    var parts: [String] = []
    for tick in y.ticks {
      let row = text(y.place(tick))
      parts.append(
        "<line class=\"grid\" x1=\"\(text(left))\" x2=\"\(text(right))\" y1=\"\(row)\" "
          + "y2=\"\(row)\"/>"
          + "<text x=\"\(text(left - 6))\" y=\"\(row)\" text-anchor=\"end\" "
          + "dominant-baseline=\"middle\">"
          + Markup.number(tick, decimals: y.decimals(atLeast: yDecimals)) + "</text>")
    }
    for tick in x.ticks {
      parts.append(
        "<text x=\"\(text(x.place(tick)))\" y=\"\(text(height - bottom + 14))\" "
          + "text-anchor=\"middle\">"
          + Markup.number(tick, decimals: x.decimals(atLeast: xDecimals)) + "</text>")
    }
    parts.append(
      "<text x=\"\(text((left + right) / 2))\" y=\"\(text(height - 3))\" "
        + "text-anchor=\"middle\" class=\"title\">\(Markup.escaped(xTitle))</text>")
    parts.append(
      "<text x=\"12\" y=\"\(text((height - bottom) / 2))\" text-anchor=\"middle\" class=\"title\" "
        + "transform=\"rotate(-90 12 \(text((height - bottom) / 2)))\">"
        + "\(Markup.escaped(yTitle))</text>")
    return parts
  }

  private static func svg(_ parts: [String], label: String, height: Double) -> String {
    "<svg role=\"img\" aria-label=\"\(Markup.escaped(label))\" "
      + "viewBox=\"0 0 \(text(width)) \(text(height))\">" + parts.joined() + "</svg>"
  }

  /// Every few points' mean, so that no chart has more than `count`.
  private static func thinned(
    _ points: [(x: Double, y: Double)], to count: Int
  ) -> [(x: Double, y: Double)] {
    if points.count <= count { return points }
    return (0..<count).map { k in
      let part = points[k * points.count / count..<(k + 1) * points.count / count]
      return (part[part.startIndex].x, part.reduce(0) { $0 + $1.y } / Double(part.count))
    }
  }

  private static func text(_ v: Double) -> String {
    let tenths = Int((v * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }
}
