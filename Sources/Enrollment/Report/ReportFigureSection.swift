/// The report's table of figures, and the charts of the fit and of the held-out frames.
struct ReportFigureSection {
  let figures: EnrollmentFigures
  let material: ReportMaterial

  func html() -> String {
    """
    <section><h2>How it went</h2>
    \(curves())
    <div class="scroll"><table>
    <caption>All figures of this enrolment</caption>
    <thead><tr><th scope="col">Figure</th><th scope="col" class="value">Value</th>\
    <th scope="col">What it is</th></tr></thead>
    <tbody>
    \(rows().map(row).joined(separator: "\n"))
    </tbody></table></div>
    </section>
    """
  }

  private func curves() -> String {
    var parts: [String] = []
    let curve = figures.learningCurve.filter { $0.count == 2 }.map { (x: $0[0], y: $0[1]) }
    if curve.count > 1, let first = curve.first, let last = curve.last {
      let label =
        "The loss fell from \(Markup.number(first.y, decimals: 3)) to "
        + "\(Markup.number(last.y, decimals: 3)) over \(Int(last.x)) steps."
      parts.append(
        "<h3>Learning curve</h3><p class=\"soft\">The mean difference from the frames, as the fit "
          + "measures it. It rises a little where the fit goes over to the full resolution.</p>"
          + ReportCharts.line(
            curve, label: label, xTitle: "steps", yTitle: "loss", fromZero: true))
    }
    let values = figures.heldOutFramePSNR
    if values.count > 1 {
      let hasTimes = material.heldOutTimes.count == values.count
      let points = values.indices.map {
        (x: hasTimes ? material.heldOutTimes[$0] : Double($0), y: values[$0])
      }
      let finite = values.filter(\.isFinite)
      let label =
        "Likeness of \(values.count) held-out frames, between "
        + "\(Markup.number(finite.min() ?? 0, decimals: 1)) and "
        + "\(Markup.number(finite.max() ?? 0, decimals: 1)) dB."
      parts.append(
        "<h3>Held-out frames</h3><p class=\"soft\">Likeness of each, in dB; the dashed line is the "
          + "mean.</p>"
          + ReportCharts.line(
            points, label: label, xTitle: hasTimes ? "seconds into the video" : "frame",
            yTitle: "dB", mean: figures.heldOutPSNR))
    }
    return parts.joined(separator: "\n")
  }

  // MARK: Rows

  private typealias Row = (name: String, value: String, explanation: String)

  private func rows() -> [Row] {
    var rows: [Row] = []
    func add(_ name: String, _ value: Double?, _ unit: String, _ decimals: Int, _ words: String) {
      guard let value else { return }
      let space = unit.isEmpty ? "" : " "
      rows.append((name, Markup.number(value, decimals: decimals) + space + unit, words))
    }
    add(
      "PSNR, held out", figures.heldOutPSNR, "dB", 2,
      "Frames not learnt from, driven live; whole frame over grey, mean")
    add("PSNR, held out, head", figures.heldOutHeadPSNR, "dB", 2, "The same, the head’s part alone")
    add(
      "PSNR, held out, landmarks only", figures.heldOutLandmarkPSNR, "dB", 2,
      "The same without the photometric steps")
    add(
      "SSIM, held out", figures.heldOutSSIM, "", 4,
      "Structural similarity of luma; 1 is equal")
    add("PSNR, training", figures.trainingPSNR, "dB", 2, "A sample of the frames learnt from")
    add(
      "Landmarks to face state", figures.solveMilliseconds, "ms", 1,
      "Live, a frame, median; the landmark networks not included")
    add("Photometric steps", figures.refineMilliseconds, "ms", 1, "Live, a frame, median")
    add(
      "Landmark residual", figures.landmarkResidual, "%", 2,
      "Mean distance of landmarks from the rig, of the pupils’ distance")
    add("Height of the face", figures.faceHeight, "px", 0, "Median, in the video’s pixels")
    add("Focal length", figures.focalRatio, "", 2, "Estimated, in widths of the picture")
    rows.append(("Splats", Markup.grouped(figures.splats), "What the avatar is made of"))
    rows.append(("File", Markup.grouped(figures.fileBytes) + " bytes", "The avatar"))
    rows.append(("Frames read", Markup.grouped(figures.framesRead), "Of the video"))
    rows.append(("Frames fitted", Markup.grouped(figures.framesFitted), "Learnt from"))
    rows.append(("Frames held out", Markup.grouped(figures.framesHeldOut), "Checked with"))
    let stages: [(String, String)] = [
      ("track", "Decoding, following the face, separating the person"),
      ("solve", "The person’s shape, every frame’s expression"),
      ("mattes", "The second look at the outline"), ("fit", "Splats and bases"),
      ("learn", "What the live driver needs"), ("check", "Driving and drawing what was held out"),
      ("report", "The pictures of this page"),
    ]
    let known = Set(stages.map(\.0))
    let others = figures.seconds.keys.filter { !known.contains($0) }.sorted().map { ($0, "") }
    for (stage, words) in stages + others {
      add("Time: \(stage)", figures.seconds[stage], "s", 1, words)
    }
    return rows
  }

  private func row(_ row: Row) -> String {
    "<tr><th scope=\"row\">\(Markup.escaped(row.name))</th>"
      + "<td class=\"value\">\(Markup.escaped(row.value))</td>"
      + "<td class=\"soft\">\(Markup.escaped(row.explanation))</td></tr>"
  }
}
