public import AvatarModel
public import ExpressionStream
public import FaceTracking
internal import StreamSignatures

/// What went wrong in the last call, as numbers: a code and up to three values.
///
/// `Web/core/failures.js` puts words to them, and lists the codes in the same order.
public struct Failure: Error, Equatable {
  /// The codes, which calls return negated.
  public enum Code: Int32, Sendable {
    /// The number of an object that was never made, or has been closed.
    case noSuchObject = 1
    /// A call before the bytes that it needs have arrived.
    case notReady = 2
    /// A number of a state or an eye that cannot be computed with: its place.
    case stateNotFinite = 3
    /// A number of a view that cannot be drawn with: its place.
    case viewNotFinite = 4

    /// `AvatarError.notAnAvatar`.
    case notAnAvatar = 10
    /// `AvatarError.unsupportedVersion`.
    case avatarVersion = 11
    /// `AvatarError.truncated`: needed and available bytes.
    case avatarTruncated = 12
    /// `AvatarError.missingSection`.
    case avatarSectionMissing = 13
    /// `AvatarError.checksumMismatch`.
    case avatarChecksum = 14
    /// `AvatarError.wrongLength`.
    case avatarSectionLength = 15
    /// `AvatarError.valueOutOfRange`: section and offset.
    case avatarValue = 16

    /// `FaceTrackingError.model`: which network.
    case modelUnreadable = 30
    /// `FaceTrackingError.unexpectedTensor`: which network.
    case modelOfAnotherKind = 31
    /// `FaceTrackingError.unusablePicture`: width, height, channels.
    case pictureUnusable = 32
    /// `FaceTrackingError.unusableRegion`.
    case regionUnusable = 33
    /// Any `TemplateError`.
    case templateUnreadable = 34
    /// `FaceSolvingError.invalidCamera`: width, height.
    case cameraUnusable = 35
    /// Any other `FaceSolvingError`.
    case landmarksUnusable = 36
    /// A file that tracking needs was not given: which.
    case filesMissing = 37
    /// An avatar with another number of landmarks than the detector has.
    case avatarWithoutLandmarks = 38

    /// A stream's configuration that cannot be read.
    case configurationUnusable = 50
    /// Bytes that are no packet for this end.
    case packetUnusable = 51
    /// A packet of another epoch, or older than what is known.
    case packetOutdated = 52
    /// A packet that needs what has not arrived; the sender hears of it.
    case packetWaits = 53

    /// Bytes that are no recording.
    case notARecording = 60
    /// A recording of an unknown version.
    case recordingVersion = 61
    /// A recording whose beginning is not all there.
    case recordingTruncated = 62
    /// A recording whose description of itself is damaged.
    case recordingDamaged = 63

    /// `SignatureError.malformed`: the length.
    case signatureUnusable = 70
    /// `SignatureError.unknownKey`.
    case signatureKeyUnknown = 71
    /// `SignatureError.foreignKey`.
    case signatureForeignKey = 72
    /// `SignatureError.otherContext`.
    case signatureOtherContext = 73
    /// `SignatureError.invalidSignature`.
    case signatureInvalid = 74
    /// `SignatureError.otherStream`: expected and found.
    case signatureOtherStream = 75
    /// `SignatureError.timeWentBack`: to and from.
    case signatureTimeWentBack = 76
    /// `SignatureError.notFresh`: when it was signed, and now.
    case signatureNotFresh = 77
    /// `SignatureError.alreadyCovered`: first and last.
    case signatureAlreadyCovered = 78
    /// `SignatureError.alteredStates`: first and last.
    case statesAltered = 79
    /// A key, a context, a time or options that nothing can be signed or checked with.
    case signingUnusable = 80
  }

  /// Why.
  public let code: Code
  /// Values that the sentence names.
  public let values: SIMD3<Double>

  /// Makes a failure.
  public init(_ code: Code, _ a: Double = 0, _ b: Double = 0, _ c: Double = 0) {
    self.code = code
    values = SIMD3(a, b, c)
  }

  /// Bytes that are not an avatar.
  public init(_ error: AvatarError) {
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
  /// What is wrong with a packet.
  init(_ error: PacketError) {
    switch error {
    case .foreignEpoch, .tooOld: self.init(.packetOutdated)
    case .configurationMissing, .referenceMissing: self.init(.packetWaits)
    default: self.init(.packetUnusable)
    }
  }

  /// What is wrong with a signature.
  init(_ error: SignatureError) {
    switch error {
    case .malformed(let length): self.init(.signatureUnusable, Double(length))
    case .unknownKey: self.init(.signatureKeyUnknown)
    case .foreignKey: self.init(.signatureForeignKey)
    case .otherContext: self.init(.signatureOtherContext)
    case .invalidSignature: self.init(.signatureInvalid)
    case .otherStream(let expected, let found):
      self.init(.signatureOtherStream, Double(expected), Double(found))
    case .timeWentBack(let to, let from):
      self.init(.signatureTimeWentBack, Double(to), Double(from))
    case .notFresh(let signed, let now):
      self.init(.signatureNotFresh, Double(signed), Double(now))
    case .alreadyCovered(let first, let last):
      self.init(.signatureAlreadyCovered, Double(first), Double(last))
    case .alteredStates(let first, let last):
      self.init(.statesAltered, Double(first), Double(last))
    }
  }

  /// What is wrong with a recording.
  init(_ error: StreamError) {
    switch error {
    case .notAStream(let found): self.init(.notARecording, Double(found))
    case .unsupportedVersion(let version): self.init(.recordingVersion, Double(version))
    case .wrongLength(let expected, let found):
      self.init(.recordingTruncated, Double(expected), Double(found))
    default: self.init(.recordingDamaged)
    }
  }

  /// What tracking could not do; the first value says which network.
  public init(_ error: FaceTrackingError) {
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
  public init(_ error: FaceSolvingError) {
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
@inline(never)
public func status(_ body: () throws(Failure) -> Int32) -> Int32 {
  do {
    return try body()
  } catch {
    // Safe because a WebAssembly instance has one thread.
    lastFailure = error
    return -error.code.rawValue
  }
}

// Safe because a WebAssembly instance has one thread.
/// The failure of the last call that failed.
nonisolated(unsafe) public var lastFailure = Failure(.noSuchObject)
