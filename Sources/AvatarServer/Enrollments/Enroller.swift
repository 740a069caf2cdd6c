/// What the server asks for: an avatar of the person in a video.
public struct EnrollmentOrder: Sendable, Equatable {
  /// How much time is spent.
  public enum Quality: String, Sendable, Codable, CaseIterable {
    /// A look at the result.
    case draft
    /// What most want.
    case standard
    /// For keeping.
    case high
  }

  /// The video.
  public let video: String
  /// Where the avatar goes; its report lies beside it, ending in `.report.html`.
  public let avatar: String
  /// Where a PNG of the growing avatar goes, again and again.
  public let preview: String
  /// How much time is spent.
  public let quality: Quality
  /// Whether an interrupted run is continued.
  public let resumes: Bool

  /// Orders an avatar.
  public init(video: String, avatar: String, preview: String, quality: Quality, resumes: Bool) {
    self.video = video
    self.avatar = avatar
    self.preview = preview
    self.quality = quality
    self.resumes = resumes
  }
}

/// What an enroller tells while it works.
public enum EnrollmentNews: Sendable, Equatable {
  /// How far it is: the stage's name, units done and in all, the loss while fitting.
  case progress(stage: String, done: Int, total: Int, loss: Double?)
  /// The preview has been drawn anew.
  case preview
}

/// Why no avatar was made.
public struct EnrollmentFailure: Error, Sendable, Equatable, Codable {
  /// A name for machines.
  public let kind: String
  /// One sentence for the person.
  public let detail: String
  /// Whether the video is to blame, so that trying again is of no use.
  public let isOfVideo: Bool

  /// Says why.
  public init(kind: String, detail: String, isOfVideo: Bool) {
    self.kind = kind
    self.detail = detail
    self.isOfVideo = isOfVideo
  }
}

/// Makes avatars of videos.
public protocol Enroller: Sendable {
  /// Makes one; ends early, keeping what can be continued, when its task is cancelled.
  ///
  /// - Parameter tell: told what happens, in order.
  /// - Returns: figures, as a JSON object.
  /// - Throws: ``EnrollmentFailure``, or `CancellationError`.
  func enroll(
    _ order: EnrollmentOrder, tell: @escaping @Sendable (EnrollmentNews) async -> Void
  ) async throws -> String
}
