import AvatarModel

/// What the held-out check drew, kept for the report: states, not pictures, which are drawn again.
final class DrivenFrames {
  /// One held-out frame.
  struct Frame {
    /// Index into ``CaptureMaterial/heldOut``.
    let item: Int
    let state: AvatarState
    let decibels: Double
  }

  private(set) var frames: [Frame] = []

  /// Keeps a frame.
  func add(_ item: Int, _ state: AvatarState, _ decibels: Double) {
    frames.append(Frame(item: item, state: state, decibels: decibels))
  }
}
