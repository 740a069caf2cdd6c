/// What an enrolment is doing, told as it goes.
public struct EnrollmentProgress: Sendable, Equatable {
  /// The stages in order.
  public enum Stage: String, Sendable, CaseIterable, Codable {
    /// Decoding, following the face, separating the person.
    case tracking
    /// Solving for the person's shape and every frame's expression.
    case solving
    /// The second look at the mattes.
    case mattes
    /// Splats and bases.
    case fitting
    /// The photometric driver's normal matrix.
    case learning
    /// Driving and drawing what was held out.
    case checking
  }

  /// The stage.
  public let stage: Stage
  /// Units done and units in all.
  public let done, total: Int
  /// The loss, while fitting.
  public let loss: Float?
}
