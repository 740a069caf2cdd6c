import FaceRig

/// The report's part on what the capture covers.
struct ReportCoverageSection {
  let material: ReportMaterial
  let figures: EnrollmentFigures

  private var coverage: CaptureCoverage { material.coverage }

  func html() -> String {
    if coverage.turns.isEmpty { return "" }
    let yaw = coverage.range(\.yaw), pitch = coverage.range(\.pitch), roll = coverage.range(\.roll)
    let label =
      "The head turned from \(degrees(yaw.lowerBound)) to \(degrees(yaw.upperBound)) of yaw and "
      + "from \(degrees(pitch.lowerBound)) to \(degrees(pitch.upperBound)) of pitch."
    let main: [(String, [ExpressionChannel])] = [
      ("Eyes closed", [.eyeBlinkLeft, .eyeBlinkRight]),
      ("Eyes wide", [.eyeWideLeft, .eyeWideRight]),
      ("Brows raised", [.browInnerUp, .browOuterUpLeft, .browOuterUpRight]),
      ("Brows drawn together", [.browDownLeft, .browDownRight]), ("Mouth open", [.jawOpen]),
      ("Smile", [.mouthSmileLeft, .mouthSmileRight]),
      ("Mouth corners down", [.mouthFrownLeft, .mouthFrownRight]),
      ("Lips forward", [.mouthPucker, .mouthFunnel]),
      ("Lips spread", [.mouthStretchLeft, .mouthStretchRight]),
      ("Mouth to one side", [.mouthLeft, .mouthRight]),
      ("Upper lip raised", [.mouthUpperUpLeft, .mouthUpperUpRight]),
      ("Nose wrinkled", [.noseSneerLeft, .noseSneerRight]),
    ]
    let mainRows = main.map { name, channels in
      row(name, channels.map { coverage.peaks[$0.rawValue] }.max() ?? 0)
    }
    let allRows = ExpressionChannel.allCases.map { row("\($0)", coverage.peaks[$0.rawValue]) }
    return """
      <section><h2>What the capture covers</h2>
      <p>Each dot is a frame, where the face pointed; the dashed frame is what serves an avatar \
      best. Yaw \(range(yaw)), pitch \(range(pitch)), roll \(range(roll)); the eyes looked \
      \(range(coverage.gazeYaw)) sideways and \(range(coverage.gazePitch)) up and down; \
      \(coverage.blinks) blinks.</p>
      \(ReportCharts.turns(coverage.turns, label: label))
      <h3>Expressions</h3>
      \(table("How far each went, in per cent of what the rig can do", mainRows))
      <details><summary>All 52 coefficients</summary>
      \(table("The largest value that three frames reached, in per cent", allRows))
      </details></section>
      """
  }

  private func table(_ caption: String, _ rows: [String]) -> String {
    "<table><caption>\(caption)</caption><thead><tr><th scope=\"col\">Expression</th>"
      + "<th scope=\"col\" class=\"value\">Reached</th><td></td></tr></thead>"
      + "<tbody>\(rows.joined(separator: "\n"))</tbody></table>"
  }

  private func row(_ name: String, _ value: Float) -> String {
    let percent = Int((min(max(value, 0), 1) * 100).rounded())
    return "<tr><th scope=\"row\">\(Markup.escaped(name))</th><td class=\"value\">\(percent) %</td>"
      + "<td class=\"bar\"><div class=\"meter\" aria-hidden=\"true\">"
      + "<span style=\"width:\(percent)%\"></span></div></td></tr>"
  }

  private func degrees(_ v: Float) -> String { Markup.number(Double(v)) + "°" }

  private func range(_ r: ClosedRange<Float>) -> String {
    "\(degrees(r.lowerBound)) to \(degrees(r.upperBound))"
  }
}
