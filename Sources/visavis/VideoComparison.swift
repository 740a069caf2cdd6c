import Geometry
import MediaIO
import PictureMetrics

/// What `visavis compare` finds.
struct ComparisonReport: Codable, Equatable {
  /// Means over frames, of the whole frame or a crop.
  struct Scores: Codable, Equatable {
    /// The ratio of the mean squared error of all frames, in decibels.
    var psnr: Double
    /// The mean of the frames' ratios, in decibels.
    var meanFramePSNR: Double
    /// Structural similarity of luma and of colour; nil for pictures smaller than its window.
    var ssimLuma, ssimRGB: Double?

    /// The means; nil without frames.
    init?(_ sum: MetricAccumulator) {
      guard let psnr = sum.decibelsOfMeanError, let mean = sum.meanDecibels else { return nil }
      self.psnr = psnr
      meanFramePSNR = mean
      ssimLuma = sum.meanLumaSimilarity
      ssimRGB = sum.meanRGBSimilarity
    }
  }

  /// One pair of frames.
  struct Frame: Codable, Equatable {
    /// Times in seconds.
    var time, renderedTime: Double
    /// Of the whole frame.
    var psnr: Double
    var ssimLuma, ssimRGB: Double?
    /// Of the crop, where there is one.
    var cropPSNR, cropSSIMLuma, cropSSIMRGB: Double?
  }

  var reference, rendered: String
  /// Size of the pictures.
  var width, height: Int
  /// Of whole frames.
  var whole: Scores
  /// Of the crop; nil where none was asked for or none was found.
  var crop: Scores?
  /// Times of the frames without partner.
  var unmatchedReferenceTimes, unmatchedRenderedTimes: [Double]
  /// How many frames of each side could not be decoded.
  var damagedReferenceFrames, damagedRenderedFrames: Int
  /// Every pair.
  var frames: [Frame]
}

/// Compares two videos frame by frame.
struct VideoComparison {
  var reference, rendered: any FrameSource
  var referenceName, renderedName: String
  /// Where to look more closely.
  var crop: (any CropSource)?
  /// Seconds added to the times of the rendered frames.
  var offset = 0.0
  /// Called with every pair.
  var eachPair: (VideoFrame, VideoFrame) throws -> Void = { _, _ in }

  /// Runs through both videos.
  ///
  /// - Throws: `CompareError.sizesDiffer`, `CompareError.nothingInCommon`, `Interruption`, and what
  ///   reading throws.
  func run() throws -> ComparisonReport {
    guard reference.width == rendered.width, reference.height == rendered.height else {
      throw CompareError.sizesDiffer(
        first: referenceName, firstSize: PixelSize(reference.width, reference.height),
        second: renderedName, secondSize: PixelSize(rendered.width, rendered.height))
    }
    let rate = [reference.frameRate, rendered.frameRate].first { $0 > 0 } ?? 30
    // Half a frame, and the rounding of timestamps.
    var aligner = FrameAligner(
      tolerance: 0.5 / rate + 1e-4, reference: reference.next,
      rendered: {
        try rendered.next().map { VideoFrame(time: $0.time + offset, image: $0.image) }
      })
    var (whole, part) = (MetricAccumulator(), MetricAccumulator())
    var frames: [ComparisonReport.Frame] = []
    var unmatched = (reference: [Double](), rendered: [Double]())
    while let step = try aligner.next() {
      try Interruption.check()
      switch step {
      case .onlyReference(let frame): unmatched.reference.append(frame.time)
      case .onlyRendered(let frame): unmatched.rendered.append(frame.time)
      case .pair(let a, let b):
        try eachPair(a, b)
        guard let likeness = PictureLikeness(a.image, b.image) else { continue }
        let rectangle = try crop?.crop(of: a.image, at: a.time)
        let close = rectangle.flatMap { PictureLikeness(a.image, b.image, in: $0) }
        whole.add(likeness)
        if let close { part.add(close) }
        frames.append(
          .init(
            time: a.time, renderedTime: b.time, psnr: likeness.decibels,
            ssimLuma: likeness.lumaSimilarity, ssimRGB: likeness.rgbSimilarity,
            cropPSNR: close?.decibels, cropSSIMLuma: close?.lumaSimilarity,
            cropSSIMRGB: close?.rgbSimilarity))
      }
    }
    guard let scores = ComparisonReport.Scores(whole) else {
      throw CompareError.nothingInCommon(first: referenceName, second: renderedName)
    }
    return ComparisonReport(
      reference: referenceName, rendered: renderedName, width: reference.width,
      height: reference.height, whole: scores, crop: ComparisonReport.Scores(part),
      unmatchedReferenceTimes: unmatched.reference, unmatchedRenderedTimes: unmatched.rendered,
      damagedReferenceFrames: reference.damagedFrameCount,
      damagedRenderedFrames: rendered.damagedFrameCount, frames: frames)
  }
}
