internal import Geometry

/// How a single-shot detector's tensors are read: its anchors and thresholds.
///
/// Each anchor answers with 16 numbers in units of the input's side: the box's middle relative to
/// the anchor, its size, and six points relative to the anchor (Bazarevsky et al., *BlazeFace*,
/// 2019; constants of MediaPipe's `face_detection_short_range` and `…_full_range_sparse` graphs).
struct DetectorHead {
  /// The input's side in pixels.
  let side: Int
  /// The least score of a face.
  let minimumScore: Float
  /// The anchors' middles, 0…1 across the input.
  let anchors: [SIMD2<Float>]

  static let valuesPerAnchor = 16

  /// For faces nearer than about two metres: 16² cells of two anchors, 8² of six.
  static let shortRange = DetectorHead(
    side: 128, minimumScore: 0.5, anchors: grid(16, 2) + grid(8, 6))

  /// For small faces: 48² cells of one anchor.
  static let fullRange = DetectorHead(side: 192, minimumScore: 0.6, anchors: grid(48, 1))

  private static func grid(_ cells: Int, _ anchorsPerCell: Int) -> [SIMD2<Float>] {
    var anchors = [SIMD2<Float>]()
    for y in 0..<cells {
      for x in 0..<cells {
        for _ in 0..<anchorsPerCell {
          anchors.append((SIMD2(Float(x), Float(y)) + 0.5) / Float(cells))
        }
      }
    }
    return anchors
  }

  /// The faces in the detector's answer, taken to the picture; overlapping ones are not yet merged.
  ///
  /// - Parameters:
  ///   - boxes: `anchors × 16` numbers.
  ///   - scores: one logit an anchor.
  ///   - map: from 0…1 across the input to the picture's pixels.
  func decode(boxes: [Float], scores: [Float], map: PlanarMap) -> [FaceDetection] {
    let least = ElementaryFunctions.log(minimumScore / (1 - minimumScore))
    let unit = 1 / Float(side)
    var faces = [FaceDetection]()
    for (index, anchor) in anchors.enumerated() where scores[index] >= least {
      let at = index * Self.valuesPerAnchor
      let middle = anchor + SIMD2(boxes[at], boxes[at + 1]) * unit
      let size = SIMD2(boxes[at + 2], boxes[at + 3]) * unit
      guard size.x > 0, size.y > 0, size.x < 4, size.y < 4 else { continue }
      var points = [SIMD2<Float>]()
      points.reserveCapacity(6)
      for k in 0..<6 {
        let offset = SIMD2(boxes[at + 4 + 2 * k], boxes[at + 5 + 2 * k])
        points.append(map * (anchor + offset * unit))
      }
      // A turned input's box stays upright about its middle.
      let center = map * middle
      let half = SIMD2(size.x * map.x.length, size.y * map.y.length) * 0.5
      let score = 1 / (1 + ElementaryFunctions.exp(-min(max(scores[index], -100), 100)))
      faces.append(
        FaceDetection(
          score: score, minimum: center - half, maximum: center + half, keypoints: points))
    }
    return faces
  }
}

extension SIMD2 where Scalar == Float {
  @inline(__always)
  func dot(_ other: Self) -> Float { x * other.x + y * other.y }

  @inline(__always)
  var length: Float { dot(self).squareRoot() }
}
