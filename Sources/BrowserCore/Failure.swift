internal import AvatarModel
internal import FaceTracking

/// What went wrong in the last call, as numbers: a code and up to three values.
///
/// `Web/core/failures.js` puts words to them, and lists the codes in the same order.
struct Failure: Error, Equatable {
  /// The codes, which calls return negated.
  enum Code: Int32 {
    case noSuchObject = 1
    case notReady = 2
    case stateNotFinite = 3

    case notAnAvatar = 10
    case avatarVersion = 11
    case avatarTruncated = 12
    case avatarSectionMissing = 13
    case avatarChecksum = 14
    case avatarSectionLength = 15
    case avatarValue = 16

    case modelUnreadable = 30
    case modelOfAnotherKind = 31
    case pictureUnusable = 32
    case regionUnusable = 33
    case templateUnreadable = 34
    case cameraUnusable = 35
    case landmarksUnusable = 36
    case filesMissing = 37
  }

  /// Why.
  let code: Code
  /// Values that the sentence names.
  let values: SIMD3<Double>

  /// Makes a failure.
  init(_ code: Code, _ a: Double = 0, _ b: Double = 0, _ c: Double = 0) {
    self.code = code
    values = SIMD3(a, b, c)
  }

  /// Bytes that are not an avatar.
  init(_ error: AvatarError) {
    switch error {
    case .notAnAvatar(let found): self.init(.notAnAvatar, Double(found))
    case .unsupportedVersion(let version): self.init(.avatarVersion, Double(version))
    case .truncated(let needed, let available):
      self.init(.avatarTruncated, Double(needed), Double(available))
    case .missingSection(let section):
      self.init(.avatarSectionMissing, Double(section.rawValue))
    case .checksumMismatch(let section, let expected, let found):
      self.init(.avatarChecksum, Double(section.rawValue), Double(expected), Double(found))
    case .wrongLength(let section, let expected, let found):
      self.init(.avatarSectionLength, Double(section.rawValue), Double(expected), Double(found))
    case .valueOutOfRange(let section, let offset):
      self.init(.avatarValue, Double(section.rawValue), Double(offset))
    }
  }
}

extension Failure {
  /// What tracking could not do; the first value says which network.
  init(_ error: FaceTrackingError) {
    switch error {
    case .model(let network, _): self.init(.modelUnreadable, Self.number(network))
    case .unexpectedTensor(let network, let found, let expected):
      self.init(.modelOfAnotherKind, Self.number(network), Double(found), Double(expected))
    case .unusablePicture(let width, let height, let channels):
      self.init(.pictureUnusable, Double(width), Double(height), Double(channels))
    case .unusableRegion: self.init(.regionUnusable)
    }
  }

  /// What the solver could not do.
  init(_ error: FaceSolvingError) {
    switch error {
    case .invalidCamera(let width, let height):
      self.init(.cameraUnusable, Double(width), Double(height))
    case .nonFiniteLandmark(let index): self.init(.landmarksUnusable, Double(index))
    case .noUsableFrames(let given): self.init(.landmarksUnusable, Double(given))
    case .degenerateLandmarks: self.init(.landmarksUnusable)
    case .mismatchedIdentity(let modes, let expected):
      self.init(.landmarksUnusable, Double(modes), Double(expected))
    case .wrongLandmarkCount(let count, let expected):
      self.init(.landmarksUnusable, Double(count), Double(expected))
    }
  }

  private static func number(_ network: FaceNetwork) -> Double {
    switch network {
    case .shortRangeDetection: 0
    case .fullRangeDetection: 1
    case .landmarks: 2
    case .iris: 3
    case .segmentation: 4
    }
  }
}

/// Runs a call's body; a failure is kept for `core_failure_value` and becomes a negative code.
func status(_ body: () throws(Failure) -> Int32) -> Int32 {
  do {
    return try body()
  } catch {
    // Safe because a WebAssembly instance has one thread.
    lastFailure = error
    return -error.code.rawValue
  }
}

// Safe because a WebAssembly instance has one thread.
nonisolated(unsafe) var lastFailure = Failure(.noSuchObject)
