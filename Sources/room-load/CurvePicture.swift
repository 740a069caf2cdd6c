import Foundation

/// A report as a picture: delay and processor time against the number of people.
struct CurvePicture {
  let report: LoadReport

  private let width = 720.0
  private let height = 260.0
  private let left = 64.0
  private let top = 34.0
  private let right = 24.0

  /// The picture.
  var svg: String {
    let delays = panel(
      title: "Delay from encoder to decoder, in milliseconds", top: 0,
      lines: [
        ("median", "#2a7ab0", report.points.map(\.median)),
        ("99 of 100", "#b04a2a", report.points.map(\.p99)),
      ])
    let processors = panel(
      title: "Processors used, of \(report.processors)", top: height,
      lines: [
        ("server", "#2a7ab0", report.points.map(\.serverProcessors)),
        ("simulated people", "#999999", report.points.map(\.loadProcessors)),
      ])
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(2 * height))" \
      font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>
      \(delays)
      \(processors)
      </svg>

      """
  }

  private func panel(
    title: String, top offset: Double, lines: [(name: String, colour: String, values: [Double])]
  ) -> String {
    let bottom = height - 36
    let most = lines.flatMap(\.values).max().map { $0 * 1.1 } ?? 1
    let people = report.points.map { Double($0.people) }
    let furthest = people.max() ?? 1
    let x = { (value: Double) in left + value / furthest * (width - left - right) }
    let y = { (value: Double) in bottom - value / max(most, 1e-9) * (bottom - top) }
    var parts = [
      text(title, left, 20),
      "<path d=\"M\(left) \(top)V\(bottom)H\(width - right)\" fill=\"none\" "
        + "stroke=\"#444\"/>",
    ]
    for count in people {
      parts.append(text("\(Int(count))", x(count), bottom + 18, anchor: "middle"))
    }
    for step in 0...4 {
      let value = most * Double(step) / 4
      parts.append(
        text(
          String(format: most < 10 ? "%.2f" : "%.0f", value), left - 6, y(value) + 4, anchor: "end")
      )
    }
    for (index, line) in lines.enumerated() {
      let points = zip(people, line.values).map {
        String(format: "%.1f,%.1f", x($0), y($1))
      }.joined(separator: " ")
      parts.append(
        "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(line.colour)\" stroke-width=\"2\"/>"
      )
      parts.append(
        text(line.name, left + 12, top + 14 + 16 * Double(index), colour: line.colour))
    }
    return "<g transform=\"translate(0 \(offset))\">\n\(parts.joined(separator: "\n"))\n</g>"
  }

  private func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String = "start", colour: String = "#222"
  ) -> String {
    String(format: "<text x=\"%.1f\" y=\"%.1f\" ", x, y)
      + "text-anchor=\"\(anchor)\" fill=\"\(colour)\">\(text)</text>"
  }
}
