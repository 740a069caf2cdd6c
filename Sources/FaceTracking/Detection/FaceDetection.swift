/// A face found in a picture; positions in pixels, pixel centres at half-integers.
public struct FaceDetection: Sendable, Equatable {
  /// The points a detector finds in each face; sides are the person's.
  public enum Keypoint: Int, Sendable, CaseIterable {
    /// The middle of the right eye.
    case rightEye
    /// The middle of the left eye.
    case leftEye
    /// The tip of the nose.
    case noseTip
    /// The middle of the mouth.
    case mouth
    /// In front of the right ear.
    case rightEar
    /// In front of the left ear.
    case leftEar
  }

  /// How sure the detector is, 0…1.
  public var score: Float
  /// The upper left and lower right corner of the box, from brows to chin.
  public var minimum, maximum: SIMD2<Float>
  /// Six points, in the order of ``Keypoint``.
  public var keypoints: [SIMD2<Float>]

  /// The box's width and height.
  public var extent: SIMD2<Float> { maximum - minimum }

  /// One of the six points.
  public subscript(point: Keypoint) -> SIMD2<Float> { keypoints[point.rawValue] }

  /// The share of the two boxes' union that both cover, 0…1.
  public func overlap(with other: FaceDetection) -> Float {
    let width =
      min(maximum.x, other.maximum.x) - max(minimum.x, other.minimum.x)
    let height =
      min(maximum.y, other.maximum.y) - max(minimum.y, other.minimum.y)
    if !(width > 0 && height > 0) { return 0 }
    let common = width * height
    let union = extent.x * extent.y + other.extent.x * other.extent.y - common
    return union > 0 ? common / union : 0
  }
}

extension FaceDetection {
  /// One detection for each face, from many overlapping ones.
  ///
  /// Starting with the surest, detections that overlap it by more than `threshold` are averaged
  /// with their scores as weights (MediaPipe's weighted non-maximum suppression).
  ///
  /// - Complexity: O(n · faces) after sorting.
  static func merged(_ detections: [FaceDetection], threshold: Float) -> [FaceDetection] {
    var remaining = detections.sorted { $0.score > $1.score }
    var faces = [FaceDetection]()
    while let best = remaining.first {
      var rest = [FaceDetection]()
      var face = FaceDetection(
        score: best.score, minimum: .zero, maximum: .zero,
        keypoints: [SIMD2<Float>](repeating: .zero, count: best.keypoints.count))
      var weight: Float = 0
      for (index, one) in remaining.enumerated() {
        if index > 0 && one.overlap(with: best) <= threshold {
          rest.append(one)
          continue
        }
        weight += one.score
        face.minimum += one.minimum * one.score
        face.maximum += one.maximum * one.score
        for k in face.keypoints.indices { face.keypoints[k] += one.keypoints[k] * one.score }
      }
      face.minimum /= weight
      face.maximum /= weight
      for k in face.keypoints.indices { face.keypoints[k] /= weight }
      faces.append(face)
      remaining = rest
    }
    return faces
  }
}
