/// What the fit aims at and how fast it moves.
public struct FittingSettings: Sendable, Equatable {
  /// What a difference between rendering and frame costs.
  public var lossWeights = LossWeights(
    absolute: 0.8, structure: 0.2, alpha: 0.5, structureAtHalfSize: true)
  /// Learning rates of the fourteen attribute rows: centimetres, quaternion, log, logit, colour.
  public var rates: [Float] = [
    0.01, 0.01, 0.01, 0.004, 0.004, 0.004, 0.004, 0.015, 0.015, 0.015, 0.05, 0.008, 0.008, 0.008,
  ]
  /// Rate of the bases relative to their row's.
  public var basisRate: Float = 0.12
  /// Rates fall to this share at the end, geometrically.
  public var finalRate: Float = 0.1
  /// Pull toward the seeded value, a row, as gradient per unit of distance: what no frame
  /// constrains stays as it was seeded.
  public var pulls: [Float] = [
    6e-6, 6e-6, 6e-6, 3e-7, 3e-7, 3e-7, 3e-7, 1.5e-6, 1.5e-6, 1.5e-6, 1e-8, 3e-6, 3e-6, 3e-6,
  ]
  /// Adam's epsilon, in units of the loss's gradient: keeps leaked gradients from moving splats.
  public var epsilon: Float = 1.5e-7
  /// Factor on the bases each step.
  public var decay: Float = 0.99999
  /// Noise added to the code, in standard deviations, so that nearby codes look alike.
  public var codeNoise: Float = 0.05
  /// Rate of the map from face state to code.
  public var mapRate: Float = 0.0005
  /// Rate of one frame's correction of its code.
  public var correctionRate: Float = 0.04
  /// The share of a correction that survives each visit of its frame.
  public var correctionDecay: Float = 0.99
  /// Rate of one frame's turns of head and torso, in radians.
  public var turnRate: Float = 0.0006
  /// Rate of one frame's shifts of head and torso, in centimetres.
  public var shiftRate: Float = 0.006
  /// Rate of one frame's gazes, in radians.
  public var gazeRate: Float = 0.006
  /// The largest axis of a splat in centimetres.
  public var largestScale: Float = 0.6
  /// Share of steps at half resolution.
  public var halfResolutionShare: Float = 0.3
  /// Steps before corrections and poses are freed.
  public var warmUp = 300

  /// The default settings.
  public init() {}
}
