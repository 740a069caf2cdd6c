public import Geometry

/// One eye as the iris network sees it; positions in pixels, z as in ``FaceLandmarks/points``.
public struct EyeLandmarks: Sendable, Equatable {
  /// The iris: its middle, then its right, upper, left and lower edge as seen in the picture for
  /// the person's right eye, mirrored for the left.
  public var iris: [Vector3]
  /// 71 points: the lids' edges, three rings about them, and the brow, in the order of
  /// ``EyeContour/rightMeshIndices``.
  public var contour: [Vector3]

  /// The iris's middle.
  public var center: Vector3 { iris[0] }
  /// Four points on the iris's edge, a quarter turn apart.
  public var ring: ArraySlice<Vector3> { iris[1...] }

  /// The iris's diameter in pixels: the mean of the ring's two diagonals.
  public var irisDiameter: Float {
    ((iris[1] - iris[3]).planar.length + (iris[2] - iris[4]).planar.length) / 2
  }
}

/// The landmarks of one face in one picture.
public struct FaceLandmarks: Sendable, Equatable {
  /// How many points the face mesh has.
  public static let count = 468

  /// 468 points of MediaPipe's face mesh: x and y in pixels (pixel centres at half-integers), z
  /// relative to the head's middle in the same unit, smaller nearer the camera.
  public var points: [Vector3]
  /// The person's left and right eye, from crops of their own.
  public var leftEye, rightEye: EyeLandmarks
  /// How sure the network is that the region showed a face, 0…1.
  public var presence: Float
  /// Where the network looked.
  public var region: ImageRegion

  /// The left iris: its middle and four points of its edge.
  public var leftIris: (center: Vector3, ring: ArraySlice<Vector3>) {
    (leftEye.center, leftEye.ring)
  }

  /// The right iris: its middle and four points of its edge.
  public var rightIris: (center: Vector3, ring: ArraySlice<Vector3>) {
    (rightEye.center, rightEye.ring)
  }

  /// The points with those of the lids, the skin about the eyes and the brows taken from the iris
  /// network, which sees the eyes four times as large; z stays that of ``points``.
  public var pointsWithRefinedEyes: [Vector3] {
    var refined = points
    for (eye, indices) in [
      (rightEye, EyeContour.rightMeshIndices), (leftEye, EyeContour.leftMeshIndices),
    ] {
      for (point, index) in zip(eye.contour, indices) {
        refined[index] = Vector3(point.x, point.y, points[index].z)
      }
    }
    return refined
  }

  /// The corners of the box about all points, in pixels.
  public var bounds: (minimum: SIMD2<Float>, maximum: SIMD2<Float>) {
    var low = points[0].planar, high = low
    for p in points {
      low = SIMD2(min(low.x, p.x), min(low.y, p.y))
      high = SIMD2(max(high.x, p.x), max(high.y, p.y))
    }
    return (low, high)
  }

  /// The distance between the irises' middles, in pixels.
  public var pupilDistance: Float { (leftEye.center - rightEye.center).planar.length }

  /// The face's height along its own axis, from the top of the forehead to the chin, in pixels.
  public var faceHeight: Float {
    (points[FaceMesh.chin] - points[FaceMesh.foreheadTop]).planar.length
  }
}

/// Points of the face mesh that have a name; sides are the person's.
public enum FaceMesh {
  /// The outer and inner corner of the right eye.
  public static let rightEyeOuter = 33, rightEyeInner = 133
  /// The inner and outer corner of the left eye.
  public static let leftEyeInner = 362, leftEyeOuter = 263
  /// The middle of the hairline, and of the chin's lower edge.
  public static let foreheadTop = 10, chin = 152
  /// The tip of the nose, and its root between the eyes.
  public static let noseTip = 1, noseRoot = 168
  /// The inner edge of the upper and lower lip.
  public static let upperLip = 13, lowerLip = 14
  /// The middle of the right eye's upper and lower lid.
  public static let rightUpperLid = 159, rightLowerLid = 145
  /// The middle of the left eye's upper and lower lid.
  public static let leftUpperLid = 386, leftLowerLid = 374
}

/// Which points of the face mesh the iris network's eye contour stands for.
public enum EyeContour {
  /// For the person's right eye.
  public static let rightMeshIndices = [
    33, 7, 163, 144, 145, 153, 154, 155, 133,
    246, 161, 160, 159, 158, 157, 173,
    130, 25, 110, 24, 23, 22, 26, 112, 243,
    247, 30, 29, 27, 28, 56, 190,
    226, 31, 228, 229, 230, 231, 232, 233, 244,
    113, 225, 224, 223, 222, 221, 189,
    35, 124, 46, 53, 52, 65,
    143, 111, 117, 118, 119, 120, 121, 128, 245,
    156, 70, 63, 105, 66, 107, 55, 193,
  ]

  /// For the person's left eye.
  public static let leftMeshIndices = [
    263, 249, 390, 373, 374, 380, 381, 382, 362,
    466, 388, 387, 386, 385, 384, 398,
    359, 255, 339, 254, 253, 252, 256, 341, 463,
    467, 260, 259, 257, 258, 286, 414,
    446, 261, 448, 449, 450, 451, 452, 453, 464,
    342, 445, 444, 443, 442, 441, 413,
    265, 353, 276, 283, 282, 295,
    372, 340, 346, 347, 348, 349, 350, 357, 465,
    383, 300, 293, 334, 296, 336, 285, 417,
  ]
}

extension SIMD3 where Scalar == Float {
  /// x and y.
  @inline(__always)
  var planar: SIMD2<Float> { SIMD2(x, y) }
}
