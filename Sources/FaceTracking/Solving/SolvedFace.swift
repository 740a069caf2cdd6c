public import FaceRig

/// A face state and how far it can be trusted.
public struct SolvedFace: Sendable, Equatable {
  /// What the face does.
  public var state: FaceState
  /// Mean distance of landmarks from their prediction, in per cent of the distance between the
  /// pupils; that of the last frame seen while the face is lost.
  public var residual: Float
  /// 0…1: falls while the face is hidden or fits badly.
  public var confidence: Float
  /// Whether this frame's landmarks were used.
  public var isTracked: Bool

  /// Makes a solved face from its parts.
  public init(state: FaceState, residual: Float, confidence: Float, isTracked: Bool) {
    self.state = state
    self.residual = residual
    self.confidence = confidence
    self.isTracked = isTracked
  }
}
