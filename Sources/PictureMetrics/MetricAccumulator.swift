public import Geometry

/// How alike two pictures are.
public struct PictureLikeness: Sendable, Equatable {
  /// Mean squared error over red, green and blue.
  public var meanSquaredError: Double
  /// Mean structural similarity of luma, and of red, green and blue; nil where smaller than a window.
  public var lumaSimilarity, rgbSimilarity: Double?

  /// Peak signal-to-noise ratio in decibels; infinity for equal pictures.
  public var decibels: Double {
    PeakSignalToNoise.decibels(meanSquaredError: meanSquaredError)
  }

  /// Compares two pictures, or a part of them; nil where the part is empty.
  ///
  /// - Precondition: Sizes and channels are equal.
  public init?(_ a: PixelImage, _ b: PixelImage, in rectangle: PixelRectangle? = nil) {
    guard let error = PeakSignalToNoise.meanSquaredError(a, b, in: rectangle) else { return nil }
    meanSquaredError = error
    lumaSimilarity = StructuralSimilarity.mean(a, b, signal: .luma, in: rectangle)
    rgbSimilarity = StructuralSimilarity.mean(a, b, signal: .rgb, in: rectangle)
  }
}

/// Means over the frames of a video.
public struct MetricAccumulator: Sendable {
  /// How many frames were added, and how many of them were equal.
  public private(set) var frameCount = 0, equalFrameCount = 0
  private var errors = 0.0
  private var decibels = 0.0
  private var similarities = (luma: 0.0, rgb: 0.0, count: 0)

  /// Starts without frames.
  public init() {}

  /// Adds a frame.
  public mutating func add(_ likeness: PictureLikeness) {
    frameCount += 1
    errors += likeness.meanSquaredError
    if likeness.meanSquaredError == 0 {
      equalFrameCount += 1
    } else {
      decibels += likeness.decibels
    }
    if let luma = likeness.lumaSimilarity, let rgb = likeness.rgbSimilarity {
      similarities.luma += luma
      similarities.rgb += rgb
      similarities.count += 1
    }
  }

  /// The ratio of the mean squared error of all frames; nil without frames.
  ///
  /// Weighs every pixel alike, so bad frames count most.
  public var decibelsOfMeanError: Double? {
    guard frameCount > 0 else { return nil }
    return PeakSignalToNoise.decibels(meanSquaredError: errors / Double(frameCount))
  }

  /// The mean of the frames' ratios; infinity as soon as two frames are equal, nil without frames.
  public var meanDecibels: Double? {
    guard frameCount > 0 else { return nil }
    return equalFrameCount > 0 ? .infinity : decibels / Double(frameCount)
  }

  /// The mean of the frames' structural similarities; nil without frames large enough.
  public var meanLumaSimilarity: Double? {
    similarities.count > 0 ? similarities.luma / Double(similarities.count) : nil
  }

  /// As `meanLumaSimilarity`, of red, green and blue.
  public var meanRGBSimilarity: Double? {
    similarities.count > 0 ? similarities.rgb / Double(similarities.count) : nil
  }
}
