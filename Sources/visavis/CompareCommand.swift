import ArgumentParser
import Foundation
import Geometry
import MediaIO
import PictureMetrics

/// `visavis compare`: how alike a rendered video is to its reference.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure how alike a rendered video is to the real one.",
    discussion: """
      Frames are paired by the times at which they are shown. Reported are the peak signal-to-noise \
      ratio (higher is better; above 30 dB looks alike) and the structural similarity (1 is equal), \
      for whole frames and, where asked for, a part of them. Either side may also be a folder of numbered \
      pictures.

      Example: visavis compare talk.mp4 rendered.mp4 --side-by-side both.mp4
      """)

  @Argument(help: "The real video, or a folder of pictures.")
  var reference: String

  @Argument(help: "The rendered video, or a folder of pictures.")
  var rendered: String

  @Option(help: ArgumentHelp("Also measure within this rectangle.", valueName: "x,y,width,height"))
  var crop: RectangleArgument?

  @Option(
    help: ArgumentHelp(
      "Also measure within the box around what this matte video, or folder, shows in white.",
      valueName: "path"))
  var matte: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Add to the times of the rendered video.", valueName: "seconds"))
  var offset: Double = 0

  @Option(
    help: ArgumentHelp(
      "Frames a second of folders. (default: that of the video, or 30)", valueName: "rate"))
  var frameRate: Double?

  @Option(help: ArgumentHelp("What transparent pictures are laid over.", valueName: "colour"))
  var background: BackgroundColour = .grey

  @Option(help: ArgumentHelp("Write both videos side by side.", valueName: "video"))
  var sideBySide: String?

  @Option(
    help: ArgumentHelp(
      "Draw the ratio of every frame as a line; rules are 5 dB apart.", valueName: "picture"))
  var plot: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if crop != nil && matte != nil {
      throw ValidationError("Give either --crop or --matte, not both.")
    }
    if let frameRate, !(frameRate > 0 && frameRate <= 1000) {
      throw ValidationError("The frame rate must be above 0 and at most 1000.")
    }
    if !offset.isFinite { throw ValidationError("The offset must be a number of seconds.") }
  }

  func run() throws {
    let report = try compare()
    if output.json {
      JSONOutput.print(report)
    } else {
      print(report.text)
    }
  }

  /// Opens everything and compares.
  func compare() throws -> ComparisonReport {
    let (real, made) = try openBoth()
    let comparison = try VideoComparison(
      reference: real, rendered: made, referenceName: reference, renderedName: rendered,
      crop: cropSource(for: real), offset: offset)
    return try run(comparison)
  }

  private func run(_ plain: VideoComparison) throws -> ComparisonReport {
    var comparison = plain
    let (width, height) = (plain.reference.width, plain.reference.height)
    let isAlike = width == plain.rendered.width && height == plain.rendered.height
    let rate = [plain.reference.frameRate, plain.rendered.frameRate].first { $0 > 0 } ?? 30
    let writer = try sideBySide.flatMap { path in
      isAlike
        ? try VideoWriter(
          path: path, width: 2 * width, height: height, frameRate: rate,
          sound: isFolder(reference) ? nil : reference) : nil
    }
    let total = min(plain.reference.frameCountEstimate, plain.rendered.frameCountEstimate)
    let progress = ProgressReporter("Comparing", total: total, quiet: output.quiet)
    comparison.eachPair = { real, made in
      progress.advance()
      try writer?.append(real.image.beside(made.image), at: real.time)
    }
    let report = try comparison.run()
    progress.finish()
    try writer?.finish()
    if let plot {
      try PictureFile.writePNG(LineChart(report.frames.map(\.psnr)).picture(), to: plot)
    }
    return report
  }

  private func openBoth() throws -> (any FrameSource, any FrameSource) {
    // The folder's frame rate, where not given, is that of the video beside it.
    if isFolder(reference) && !isFolder(rendered) {
      let made = try openFrames(rendered, frameRate: 0, background: background)
      return (
        try openFrames(reference, frameRate: rate(beside: made), background: background), made
      )
    }
    let real = try openFrames(reference, frameRate: frameRate ?? 30, background: background)
    return (real, try openFrames(rendered, frameRate: rate(beside: real), background: background))
  }

  private func rate(beside other: any FrameSource) -> Double {
    frameRate ?? (other.frameRate > 0 ? other.frameRate : 30)
  }

  private func cropSource(for reference: any FrameSource) throws -> (any CropSource)? {
    if let crop {
      let clipped = crop.rectangle.clipped(toWidth: reference.width, height: reference.height)
      guard clipped.area > 0 else {
        throw CompareError.cropOutside(size: PixelSize(reference.width, reference.height))
      }
      return FixedCrop(clipped)
    }
    guard let matte else { return nil }
    return try MatteCrop(
      openFrames(
        matte, frameRate: rate(beside: reference),
        background: BackgroundColour(red: 0, green: 0, blue: 0)))
  }
}

extension ComparisonReport {
  /// The report for people.
  var text: String {
    var lines = [
      "\(frames.count) frames of \(width) × \(height) compared",
      "  whole frames  \(Self.text(whole))",
    ]
    if let crop { lines.append("  crop          \(Self.text(crop))") }
    if let worst = frames.min(by: { $0.psnr < $1.psnr }), worst.psnr.isFinite {
      lines.append(
        String(format: "  worst frame   %.2f dB at %.2f s", worst.psnr, worst.time))
    }
    let unmatched = (unmatchedReferenceTimes.count, unmatchedRenderedTimes.count)
    if unmatched != (0, 0) {
      lines.append(
        "  without partner: \(unmatched.0) of the reference, \(unmatched.1) of the rendered video")
    }
    let damaged = (damagedReferenceFrames, damagedRenderedFrames)
    if damaged != (0, 0) {
      lines.append(
        "  damaged: \(damaged.0) of the reference, \(damaged.1) of the rendered video")
    }
    return lines.joined(separator: "\n")
  }

  private static func text(_ scores: Scores) -> String {
    guard scores.psnr.isFinite else { return "equal in every sample" }
    var text = String(format: "PSNR %.2f dB", scores.psnr)
    if scores.meanFramePSNR.isFinite {
      text += String(format: " (mean of frames %.2f)", scores.meanFramePSNR)
    }
    if let luma = scores.ssimLuma, let rgb = scores.ssimRGB {
      text += String(format: ", SSIM %.4f (colour %.4f)", luma, rgb)
    }
    return text
  }
}

extension PixelImage {
  /// This picture and, to its right, another of the same size.
  func beside(_ other: PixelImage) -> PixelImage {
    var samples: [UInt8] = []
    samples.reserveCapacity(2 * self.samples.count)
    let row = width * channels
    for y in 0..<height {
      samples += self.samples[y * row..<(y + 1) * row]
      samples += other.samples[y * row..<(y + 1) * row]
    }
    return PixelImage(width: 2 * width, height: height, channels: channels, samples: samples)
  }
}
