/// How much each part of an image loss counts.
public struct LossWeights: Sendable, Equatable {
  /// The mean absolute difference of the three channels.
  public var absolute: Float
  /// The mean squared difference of the three channels.
  public var square: Float
  /// One minus the mean structural similarity of luma (11 taps, σ = 1.5).
  public var structure: Float
  /// The mean squared difference of alpha.
  public var alpha: Float
  /// Compare structure at half size, at a quarter of the cost.
  public var structureAtHalfSize: Bool

  /// Makes weights: by default those of 3D Gaussian Splatting (2023), and a tenth for alpha.
  public init(
    absolute: Float = 0.8, square: Float = 0, structure: Float = 0.2, alpha: Float = 0.1,
    structureAtHalfSize: Bool = false
  ) {
    self.absolute = absolute
    self.square = square
    self.structure = structure
    self.alpha = alpha
    self.structureAtHalfSize = structureAtHalfSize
  }
}

/// The parts of an image loss, before weighting; means over pixels (and channels).
public struct LossValue: Sendable, Equatable {
  /// The mean absolute difference of the three channels.
  public var absolute = 0.0
  /// The mean squared difference of the three channels.
  public var square = 0.0
  /// One minus the mean structural similarity; 0 where it was not asked for.
  public var structure = 0.0
  /// The mean squared difference of alpha.
  public var alpha = 0.0

  /// Nothing compared yet.
  public init() {}

  /// The weighted sum, whose gradient was written.
  public func total(_ weights: LossWeights) -> Double {
    absolute * Double(weights.absolute) + square * Double(weights.square)
      + structure * Double(weights.structure) + alpha * Double(weights.alpha)
  }
}
