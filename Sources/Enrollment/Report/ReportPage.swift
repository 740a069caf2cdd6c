public import AvatarModel
import Foundation
import Geometry
public import MediaIO

/// The report of an enrolment: one HTML page that needs nothing but itself.
///
/// Pictures are JPEG within the page, charts are SVG; there are no scripts. About 0.5 MB.
public struct ReportPage {
  private let result: EnrollmentResult
  private let name: String
  private var figures: EnrollmentFigures { result.figures }
  private var material: ReportMaterial { result.report }

  /// Prepares a page.
  ///
  /// - Parameter name: what to call the avatar, such as its file's name.
  public init(_ result: EnrollmentResult, name: String) {
    self.result = result
    self.name = name
  }

  /// The page.
  ///
  /// - Throws: ``MediaError`` if a picture could not be encoded.
  public func html() throws(MediaError) -> String {
    let title = Markup.escaped(name)
    var body = [try header()]
    body.append(advice())
    body.append(try comparisons())
    body.append(try views())
    body.append(ReportCoverageSection(material: material, figures: figures).html())
    body.append(ReportFigureSection(figures: figures, material: material).html())
    body.append(footer())
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title): enrolment report</title>
      <style>
      \(ReportStyle.css)
      </style>
      </head>
      <body>
      <main>
      \(body.filter { !$0.isEmpty }.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  // MARK: Sections

  private func header() throws(MediaError) -> String {
    let p = result.avatar.provenance
    var tiles: [(String, String)] = []
    if let heldOut = figures.heldOutPSNR {
      tiles.append((decibels(heldOut), "likeness on frames that it had not seen"))
    }
    if let training = figures.trainingPSNR {
      tiles.append((decibels(training), "likeness on frames that it learnt from"))
    }
    tiles.append((Markup.time(figures.seconds.values.reduce(0, +)), "to make"))
    tiles.append((Markup.number(Double(figures.fileBytes) / 1e6, decimals: 1) + " MB", "the file"))
    let list = tiles.map { "<li><strong>\($0.0)</strong><span>\($0.1)</span></li>" }.joined()
    var picture = ""
    if let rest = material.turned.dropFirst().first ?? material.turned.first {
      picture = try image(rest.picture, alt: "The avatar at rest, from the front.")
    }
    return """
      <header>
      <h1>\(Markup.escaped(name))</h1>
      <p class="soft">An avatar made on \(Markup.escaped(date(p.created))) from \
      \(Markup.grouped(figures.framesFitted)) of \(Markup.grouped(figures.framesRead)) frames of a \
      video of \(p.captureWidth) × \(p.captureHeight) pixels.</p>
      <div class="hero">\(picture)<div>
      <ul class="tiles">\(list)</ul>
      <p>\(verdict())</p>
      </div></div>
      </header>
      """
  }

  /// What the main figure means.
  private func verdict() -> String {
    guard let value = figures.heldOutPSNR ?? figures.trainingPSNR, value.isFinite else { return "" }
    let level = 255 / pow(10, value / 20)
    let words =
      switch value {
      case ..<25: "one sees at once that it is not the video"
      case ..<28: "the person is recognised, details are soft or misplaced"
      case ..<32: "it looks like the video; differences show when the two are side by side"
      default: "it is hard to tell from the video at normal size"
      }
    let seen =
      figures.heldOutPSNR == nil
      ? " Nothing was held out, so this says how well it learnt, not how well it follows something "
        + "new; enrol with <code>--holdout 0.2</code> to measure that."
      : " These frames were driven as a live camera would drive them."
    return
      "Decibels (dB) say how near the avatar’s pictures are to the camera’s, over a plain grey: "
      + "6 dB more is half the difference. At \(decibels(value)) a pixel is off by about "
      + "\(Markup.number(level, decimals: 1)) of 255 steps of brightness: \(words).\(seen)"
  }

  private func advice() -> String {
    let list = CaptureAdvice.advice(
      for: material.coverage, faceHeight: figures.faceHeight, followed: material.followed)
    if list.isEmpty {
      return "<section class=\"card\"><h2 style=\"margin-top:0\">The capture</h2>"
        + "<p class=\"fine\">It covers everything that this page looks for.</p></section>"
    }
    return """
      <section>
      <h2>For a better avatar next time</h2>
      <ul class="advice card" style="padding-left:2.2rem">
      \(list.map { "<li>\(Markup.escaped($0))</li>" }.joined(separator: "\n"))
      </ul>
      </section>
      """
  }

  private func comparisons() throws(MediaError) -> String {
    if material.comparisons.isEmpty { return "" }
    let kind = material.comparesHeldOut ? "held-out" : "fitted"
    var parts = [
      "<section><h2>The person and the avatar</h2>",
      "<p>"
        + (material.comparesHeldOut
          ? "Frames that were kept out of the fit" : "Frames that were fitted")
        + ": the camera’s picture, the avatar’s, and where they differ (black: not at all; yellow: "
        + "by \(DifferencePicture.fullScale) of 255 steps or more).</p>",
    ]
    for c in material.comparisons {
      let what = "\(c.title) \(kind) frame"
      let time = Markup.number(c.time, decimals: 1)
      parts.append("<h3>\(what): \(decibels(c.decibels)), at \(time) s</h3><div class=\"strip\">")
      let pictures = [
        (c.real, "Camera", "\(what): the person before the camera."),
        (c.avatar, "Avatar", "\(what): the avatar’s picture of the same moment."),
        (c.difference, "Difference", "\(what): a map of the differences between the two."),
      ]
      for (picture, caption, alt) in pictures {
        parts.append(try figure(picture, caption: caption, alt: alt))
      }
      parts.append("</div>")
    }
    return parts.joined(separator: "\n") + "</section>"
  }

  private func views() throws(MediaError) -> String {
    if material.turned.isEmpty { return "" }
    var parts = ["<section><h2>From other sides</h2><div class=\"strip\">"]
    for view in material.turned {
      parts.append(try figure(view.picture, caption: view.title, alt: "The avatar, \(view.title)."))
    }
    parts.append("</div>")
    if !material.expressions.isEmpty {
      parts.append("<h2>With other faces</h2><div class=\"strip four\">")
      for view in material.expressions {
        parts.append(
          try figure(view.picture, caption: view.title, alt: "The avatar: \(view.title)."))
      }
      parts.append("</div>")
    }
    return parts.joined(separator: "\n") + "</section>"
  }

  private func footer() -> String {
    let p = result.avatar.provenance
    return """
      <footer>\(Markup.escaped(p.software)), \(Markup.grouped(p.steps)) steps, seed \(p.seed). \
      The pictures on this page show the person of the avatar: share it as you would share a \
      photograph of them.</footer>
      """
  }

  // MARK: Pieces

  private func figure(
    _ picture: PixelImage, caption: String, alt: String
  ) throws(MediaError) -> String {
    "<figure>\(try image(picture, alt: alt))<figcaption>\(Markup.escaped(caption))</figcaption>"
      + "</figure>"
  }

  private func image(_ picture: PixelImage, alt: String) throws(MediaError) -> String {
    let small = picture.reduced(toMaximumDimension: 420)
    let data = Data(try PictureFile.jpeg(small, quality: 84)).base64EncodedString()
    return "<img alt=\"\(Markup.escaped(alt))\" width=\"\(small.width)\" "
      + "height=\"\(small.height)\" src=\"data:image/jpeg;base64,\(data)\">"
  }

  private func decibels(_ value: Double) -> String { Markup.number(value, decimals: 1) + " dB" }

  private func date(_ seconds: Double) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_GB")
    format.timeZone = TimeZone(identifier: "UTC")
    format.dateFormat = "d MMMM yyyy, HH:mm 'UTC'"
    return format.string(from: Date(timeIntervalSince1970: seconds))
  }
}
