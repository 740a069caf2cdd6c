internal import Geometry

/// A rotated rectangle in a picture, in pixels; pixel centres lie at half-integers.
public struct ImageRegion: Sendable, Equatable {
  /// The middle.
  public var center: SIMD2<Float>
  /// Width and height along the rectangle's own axes.
  public var extent: SIMD2<Float>
  /// The turn of the rectangle's x axis from the picture's, in radians, clockwise as seen.
  public var rotation: Float

  /// Makes a region from its parts.
  public init(center: SIMD2<Float>, extent: SIMD2<Float>, rotation: Float = 0) {
    self.center = center
    self.extent = extent
    self.rotation = rotation
  }

  /// The smallest upright square that holds a whole picture, its middle on the picture's.
  public init(letterboxing width: Int, _ height: Int, rotation: Float = 0) {
    let side = Float(max(width, height))
    self.init(
      center: [Float(width) / 2, Float(height) / 2], extent: [side, side], rotation: rotation)
  }

  /// The map from coordinates in 0…1 across the region to the picture's pixels.
  public var imageFromUnit: PlanarMap {
    let (s, c) = ElementaryFunctions.sinCos(rotation)
    let x = SIMD2(c, s) * extent.x
    let y = SIMD2(-s, c) * extent.y
    return PlanarMap(x: x, y: y, origin: center - x * 0.5 - y * 0.5)
  }
}

/// An affine map of the plane: `p ↦ x·p.x + y·p.y + origin`.
public struct PlanarMap: Sendable, Equatable {
  /// Where the unit vectors and the origin go.
  public var x, y, origin: SIMD2<Float>

  /// A point taken from source to destination.
  @inlinable @inline(__always)
  public static func * (m: PlanarMap, p: SIMD2<Float>) -> SIMD2<Float> {
    m.x * p.x + m.y * p.y + m.origin
  }
}
