public import GaussianSplats
public import Geometry

/// Gaussian splats that stand still: what other programs' files hold.
///
/// Axes are glTF's: y up, z towards who looks at the front, x to the right of the picture, which is the
/// left of a person who faces it; metres.
public struct SplatScene: Sendable, Equatable {
  /// One splat.
  public struct Splat: Sendable, Equatable {
    /// Its middle.
    public var position: Vector3
    /// From its axes to the scene's; of length 1.
    public var rotation: Quaternion
    /// Standard deviations along its axes, metres, above 0.
    public var scale: Vector3
    /// At the middle, 0…1.
    public var opacity: Float
    /// sRGB-coded, nominally 0…1: what directions of view have in common.
    public var color: Vector3

    /// Makes a splat.
    public init(
      position: Vector3, rotation: Quaternion, scale: Vector3, opacity: Float, color: Vector3
    ) {
      self.position = position
      self.rotation = rotation
      self.scale = scale
      self.opacity = opacity
      self.color = color
    }
  }

  /// The splats.
  public var splats: [Splat]

  /// The most splats that are read.
  public static let largestCount = 4_000_000
  /// The zeroth spherical harmonic, by which files divide colours less a half.
  public static let harmonic: Float = 0.28209479

  /// Makes a scene.
  public init(splats: [Splat]) { self.splats = splats }

  /// The least box around the middles; nil for an empty scene.
  public var bounds: (lower: Vector3, upper: Vector3)? {
    guard let first = splats.first else { return nil }
    return splats.reduce((first.position, first.position)) {
      (
        Vector3(
          min($0.0.x, $1.position.x), min($0.0.y, $1.position.y), min($0.0.z, $1.position.z)),
        Vector3(
          max($0.1.x, $1.position.x), max($0.1.y, $1.position.y), max($0.1.z, $1.position.z))
      )
    }
  }

  /// The splats as the rasteriser takes them, in a camera's coordinates and centimetres.
  ///
  /// - Parameter cameraFromScene: centimetres from the scene's axes times 100.
  public func buffer(cameraFromScene: RigidTransform) -> SplatBuffer {
    let buffer = SplatBuffer(count: splats.count)
    for (i, splat) in splats.enumerated() {
      let turn = cameraFromScene.rotation * splat.rotation.matrix
      let s = splat.scale * 100
      buffer.set(
        i, mean: cameraFromScene * (splat.position * 100),
        m: Matrix3(turn.x * s, turn.y * s, turn.z * s), opacity: min(splat.opacity, 0.99),
        color: splat.color)
    }
    return buffer
  }
}
