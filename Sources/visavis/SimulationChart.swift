import ExpressionStream
import Foundation
import Geometry
import NetworkSimulation

/// A chart of a simulated run over time, in three bands.
///
/// Top: movement from picture to picture, loss-free in grey and as seen in blue. Middle: movement
/// that the stream does not have, in red, and a line at what is visible. Bottom: distance from where
/// things belong, in green. Behind all: yellow where movements were continued beyond the newest
/// state. The scale is in distances between the eyes: the bands are 10 %, 5 % and 20 % high.
struct SimulationChart {
  private let trace: SimulationTrace
  private let motion: ViewerMotion

  init(_ trace: SimulationTrace, _ motion: ViewerMotion) {
    self.trace = trace
    self.motion = motion
  }

  private typealias Colour = (UInt8, UInt8, UInt8)

  /// Draws it: one column a picture, at most 4000.
  func picture(bandHeight: Int = 160) -> PixelImage {
    let columns = min(max(trace.pictures.count, 1), 4000)
    var image = PixelImage(width: columns, height: 3 * bandHeight, channels: 3, repeating: 255)
    let unit = max(motion.eyeDistance, 1e-3)
    func draw(_ values: [Float], _ x: Int, band: Int, height: Float, _ colour: Colour) {
      let share = min(values[x] / unit / height, 1)
      let top = Int((1 - share) * Float(bandHeight - 1))
      for y in top..<bandHeight { paint(&image, x, band * bandHeight + y, colour) }
    }
    for x in 0..<min(columns, trace.pictures.count) {
      if trace.pictures[x].moment.concealed > 0 {
        for y in 0..<image.height { paint(&image, x, y, (255, 243, 190)) }
      }
      draw(motion.seen, x, band: 0, height: 0.1, (70, 120, 220))
      draw(motion.lossFree, x, band: 0, height: 0.1, (190, 190, 190))
      draw(motion.excess, x, band: 1, height: 0.05, (210, 60, 50))
      draw(motion.deviation, x, band: 2, height: 0.2, (70, 160, 90))
    }
    let line = Float(ViewerMotion.threshold) / 0.05
    let row = bandHeight + Int((1 - line) * Float(bandHeight - 1))
    for x in 0..<columns {
      paint(&image, x, row, (120, 120, 120))
      paint(&image, x, bandHeight - 1, (60, 60, 60))
      paint(&image, x, 2 * bandHeight - 1, (60, 60, 60))
    }
    return image
  }

  private func paint(_ image: inout PixelImage, _ x: Int, _ y: Int, _ colour: Colour) {
    (image[x, y, 0], image[x, y, 1], image[x, y, 2]) = colour
  }
}

extension SimulationReport {
  /// The report for people.
  var text: String {
    func ms(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded())) ms" }
    func number(_ v: Double, _ digits: Int = 1) -> String { String(format: "%.\(digits)f", v) }
    var lines = [
      "\(states) states in \(number(seconds)) s: \(packets) packets, "
        + "\(number(lost * 100)) % lost, \(number(dropped * 100)) % dropped from the queue; "
        + "\(number(statesArrived * 100)) % of the states arrived",
      "  rate       \(number(payloadRate, 2)) kbit/s, with headers \(number(wireRate)), "
        + "acknowledgements with headers \(number(returnRate))",
      "  delay      mean \(ms(meanDelay)), 95 % within \(ms(delay95))",
      "  concealed  \(number(concealed * 100)) % of \(pictures) pictures, "
        + "at most \(ms(longestFreeze)) at a time",
    ]
    if let jumps {
      lines.append(
        "  jumps      \(jumps.visible) visible (above \(number(jumps.threshold, 2)) px); "
          + "largest \(number(jumps.largest, 2)) px")
      lines.append(
        "  off by     mean \(number(jumps.meanDeviation, 2)) px, at most "
          + "\(number(jumps.largestDeviation, 2)) px; right again \(ms(jumps.meanRecovery)) after "
          + "the network, at most \(ms(jumps.longestRecovery)) (\(jumps.recoveries) times)")
    }
    if let likeness {
      lines.append(
        "  pictures   \(number(likeness.seen, 2)) dB, loss-free "
          + "\(number(likeness.lossFree, 2)): \(number(likeness.drop, 2)) dB lost; against the "
          + "loss-free ones \(number(likeness.againstLossFree, 2)) dB, worst "
          + "\(number(likeness.worst, 2)); \(likeness.equalPictures) of \(likeness.pictures) equal")
    }
    return lines.joined(separator: "\n")
  }
}
