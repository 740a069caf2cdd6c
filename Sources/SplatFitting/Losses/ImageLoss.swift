import FittingKernels
public import GaussianSplats
public import Geometry

/// Compares pictures over a background, and differentiates the comparison.
///
/// Reuse one object for many frames of one size: it keeps its memory. Not safe for use by two
/// threads at once. Results do not depend on the number of workers.
public final class ImageLoss {
  /// Size in pixels.
  public let width, height: Int
  private let workers: Workers
  private let level: InstructionLevel
  private let rowStride: Int
  /// Luma of both pictures, weights, the gradient by luma, and three maps.
  private var planes: Storage<Float>
  private var scratch: Storage<Float>
  /// For each band of rows its sums.
  private var sums: Storage<Double>
  private static let band = 32
  private static let sumsPerBand = 8

  /// Makes a loss for pictures of one size.
  public init(
    width: Int, height: Int, workers: Workers = .serial, level: InstructionLevel = .best
  ) {
    precondition(width > 0 && height > 0)
    self.width = width
    self.height = height
    self.workers = workers
    self.level = level.supported
    rowStride = (width + 15) & ~15
    planes = Storage(capacity: 7 * rowStride * height)
    scratch = Storage(capacity: workers.count * structureScratchCount(rowStride: rowStride))
    sums = Storage(capacity: Self.sumsPerBand * (height / Self.band + 1))
  }

  deinit {
    planes.deallocate()
    scratch.deallocate()
    sums.deallocate()
  }

  /// The loss between two pictures composed over one background, and its gradient by the first.
  ///
  /// - Parameters:
  ///   - rendered, target: Premultiplied red, green, blue and transmittance, as a ``Rasterizer``
  ///     draws them; for a photograph the fourth plane is one minus its matte.
  ///   - pixelWeights: A weight for each pixel, for all parts; 1 if nil.
  ///   - gradient: dL/d(premultiplied red, green, blue) and dL/d(alpha); written. What
  ///     ``Rasterizer/backward(_:imageGradient:into:)`` takes.
  /// - Returns: The parts of the loss, unweighted.
  /// - Precondition: All have the size of this object.
  public func evaluate(
    rendered: ImagePlanes, target: ImagePlanes, background: Vector3,
    weights: LossWeights = LossWeights(), pixelWeights: WeightPlane? = nil,
    gradient: ImagePlanes
  ) -> LossValue {
    for planes in [rendered, target, gradient] {
      precondition(planes.width == width && planes.height == height)
    }
    if let pixelWeights {
      precondition(pixelWeights.width == width && pixelWeights.height == height)
    }
    let planeStride = rendered.planeStride
    let half = weights.structureAtHalfSize
    let structured = weights.structure != 0 && (!half || (width > 1 && height > 1))
    let structureWidth = half ? width / 2 : width, structureHeight = half ? height / 2 : height
    let stride = (structureWidth + 15) & ~15
    let x = planes.pointer, y = x + planeStride, reduced = x + 2 * planeStride
    let byLuma = x + 3 * planeStride, maps = x + 4 * planeStride
    let bands = (height + Self.band - 1) / Self.band
    let structureBand = half ? Self.band / 2 : Self.band
    sums.pointer.update(repeating: 0, count: bands * Self.sumsPerBand)
    let inverse = 1 / Float(width * height)
    let structureInverse = 1 / Float(max(1, structureWidth * structureHeight))

    if structured {
      workers.perform(bands) { _, band in
        level.lumaRows(
          rendered.pointer, target.pointer, pixelWeights?.pointer, planeStride, rowStride,
          background.x, background.y, background.z, half, band * structureBand,
          min((band + 1) * structureBand, structureHeight), stride, x, y, reduced)
      }
      let structureWeights = half ? pixelWeights.map { _ in reduced } : pixelWeights?.pointer
      let scratchCount = structureScratchCount(rowStride: rowStride)
      workers.perform(bands) { worker, band in
        sums.pointer[band * Self.sumsPerBand + 3] = level.structureRows(
          x, y, structureWeights.map { UnsafePointer($0) }, structureWidth, structureHeight, stride,
          band * structureBand, min((band + 1) * structureBand, structureHeight), maps,
          planeStride, scratch.pointer + worker * scratchCount)
      }
    }
    workers.perform(bands) { _, band in
      if structured {
        level.structureGradientRows(
          x, y, structureHeight, stride, band * structureBand,
          min((band + 1) * structureBand, structureHeight), maps, planeStride, byLuma)
      }
      level.lossRows(
        rendered.pointer, target.pointer, pixelWeights?.pointer, planeStride, rowStride, width,
        band * Self.band, min((band + 1) * Self.band, height), background.x, background.y,
        background.z, weights.absolute * inverse / 3, weights.square * inverse / 3,
        weights.alpha * inverse, structured ? UnsafePointer(byLuma) : nil, stride,
        structureWidth, structureHeight, half, -weights.structure * structureInverse,
        gradient.pointer, sums.pointer + band * Self.sumsPerBand)
    }

    var value = LossValue()
    for band in 0..<bands {
      let s = sums.pointer + band * Self.sumsPerBand
      value.absolute += s[0] / Double(3 * width * height)
      value.square += s[1] / Double(3 * width * height)
      value.alpha += s[2] / Double(width * height)
      if structured { value.structure += s[3] / Double(structureWidth * structureHeight) }
    }
    return value
  }
}
