public import AvatarModel
public import Geometry

/// What an enrolment made, and how good it is.
public struct EnrollmentResult: Sendable {
  /// The avatar.
  public let avatar: Avatar
  /// Figures for the report.
  public let figures: EnrollmentFigures
  /// Pictures for the report, and what the capture covers.
  public let report: ReportMaterial
}

/// Figures of an enrolment; decibels are of whole frames over grey.
public struct EnrollmentFigures: Sendable, Codable, Equatable {
  /// Seconds spent in each stage, by name.
  public var seconds: [String: Double] = [:]
  /// Mean PSNR of a sample of training frames, with the corrections that the fit found.
  public var trainingPSNR: Double?
  /// Mean PSNR of the held-out frames, driven live: on the whole frame, and on the head's crop.
  public var heldOutPSNR, heldOutHeadPSNR: Double?
  /// The same, driven by landmarks alone.
  public var heldOutLandmarkPSNR: Double?
  /// Mean SSIM of the held-out frames, driven live.
  public var heldOutSSIM: Double?
  /// Median milliseconds of the live driver a frame: landmarks to face state, photometric steps.
  public var solveMilliseconds, refineMilliseconds: Double?
  /// Frames read, fitted and held out.
  public var framesRead = 0, framesFitted = 0, framesHeldOut = 0
  /// Splats, bytes of the file.
  public var splats = 0, fileBytes = 0
  /// Mean distance of landmarks from the rig in per cent of the pupils' distance.
  public var landmarkResidual: Double?
  /// Height of the face in the video's pixels; the focal length as a multiple of the width.
  public var faceHeight = 0.0, focalRatio = 0.0
  /// The loss along the fit: pairs of step and mean loss since the last pair.
  public var learningCurve: [[Double]] = []
  /// PSNR of each held-out frame, in order.
  public var heldOutFramePSNR: [Double] = []
}
