public import AvatarModel
public import Geometry

/// Everything that an enrolment's report shows besides the figures.
public struct ReportMaterial: Sendable {
  /// A frame of the capture beside the avatar's.
  public struct Comparison: Sendable {
    /// Which it is: "Best", "Middle" or "Worst".
    public let title: String
    /// Seconds into the video.
    public let time: Double
    /// How alike they are.
    public let decibels: Double
    /// The frame and the avatar, over grey, and where they differ.
    public let real, avatar, difference: PixelImage
  }

  /// A picture of the avatar and what it shows.
  public struct View: Sendable {
    /// In a few words.
    public let title: String
    /// Over grey.
    public let picture: PixelImage
  }

  /// Best, middle and worst.
  public var comparisons: [Comparison] = []
  /// Whether they were held out of the fit.
  public var comparesHeldOut = false
  /// The avatar at rest, turned to its right, from the front, turned to its left.
  public var turned: [View] = []
  /// The avatar with a few expressions.
  public var expressions: [View] = []
  /// What the capture covers.
  public var coverage = CaptureCoverage([])
  /// The share of the kept frames in which the face could be followed, 0…1.
  public var followed = 1.0
  /// The times in seconds of the held-out frames, in the order of
  /// ``EnrollmentFigures/heldOutFramePSNR``.
  public var heldOutTimes: [Double] = []

  /// Nothing gathered yet.
  public init() {}
}
