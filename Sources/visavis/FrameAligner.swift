import MediaIO

/// Pairs the frames of two videos by their times.
///
/// Two frames are a pair when each is the other's nearest and they are no further apart than the
/// tolerance. Frames come in order; only one frame of each side is looked ahead.
struct FrameAligner {
  /// What comes next.
  enum Step {
    /// Two frames shown at one time.
    case pair(VideoFrame, VideoFrame)
    /// A frame without partner.
    case onlyReference(VideoFrame)
    /// A frame without partner.
    case onlyRendered(VideoFrame)
  }

  private let tolerance: Double
  private let nextReference, nextRendered: () throws -> VideoFrame?
  private var references: [VideoFrame] = [], rendereds: [VideoFrame] = []

  /// - Parameter tolerance: Seconds that partners may be apart.
  init(
    tolerance: Double, reference: @escaping () throws -> VideoFrame?,
    rendered: @escaping () throws -> VideoFrame?
  ) {
    self.tolerance = tolerance
    nextReference = reference
    nextRendered = rendered
  }

  /// The next step, or nil when both videos have ended.
  mutating func next() throws -> Step? {
    try fill()
    guard let reference = references.first else {
      return rendereds.isEmpty ? nil : .onlyRendered(rendereds.removeFirst())
    }
    guard let rendered = rendereds.first else {
      return .onlyReference(references.removeFirst())
    }
    let distance = (reference.time - rendered.time).magnitude
    let isReferenceFirst = reference.time < rendered.time
    // The earlier frame is alone when the partner is too far, or closer to the frame after it.
    if isReferenceFirst {
      if distance > tolerance || isCloser(references, to: rendered, than: distance) {
        return .onlyReference(references.removeFirst())
      }
    } else if distance > tolerance || isCloser(rendereds, to: reference, than: distance) {
      return .onlyRendered(rendereds.removeFirst())
    }
    return .pair(references.removeFirst(), rendereds.removeFirst())
  }

  /// Whether the second frame waiting is closer to a frame than `distance`.
  private func isCloser(_ waiting: [VideoFrame], to frame: VideoFrame, than distance: Double)
    -> Bool
  {
    waiting.count > 1 && (waiting[1].time - frame.time).magnitude < distance
  }

  private mutating func fill() throws {
    while references.count < 2, let frame = try nextReference() { references.append(frame) }
    while rendereds.count < 2, let frame = try nextRendered() { rendereds.append(frame) }
  }
}
