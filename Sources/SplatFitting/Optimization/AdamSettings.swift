/// The constants of Adam, and its place in time.
public struct AdamSettings: Sendable, Equatable {
  /// Decay of the first and second moments.
  public var beta1: Float, beta2: Float
  /// Added to the root of the second moment; gradients well below it leave parameters alone.
  public var epsilon: Float
  /// Multiplies parameters before every step.
  public var decay: Float
  /// The step, counted from 1.
  public var step: Int

  /// Makes settings for the first step.
  public init(
    beta1: Float = 0.9, beta2: Float = 0.99, epsilon: Float = 1e-9, decay: Float = 1, step: Int = 1
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    self.step = step
  }

  /// 1 − βᵗ for both moments.
  public var corrections: (first: Float, second: Float) {
    (1 - power(beta1, step), 1 - power(beta2, step))
  }

  private func power(_ base: Float, _ exponent: Int) -> Float {
    var result = 1.0, square = Double(base), n = exponent
    while n > 0 {
      if n & 1 == 1 { result *= square }
      square *= square
      n >>= 1
    }
    return Float(result)
  }
}
