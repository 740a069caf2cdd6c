public import Geometry

/// Finds the faces in a picture: image → ``FaceDetection`` values.
///
/// The picture is letterboxed into the network's square. If the short-range network sees nothing, or
/// only small faces, the full-range one looks for small faces; if that sees nothing either, the
/// short-range one looks at turned pictures, for heads that tilt further than it has learnt.
public struct FaceDetector {
  /// The turns, in radians, of the second and third attempt.
  private static let tilts: [Float] = [0.7, -0.7]
  /// The least score of a face in a turned picture.
  private static let tiltedScore: Float = 0.65
  /// Two boxes of one face overlap by more than this.
  private static let mergeOverlap: Float = 0.3
  /// Faces below this share of the picture's longer side are looked for a second time.
  private static let smallShare: Float = 0.2

  private var shortRange: Network
  private var fullRange: Network?
  private var tensor: [Float] = []

  /// Reads the detection models.
  ///
  /// - Throws: ``FaceTrackingError/model(_:_:)`` for bytes that are no model,
  ///   ``FaceTrackingError/unexpectedTensor(_:found:expected:)`` for another network's.
  public init(models: FaceModels) throws(FaceTrackingError) {
    shortRange = try Self.network(
      models.shortRangeDetection, .shortRangeDetection, DetectorHead.shortRange)
    if let bytes = models.fullRangeDetection {
      fullRange = try Self.network(bytes, .fullRangeDetection, DetectorHead.fullRange)
    }
  }

  private static func network(
    _ bytes: [UInt8], _ kind: FaceNetwork, _ head: DetectorHead
  ) throws(FaceTrackingError) -> Network {
    try Network(
      bytes: bytes, kind: kind, inputCount: head.side * head.side * 3,
      outputCounts: [head.anchors.count * DetectorHead.valuesPerAnchor, head.anchors.count])
  }

  /// All faces in the picture, the surest first; empty when there is none.
  ///
  /// - Parameter thorough: whether to go on to the slower attempts when the first finds nothing.
  public mutating func faces(
    in image: PixelImage, thorough: Bool = true
  ) throws(FaceTrackingError) -> [FaceDetection] {
    try image.checkUsable()
    var found = try Self.attempt(&shortRange, &tensor, .shortRange, image, rotation: 0)
    // Among small faces the short-range network misses some.
    let tallest = found.map { $0.extent.y }.max() ?? 0
    let areSmall = tallest < Self.smallShare * Float(max(image.width, image.height))
    if found.isEmpty ? thorough : areSmall, var network = fullRange {
      let more = try Self.attempt(&network, &tensor, .fullRange, image, rotation: 0)
      found = FaceDetection.merged(found + more, threshold: Self.mergeOverlap)
    }
    if !found.isEmpty || !thorough { return found }
    for tilt in Self.tilts {
      found = try Self.attempt(&shortRange, &tensor, .shortRange, image, rotation: tilt)
      // More attempts, more chances to be wrong: ask for more.
      found = found.filter { $0.score >= Self.tiltedScore }
      if !found.isEmpty { return found }
    }
    return []
  }

  private static func attempt(
    _ network: inout Network, _ tensor: inout [Float], _ head: DetectorHead, _ image: PixelImage,
    rotation: Float
  ) throws(FaceTrackingError) -> [FaceDetection] {
    let region = ImageRegion(letterboxing: image.width, image.height, rotation: rotation)
    var sampler = RegionSampler(width: head.side, height: head.side)
    sampler.border = .zero
    sampler.gain = 2 / 255
    sampler.bias = -1
    sampler.maximumTaps = 8
    sampler.fill(&tensor, from: image, region: region)
    try network.run(tensor)
    let faces = head.decode(
      boxes: network.output(0), scores: network.output(1), map: region.imageFromUnit)
    return FaceDetection.merged(faces, threshold: mergeOverlap)
  }
}
