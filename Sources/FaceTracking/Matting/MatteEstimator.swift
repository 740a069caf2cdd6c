public import Geometry

/// Separates the person from the background, picture after picture: image → soft matte of its size.
///
/// A segmentation network looks at the picture shrunk to 256 pixels; its answer is steadied against
/// the last one where the picture has not changed, and a guided filter takes it to full resolution.
public struct MatteEstimator {
  /// What can be tuned.
  public struct Options: Sendable {
    /// How much an undecided value follows the last picture's where nothing moved, 0…1.
    public var steadiness: Float = 0.8
    /// The guided filter's window, in pixels of the network's input.
    public var radius = 3
    /// The guided filter's penalty.
    public var epsilon: Float = 3e-4
    /// How much the matte is stretched about one half, so that inside is 1 and outside 0.
    public var contrast: Float = 1.25

    /// The values that suit a person before a camera.
    public init() {}
  }

  private struct Segmenter {
    var network: Network
    let width, height: Int
  }

  /// What can be tuned.
  public var options = Options()
  private var square: Segmenter
  private var landscape: Segmenter?
  private var tensor: [Float] = []
  private var last: Answer?

  private struct Answer {
    var person: [Float]
    var colors: [SIMD4<Float>]
    var region: ImageRegion
    var width: Int
  }

  /// Reads the models.
  ///
  /// - Parameters:
  ///   - general: the bytes of `selfie_segmentation`, for 256 × 256 pixels.
  ///   - landscape: the bytes of `selfie_segmentation_landscape`, for 256 × 144, used for pictures
  ///     half again as wide as high.
  /// - Throws: ``FaceTrackingError/model(_:_:)`` for bytes that are no model,
  ///   ``FaceTrackingError/unexpectedTensor(_:found:expected:)`` for another network's.
  public init(general: [UInt8], landscape: [UInt8]? = nil) throws(FaceTrackingError) {
    square = try Self.segmenter(general, width: 256, height: 256)
    if let landscape { self.landscape = try Self.segmenter(landscape, width: 256, height: 144) }
  }

  private static func segmenter(
    _ bytes: [UInt8], width: Int, height: Int
  ) throws(FaceTrackingError) -> Segmenter {
    let network = try Network(
      bytes: bytes, kind: .segmentation, inputCount: width * height * 3,
      outputCounts: [width * height])
    return Segmenter(network: network, width: width, height: height)
  }

  /// Forgets the last picture: the next one starts a new video.
  public mutating func reset() { last = nil }

  /// The person's matte: one channel, 255 where the person covers the pixel wholly.
  ///
  /// - Parameter region: the upright part of the picture that holds the person; outside it the
  ///   matte is 0. A part that fills the network's input better gives finer edges.
  /// - Throws: ``FaceTrackingError/unusablePicture(width:height:channels:)``.
  public mutating func matte(
    of image: PixelImage, within region: ImageRegion? = nil
  ) throws(FaceTrackingError) -> PixelImage {
    try image.checkUsable()
    let size = SIMD2(Float(image.width), Float(image.height))
    let region = region ?? ImageRegion(center: size * 0.5, extent: size)
    let isWide = region.extent.x > 1.5 * region.extent.y
    let answer: Answer
    if isWide, var wide = landscape {
      answer = try Self.segment(image, region, &wide, &tensor)
    } else {
      answer = try Self.segment(image, region, &square, &tensor)
    }
    let steady = steadied(answer)
    last = steady
    let height = steady.person.count / steady.width
    let functions = GuidedFilter.coefficients(
      guide: steady.colors, target: steady.person, width: steady.width, height: height,
      radius: options.radius, epsilon: options.epsilon)
    var matte = PixelImage(width: image.width, height: image.height, channels: 1)
    GuidedFilter.apply(
      functions, width: steady.width, height: height, region: region, contrast: options.contrast,
      to: image, into: &matte)
    return matte
  }

  private static func segment(
    _ image: PixelImage, _ region: ImageRegion, _ segmenter: inout Segmenter,
    _ tensor: inout [Float]
  ) throws(FaceTrackingError) -> Answer {
    RegionSampler(width: segmenter.width, height: segmenter.height)
      .fill(&tensor, from: image, region: region)
    try segmenter.network.run(tensor)
    var colors = [SIMD4<Float>](repeating: .zero, count: segmenter.width * segmenter.height)
    for k in colors.indices {
      colors[k] = SIMD4(tensor[3 * k], tensor[3 * k + 1], tensor[3 * k + 2], 0)
    }
    return Answer(
      person: segmenter.network.output(0), colors: colors, region: region, width: segmenter.width)
  }

  /// Mixes undecided values with the last picture's, where colours stayed the same.
  private func steadied(_ answer: Answer) -> Answer {
    guard let last, last.region == answer.region, last.person.count == answer.person.count else {
      return answer
    }
    var result = answer
    for k in answer.person.indices {
      let value = answer.person[k]
      let d = answer.colors[k] - last.colors[k]
      let moved = d.x * d.x + d.y * d.y + d.z * d.z
      let decided = (2 * value - 1) * (2 * value - 1)
      // A colour change of 0.1 halves the weight.
      let weight = options.steadiness * (1 - decided * decided) / (1 + moved * 100)
      result.person[k] = value + (last.person[k] - value) * weight
    }
    return result
  }

  /// A square about the head and shoulders, when the face is so small in the picture that looking
  /// closer pays; else nil.
  public static func closeUp(of face: FaceLandmarks, in image: PixelImage) -> ImageRegion? {
    let (low, high) = face.bounds
    let side = (5 * max(high.x - low.x, high.y - low.y)).rounded()
    guard side < 0.7 * Float(min(image.width, image.height)) else { return nil }
    // In steps, so that the region stays the same while the head moves a little.
    let step = side * 0.1
    let center = (low + high) * 0.5 + SIMD2(0, side * 0.12)
    let snapped = SIMD2((center.x / step).rounded() * step, (center.y / step).rounded() * step)
    return ImageRegion(center: snapped, extent: [side, side])
  }
}
