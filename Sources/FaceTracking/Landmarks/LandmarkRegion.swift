internal import Geometry

extension ImageRegion {
  /// How much larger than the face's box the landmark network's region is.
  static let faceMargin: Float = 1.5
  /// How much wider than the eye, corner to corner, the iris network's region is.
  static let eyeMargin: Float = 2.3

  /// The square to look for landmarks in, from a detection: about its box, turned so that the eyes
  /// are level.
  init(face detection: FaceDetection) {
    self.init(
      minimum: detection.minimum, maximum: detection.maximum,
      along: detection[.leftEye] - detection[.rightEye], margin: Self.faceMargin)
  }

  /// The square to look for landmarks in, from those of the last picture.
  init(face points: [Vector3]) {
    var low = points[0].planar, high = low
    for p in points {
      low = SIMD2(min(low.x, p.x), min(low.y, p.y))
      high = SIMD2(max(high.x, p.x), max(high.y, p.y))
    }
    let eyes = points[FaceMesh.leftEyeOuter] - points[FaceMesh.rightEyeOuter]
    self.init(minimum: low, maximum: high, along: eyes.planar, margin: Self.faceMargin)
  }

  /// The square to look for an iris in, from the eye's corner on the picture's left and the other.
  init(eyeCorners first: SIMD2<Float>, _ second: SIMD2<Float>) {
    self.init(
      minimum: SIMD2(min(first.x, second.x), min(first.y, second.y)),
      maximum: SIMD2(max(first.x, second.x), max(first.y, second.y)),
      along: second - first, margin: Self.eyeMargin)
  }

  /// A square about an upright box, its side the box's longer one times `margin`, turned so that
  /// its x axis runs along `direction`.
  private init(
    minimum: SIMD2<Float>, maximum: SIMD2<Float>, along direction: SIMD2<Float>, margin: Float
  ) {
    let size = maximum - minimum
    let side = max(size.x, size.y) * margin
    self.init(
      center: (minimum + maximum) * 0.5, extent: [side, side],
      rotation: ElementaryFunctions.atan2(direction.y, direction.x))
  }

  /// Whether the numbers are finite, the region has an area and some of it may lie in the picture.
  func isUsable(width: Int, height: Int) -> Bool {
    guard center.x.isFinite, center.y.isFinite, extent.x.isFinite, rotation.isFinite else {
      return false
    }
    let reach = extent.x * 0.5
    return extent.x >= 4 && extent.x < 8 * Float(max(width, height))
      && center.x > -reach && center.y > -reach
      && center.x < Float(width) + reach && center.y < Float(height) + reach
  }

  /// This region, held back toward the `old` one when it differs by less than `share` of its size:
  /// the smaller the change, the more likely it is noise.
  func steadied(from old: ImageRegion, share: Float) -> ImageRegion {
    var turn = rotation - old.rotation
    if turn > .pi { turn -= 2 * .pi }
    if turn < -.pi { turn += 2 * .pi }
    let change = max(
      (center - old.center).length,
      max((extent.x - old.extent.x).magnitude, turn.magnitude * extent.x * 0.5))
    let limit = share * extent.x
    if change >= limit { return self }
    let weight = max(0.1, change / limit)
    return ImageRegion(
      center: old.center + (center - old.center) * weight,
      extent: old.extent + (extent - old.extent) * weight,
      rotation: old.rotation + turn * weight)
  }
}
