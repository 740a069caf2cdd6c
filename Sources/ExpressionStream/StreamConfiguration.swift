public import AvatarModel
public import Geometry

/// What sender and receiver of a stream agree on before the first state.
public struct StreamConfiguration: Sendable, Equatable {
  /// From coordinates to components and back.
  public var transform: StreamTransform
  /// The nominal likeness of the rendering to that of the states themselves, decibels, in
  /// ``qualities``; at 40 no difference can be seen.
  public var quality: Int
  /// The nominal time between states in ticks of 1/90 000 s.
  public var interval: UInt32
  /// The camera that saw the person.
  public var camera: PinholeCamera

  /// Ticks in a second.
  public static let ticksPerSecond = 90_000.0
  /// The qualities that can be asked for.
  public static let qualities = 20...60

  /// Makes a configuration.
  ///
  /// - Parameters:
  ///   - quality: clamped to ``qualities``.
  ///   - interval: at least one tick; 3000 is 30 states a second.
  public init(
    transform: StreamTransform, quality: Int = 40, interval: UInt32 = 3000, camera: PinholeCamera
  ) {
    self.transform = transform
    self.quality = min(max(quality, Self.qualities.lowerBound), Self.qualities.upperBound)
    self.interval = min(max(interval, 1), 90_000_000)
    self.camera = camera
  }

  /// How far apart the values are that a component can have, in the root of the picture's mean
  /// squared error (samples 0…1): 6 dB more halve it.
  public var step: Float {
    0.285 * ElementaryFunctions.exp(-Float(quality) * 0.11512925)
  }
}
