public import FaceRig
public import Geometry

/// A person as the solver knows them: shape, the detector's habits with this face, and the camera.
public struct SolvedIdentity: Sendable, Equatable {
  /// One number a mode of the template, in standard deviations.
  public var coefficients: [Float]
  /// Where the detector puts each landmark of this person relative to the shape.
  ///
  /// In centimetres, head frame; empty: nowhere else.
  public var landmarkBias: [Vector3]
  /// Where the person's left and right eye rest, as measured: the lids follow the gaze from here.
  public var restingLeftGaze, restingRightGaze: Gaze
  /// In pixels of the pictures that it was solved from.
  public var focalLength: Float
  /// Mean distance of landmarks from where they are predicted, in per cent of the distance between
  /// the pupils, over the key frames.
  public var residual: Float

  /// Makes an identity from its parts.
  public init(
    coefficients: [Float], landmarkBias: [Vector3] = [], restingLeftGaze: Gaze = Gaze(),
    restingRightGaze: Gaze = Gaze(), focalLength: Float, residual: Float = 0
  ) {
    self.restingLeftGaze = restingLeftGaze
    self.restingRightGaze = restingRightGaze
    self.coefficients = coefficients
    self.landmarkBias = landmarkBias
    self.focalLength = focalLength
    self.residual = residual
  }

  /// The mean person before a camera of common width of view.
  public static func mean(_ model: LandmarkModel, width: Int) -> SolvedIdentity {
    SolvedIdentity(
      coefficients: [Float](repeating: 0, count: model.identityModeCount),
      focalLength: FocalLengthPrior.ratio * Float(width))
  }

  func validate(_ model: LandmarkModel) throws(FaceSolvingError) {
    if coefficients.count != model.identityModeCount
      || !(landmarkBias.isEmpty || landmarkBias.count == model.count)
    {
      throw .mismatchedIdentity(modes: coefficients.count, expected: model.identityModeCount)
    }
    for (mode, value) in coefficients.enumerated() where !(value.magnitude < 1e3) {
      throw .nonFiniteLandmark(index: mode)
    }
    for (index, value) in landmarkBias.enumerated() where !(value.length < 1e3) {
      throw .nonFiniteLandmark(index: index)
    }
    if !(focalLength > 1 && focalLength < 1e6) { throw .invalidCamera(width: 0, height: 0) }
  }

  /// What frames are solved against.
  func scene(_ model: LandmarkModel, center: SIMD2<Float>) -> SolvingScene {
    SolvingScene(
      neutral: model.neutral(identity: coefficients, bias: landmarkBias),
      focalLength: focalLength, center: center)
  }
}

/// What is known of a phone's or webcam's focal length before looking.
enum FocalLengthPrior {
  /// Of the picture's width.
  static var ratio: Float { 1.6 }
  /// Bounds of the same.
  static var bounds: ClosedRange<Float> { 1...3 }
}

extension LandmarkModel {
  /// The distance between the pupils of a person; centimetres.
  func pupilDistance(_ coefficients: [Float]) -> Float {
    let apart =
      leftEye.center(coefficients) - rightEye.center(coefficients)
    return max(apart.length, 1)
  }
}

extension LandmarkModel.Eye {
  /// The centre of a person's eyeball.
  func center(_ coefficients: [Float]) -> Vector3 {
    var center = center
    for mode in 0..<min(coefficients.count, centerModes.count) {
      center += centerModes[mode] * coefficients[mode]
    }
    return center
  }
}
