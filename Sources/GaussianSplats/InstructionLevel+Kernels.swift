package import Geometry
internal import SplatKernels

#if arch(x86_64)
  internal import SplatKernelsV3
  internal import SplatKernelsV4
#endif

typealias ProjectSplats = (
  _ planes: UnsafePointer<Float>, _ stride: Int, _ from: Int, _ to: Int, _ count: Int,
  _ focalX: Float, _ focalY: Float, _ centerX: Float, _ centerY: Float, _ width: Float,
  _ height: Float, _ nearest: Float, _ stripWidth: Float,
  _ records: UnsafeMutablePointer<Float>, _ depths: UnsafeMutablePointer<UInt32>,
  _ strips: UnsafeMutablePointer<UInt32>
) -> Void

typealias FindSpans = (
  _ entries: UnsafePointer<UInt64>, _ count: Int, _ base: Int, _ splats: UnsafePointer<UInt32>,
  _ records: UnsafePointer<Float>, _ positions: UnsafeMutablePointer<Int32>,
  _ sorted: UnsafeMutablePointer<Float>, _ left: Int, _ columns: Int, _ tileRows: Int,
  _ height: Int, _ spans: UnsafeMutablePointer<UInt32>,
  _ tileCounts: UnsafeMutablePointer<Int32>
) -> Int

package typealias DrawStrip = (
  _ sorted: UnsafePointer<Float>, _ instances: UnsafePointer<UInt32>,
  _ tileStarts: UnsafePointer<Int32>, _ tileEnds: UnsafeMutablePointer<Int32>, _ left: Int,
  _ columns: Int, _ tileRows: Int, _ height: Int, _ opaque: Float,
  _ scratch: UnsafeMutablePointer<Float>, _ image: UnsafeMutablePointer<Float>,
  _ planeStride: Int, _ rowStride: Int
) -> Int

typealias ConvertRow = (
  _ planes: UnsafePointer<Float>, _ planeStride: Int, _ width: Int, _ channels: Int, _ red: Float,
  _ green: Float, _ blue: Float, _ samples: UnsafeMutablePointer<UInt8>
) -> Void

// The kernels of each level; a processor never runs code that it lacks the instructions for.
extension InstructionLevel {
  var projectSplats: ProjectSplats {
    switch self {
    #if arch(x86_64)
      case .v4: SplatKernelsV4.projectSplats
      case .v3: SplatKernelsV3.projectSplats
    #endif
    default: SplatKernels.projectSplats
    }
  }

  var findSpans: FindSpans {
    switch self {
    #if arch(x86_64)
      case .v4: SplatKernelsV4.findSpans
      case .v3: SplatKernelsV3.findSpans
    #endif
    default: SplatKernels.findSpans
    }
  }

  package var drawStrip: DrawStrip {
    switch self {
    #if arch(x86_64)
      case .v4: SplatKernelsV4.drawStrip
      case .v3: SplatKernelsV3.drawStrip
    #endif
    default: SplatKernels.drawStrip
    }
  }

  var convertRow: ConvertRow {
    switch self {
    #if arch(x86_64)
      case .v4: SplatKernelsV4.convertRow
      case .v3: SplatKernelsV3.convertRow
    #endif
    default: SplatKernels.convertRow
    }
  }
}
