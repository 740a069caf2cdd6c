public import Geometry

/// Follows one face through a video: picture after picture → ``TrackedFrame``.
///
///     searching ──detection, landmarks plausible──▶ tracking(region)
///         ▲                                          │ region from the last landmarks
///         └── presence low, shape implausible, cut ──┘
///
/// While it tracks, the detector runs only every ``Options/detectionInterval`` pictures, to notice
/// further faces and to check that what is followed still is a face.
public struct LandmarkTracker {
  /// What can be tuned.
  public struct Options: Sendable {
    /// The least presence of a face newly found.
    public var acquiringPresence: Float = 0.5
    /// The least presence of a face already followed; lower, so that a hand before the face does
    /// not lose it.
    public var keepingPresence: Float = 0.2
    /// Below this confidence a picture is reported as uncertain.
    public var certainConfidence: Float = 0.6
    /// Faces lower than this, in pixels, are reported as too small.
    public var minimumFacePixels: Float = 96
    /// Pictures between two looks at the whole picture.
    public var detectionInterval = 15
    /// The regions' change, as a share of their size, below which they follow slowly: a network that
    /// sees the same crop answers with the same points.
    public var steadyShare: Float = 0.02

    /// The values that suit a person before a camera.
    public init() {}
  }

  private enum State {
    case searching
    case tracking(FaceLandmarks, ImageRegion)
  }

  /// What can be tuned.
  public var options = Options()
  private var detector: FaceDetector
  private var landmarker: FaceLandmarker
  private var state = State.searching
  private var lastPicture: PictureSignature?
  private var lastFace: PictureSignature?
  private var usualDifference: Float = 0.02
  private var picturesSinceDetection = 0
  private var faceCount = 0

  /// Reads the models.
  ///
  /// - Throws: ``FaceTrackingError`` for models that are not those expected.
  public init(models: FaceModels) throws(FaceTrackingError) {
    detector = try FaceDetector(models: models)
    landmarker = try FaceLandmarker(models: models)
  }

  /// Forgets the face: the next picture starts a new video.
  public mutating func reset() {
    state = .searching
    lastPicture = nil
    lastFace = nil
    usualDifference = 0.02
    picturesSinceDetection = 0
    faceCount = 0
  }

  /// Finds the face in the next picture.
  ///
  /// - Throws: ``FaceTrackingError/unusablePicture(width:height:channels:)``. A picture without a
  ///   face is no error.
  public mutating func track(_ image: PixelImage) throws(FaceTrackingError) -> TrackedFrame {
    try image.checkUsable()
    let isCut = noticeCut(image)
    if isCut { state = .searching }

    var found: FaceLandmarks?
    var previous: FaceLandmarks?
    if case .tracking(let last, let region) = state,
      region.isUsable(width: image.width, height: image.height)
    {
      let face = try landmarker.landmarks(in: image, region: region)
      if isAcceptable(face, presence: options.keepingPresence) {
        found = face
        previous = last
      }
    }
    picturesSinceDetection += 1
    if let face = found, picturesSinceDetection >= options.detectionInterval {
      let faces = try lookAround(image)
      if let other = Self.betterFace(faces, than: face) {
        if let moved = try acquire([other], in: image) {
          found = moved
          previous = nil
        }
      }
    } else if found == nil {
      found = try acquire(lookAround(image, thorough: true), in: image)
    }
    return conclude(image, found, previous: previous, isCut: isCut)
  }

  // MARK: - Steps

  /// Whether the whole picture differs from the last one far more than usual.
  private mutating func noticeCut(_ image: PixelImage) -> Bool {
    let signature = PictureSignature(of: image)
    defer { lastPicture = signature }
    guard let lastPicture else { return false }
    let difference = signature.difference(from: lastPicture)
    let isCut = difference > 0.1 && difference > 5 * usualDifference
    if !isCut { usualDifference += 0.1 * (min(difference, 0.1) - usualDifference) }
    return isCut
  }

  private mutating func lookAround(
    _ image: PixelImage, thorough: Bool = false
  ) throws(FaceTrackingError) -> [FaceDetection] {
    let faces = try detector.faces(in: image, thorough: thorough)
    picturesSinceDetection = 0
    let tallest = faces.map { $0.extent.y }.max() ?? 0
    faceCount = faces.count { $0.extent.y >= 0.4 * tallest }
    return faces.sorted { $0.score * $0.extent.y > $1.score * $1.extent.y }
  }

  /// The face a detector is sure of, when none of those it found is the one followed and the
  /// landmark network has doubts too.
  private static func betterFace(
    _ faces: [FaceDetection], than face: FaceLandmarks
  ) -> FaceDetection? {
    guard let best = faces.first, face.presence < 0.9 else { return nil }
    let (low, high) = face.bounds
    let own = FaceDetection(score: 1, minimum: low, maximum: high, keypoints: [])
    return faces.contains { $0.overlap(with: own) > 0.2 } ? nil : best
  }

  private mutating func acquire(
    _ faces: [FaceDetection], in image: PixelImage
  ) throws(FaceTrackingError) -> FaceLandmarks? {
    for detection in faces.prefix(3) {
      let region = ImageRegion(face: detection)
      guard region.isUsable(width: image.width, height: image.height) else { continue }
      let rough = try landmarker.landmarks(in: image, region: region)
      guard isAcceptable(rough, presence: options.keepingPresence) else { continue }
      // Once more, from the landmarks: the detector's box is coarse.
      let next = ImageRegion(face: rough.points)
      guard next.isUsable(width: image.width, height: image.height) else { continue }
      let face = try landmarker.landmarks(in: image, region: next)
      if isAcceptable(face, presence: options.acquiringPresence) { return face }
    }
    return nil
  }

  private func isAcceptable(_ face: FaceLandmarks, presence: Float) -> Bool {
    face.presence >= presence && LandmarkShape.flaw(in: face) == nil
  }

  private mutating func conclude(
    _ image: PixelImage, _ found: FaceLandmarks?, previous: FaceLandmarks?, isCut: Bool
  ) -> TrackedFrame {
    guard let face = found else {
      state = .searching
      return TrackedFrame(face: nil, confidence: 0, faceCount: 0, notices: [.noFace])
    }
    var notices = [TrackingNotice]()
    let next = ImageRegion(face: face.points)
    let signature = PictureSignature(of: image, region: next)
    if let lastFace {
      let likeness = signature.correlation(with: lastFace)
      if isCut || likeness < 0.4 { notices.append(.discontinuity) }
    }
    lastFace = signature
    if next.isUsable(width: image.width, height: image.height) {
      state = .tracking(face, next.steadied(from: face.region, share: options.steadyShare))
    } else {
      state = .searching
    }

    var confidence = face.presence
    if let previous {
      let residual = LandmarkShape.distortion(of: face, from: previous) / 0.15
      confidence /= 1 + residual * residual
    }
    let (low, high) = face.bounds
    let height = max(high.x - low.x, high.y - low.y)
    if faceCount > 1 { notices.append(.severalFaces(count: faceCount)) }
    if height < options.minimumFacePixels { notices.append(.faceTooSmall(pixels: height)) }
    if confidence < options.certainConfidence {
      notices.append(.uncertain(confidence: confidence))
    }
    return TrackedFrame(
      face: face, confidence: confidence, faceCount: max(faceCount, 1), notices: notices)
  }
}
