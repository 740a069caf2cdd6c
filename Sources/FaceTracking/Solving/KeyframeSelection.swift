/// Which frames to learn a person from.
enum KeyframeSelection {
  /// Farthest-point choice: the frame nearest the middle, then ever the one least like those chosen.
  ///
  /// Frames are compared by their landmarks, moved to the origin and scaled to one.
  ///
  /// Complexity: O(frames × keyframes × landmarks).
  ///
  /// - Returns: At most `limit` indices into `frames`, in order of choice; frames that are nearly
  ///   the same as a chosen one are not chosen.
  static func select(_ frames: [FaceObservation], limit: Int) -> [Int] {
    guard let first = frames.first else { return [] }
    let stride = first.landmarks.count * 2
    var features = [Float](repeating: 0, count: stride * frames.count)
    var mean = [Float](repeating: 0, count: stride)
    for (i, frame) in frames.enumerated() {
      var middle = SIMD2<Float>.zero
      for p in frame.landmarks { middle += p }
      middle /= Float(frame.landmarks.count)
      var square: Float = 0
      for p in frame.landmarks {
        let d = p - middle
        square += d.x * d.x + d.y * d.y
      }
      let scale = 1 / max(square.squareRoot(), 1e-6)
      for (n, p) in frame.landmarks.enumerated() {
        let d = (p - middle) * scale
        features[i * stride + 2 * n] = d.x
        features[i * stride + 2 * n + 1] = d.y
        mean[2 * n] += d.x / Float(frames.count)
        mean[2 * n + 1] += d.y / Float(frames.count)
      }
    }
    func distance(_ i: Int, to point: Span<Float>, from offset: Int) -> Float {
      var sum: Float = 0
      for k in 0..<stride {
        let d = features[i * stride + k] - point[offset + k]
        sum += d * d
      }
      return sum
    }
    var nearest = [Float](repeating: .infinity, count: frames.count)
    var best = 0
    for i in frames.indices {
      nearest[i] = distance(i, to: mean.span, from: 0)
      if nearest[i] < nearest[best] { best = i }
    }
    var chosen: [Int] = []
    for i in nearest.indices { nearest[i] = .infinity }
    while chosen.count < min(limit, frames.count) {
      chosen.append(best)
      var next = best
      for i in frames.indices {
        nearest[i] = min(nearest[i], distance(i, to: features.span, from: best * stride))
        if nearest[i] > nearest[next] { next = i }
      }
      if nearest[next] < 1e-7 { break }
      best = next
    }
    return chosen
  }
}
