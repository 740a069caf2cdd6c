public import Geometry

/// Finds the landmarks of the face in a region of a picture: image, ``ImageRegion`` →
/// ``FaceLandmarks``.
public struct FaceLandmarker {
  private static let meshSide = 192
  private static let eyeSide = 64

  private var mesh: Network
  private var iris: Network
  private var tensor: [Float] = []

  /// Reads the landmark models.
  ///
  /// - Throws: ``FaceTrackingError/model(_:_:)`` for bytes that are no model,
  ///   ``FaceTrackingError/unexpectedTensor(_:found:expected:)`` for another network's.
  public init(models: FaceModels) throws(FaceTrackingError) {
    mesh = try Network(
      bytes: models.landmarks, kind: .landmarks, inputCount: Self.meshSide * Self.meshSide * 3,
      outputCounts: [FaceLandmarks.count * 3, 1])
    iris = try Network(
      bytes: models.iris, kind: .iris, inputCount: Self.eyeSide * Self.eyeSide * 3,
      outputCounts: [71 * 3, 5 * 3])
  }

  /// The landmarks in the region, whatever it shows: see ``FaceLandmarks/presence``.
  ///
  /// - Throws: ``FaceTrackingError/unusablePicture(width:height:channels:)``,
  ///   ``FaceTrackingError/unusableRegion(_:)``.
  public mutating func landmarks(
    in image: PixelImage, region: ImageRegion
  ) throws(FaceTrackingError) -> FaceLandmarks {
    try image.checkUsable()
    guard region.isUsable(width: image.width, height: image.height) else {
      throw .unusableRegion(region)
    }
    RegionSampler(width: Self.meshSide, height: Self.meshSide)
      .fill(&tensor, from: image, region: region)
    try mesh.run(tensor)
    let logit = min(max(mesh.output(1)[0], -80), 80)
    let points = Self.points(
      mesh.output(0), side: Self.meshSide, region: region, mirrored: false)
    let right = try eye(in: image, points, of: .right)
    let left = try eye(in: image, points, of: .left)
    return FaceLandmarks(
      points: points, leftEye: left, rightEye: right,
      presence: 1 / (1 + ElementaryFunctions.exp(-logit)), region: region)
  }

  private enum Side {
    case left
    case right
  }

  /// The network knows right eyes; left ones are shown to it in a mirror.
  private mutating func eye(
    in image: PixelImage, _ points: [Vector3], of side: Side
  ) throws(FaceTrackingError) -> EyeLandmarks {
    let isLeft = side == .left
    let first = points[isLeft ? FaceMesh.leftEyeInner : FaceMesh.rightEyeOuter]
    let second = points[isLeft ? FaceMesh.leftEyeOuter : FaceMesh.rightEyeInner]
    let corners = (first.planar, second.planar)
    let isFinite = (first + second).dot([1, 1, 1]).isFinite
    let region = isFinite ? ImageRegion(eyeCorners: corners.0, corners.1) : nil
    guard let region, region.isUsable(width: image.width, height: image.height) else {
      // An eye without width, or outside the picture: what the mesh says.
      let indices = isLeft ? EyeContour.leftMeshIndices : EyeContour.rightMeshIndices
      return EyeLandmarks(
        iris: [Vector3](repeating: (first + second) * 0.5, count: 5),
        contour: indices.map { points[$0] })
    }
    var sampler = RegionSampler(width: Self.eyeSide, height: Self.eyeSide)
    sampler.mirrored = isLeft
    sampler.fill(&tensor, from: image, region: region)
    try iris.run(tensor)
    return EyeLandmarks(
      iris: Self.points(iris.output(1), side: Self.eyeSide, region: region, mirrored: isLeft),
      contour: Self.points(iris.output(0), side: Self.eyeSide, region: region, mirrored: isLeft))
  }

  /// A network's points, in pixels of its input, taken to the picture.
  private static func points(
    _ values: [Float], side: Int, region: ImageRegion, mirrored: Bool
  ) -> [Vector3] {
    let map = region.imageFromUnit
    let unit = 1 / Float(side)
    return (0..<values.count / 3).map { k in
      let x = values[3 * k] * unit
      let p = map * SIMD2(mirrored ? 1 - x : x, values[3 * k + 1] * unit)
      return Vector3(p.x, p.y, values[3 * k + 2] * unit * region.extent.x)
    }
  }
}
