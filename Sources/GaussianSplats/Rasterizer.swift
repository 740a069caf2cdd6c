public import Geometry
internal import SplatKernels

/// Draws splats on the processor.
///
/// The picture is cut into 8 × 16 tiles and into strips of tile columns. After projection every
/// strip is a job of its own: it sorts its splats by depth, finds the rows each covers in each
/// column, and blends its tiles front to back. So the work needs two meetings of the workers, and
/// all that a job touches fits their second-level caches.
///
/// Reuse one object for many frames: it keeps its memory. Not safe for use by two threads at once.
///
/// Blending is that of Kerbl et al., "3D Gaussian Splatting" (2023): alpha = opacity · exp(−½ dᵀ
/// Σ⁻¹ d) with Σ the projected covariance plus 0.3 px², dropped below 1/255; a tile ends when all
/// of its pixels transmit less than ``opaque``.
public final class Rasterizer {
  /// The picture drawn last: premultiplied red, green, blue, and transmittance.
  public let image: ImagePlanes
  /// Splats nearer than this are not drawn, in centimetres.
  public var nearest: Float = 1
  /// The transmittance below which a tile's further splats are dropped.
  public var opaque: Float = 1e-3
  /// The instruction set in use.
  public let level: InstructionLevel
  /// Who does the work.
  public let workers: Workers
  /// What the last frame cost.
  public internal(set) var statistics = Statistics()

  /// Counts of one frame's work.
  public struct Statistics: Sendable, Equatable {
    /// Splats that touch the picture, before occlusion.
    public var splats = 0
    /// Pairs of a splat and a tile that it touches.
    public var instances = 0
    /// Pairs of a splat and a pixel evaluated.
    public var splatPixels = 0

    /// Nothing drawn yet.
    public init() {}
  }

  package var frame: Frame
  package let scratch: UnsafeMutablePointer<WorkerScratch>
  package let strips: UnsafeMutablePointer<Strip>

  /// Makes a rasteriser.
  ///
  /// - Parameters:
  ///   - capacity, maxWidth, maxHeight: The splats and the picture to make room for; more room is
  ///     made when needed.
  ///   - level: The best instruction set to use; lowered to what the processor has.
  public init(
    capacity: Int, maxWidth: Int, maxHeight: Int, workers: Workers = .serial,
    level: InstructionLevel = .best
  ) {
    image = ImagePlanes(width: maxWidth, height: maxHeight)
    self.workers = workers
    self.level = level.supported
    frame = Frame(capacity: capacity)
    scratch = .allocate(capacity: workers.count)
    for i in 0..<workers.count { (scratch + i).initialize(to: WorkerScratch()) }
    strips = .allocate(capacity: Frame.maxStrips)
    for i in 0..<Frame.maxStrips { (strips + i).initialize(to: Strip()) }
  }

  deinit {
    frame.deallocate()
    for i in 0..<workers.count { scratch[i].deallocate() }
    for i in 0..<Frame.maxStrips { strips[i].deallocate() }
    scratch.deallocate()
    strips.deallocate()
  }
}

/// What one worker needs for itself.
package struct WorkerScratch {
  package var state = Storage<Float>(capacity: tileScratchCount)
  package var histogram = Storage<Int32>(capacity: 2048)
  package var entries = Storage<UInt64>(capacity: 1024)
  package var spans = Storage<UInt32>(capacity: 4096)

  package func deallocate() {
    state.deallocate()
    histogram.deallocate()
    entries.deallocate()
    spans.deallocate()
  }
}

/// Some neighbouring tile columns of the picture.
package struct Strip {
  package var firstColumn = 0
  package var columns = 0
  /// The strip's splats, as a range of all strips' entries.
  package var start = 0
  package var count = 0
  /// For each tile, by columns, its first instance; one more ends the last.
  package var tileStarts = Storage<Int32>(capacity: 128)
  /// For each tile the instances drawn.
  package var tileEnds = Storage<Int32>(capacity: 128)
  package var instances = Storage<UInt32>(capacity: 1024)
  package var instanceCount = 0
  package var evaluatedRows = 0

  package func deallocate() {
    tileStarts.deallocate()
    tileEnds.deallocate()
    instances.deallocate()
  }
}
