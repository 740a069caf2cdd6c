internal import FaceRig

/// What a person's face does when it does nothing, taken out of what it does.
struct NeutralFace {
  private var recent = Expression()
  private var count = 0
  private var neutral: Expression?

  /// Takes part in the running mean, over about a third of a second.
  mutating func add(_ state: FaceState) {
    count += 1
    let share = max(0.1, 1 / Float(count))
    for i in 0..<ExpressionChannel.count {
      recent[i] += (state.expression[i] - recent[i]) * share
    }
  }

  /// Takes the mean for the neutral expression, or forgets it.
  mutating func calibrate(_ isOn: Bool) { neutral = isOn && count > 0 ? recent : nil }

  /// The expression without the neutral one: what is left of the range becomes the whole.
  func expression(of seen: Expression) -> Expression {
    guard let neutral else { return seen }
    var result = Expression()
    for i in 0..<ExpressionChannel.count {
      // A channel that is mostly on at rest is not made sensitive without bound.
      let rest = min(neutral[i], 0.7)
      result[i] = min(max((seen[i] - rest) / (1 - rest), 0), 1)
    }
    return result
  }
}
