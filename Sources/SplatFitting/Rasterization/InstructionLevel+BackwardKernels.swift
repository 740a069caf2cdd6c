import GaussianSplats
package import Geometry
import SplatKernels

#if arch(x86_64)
  import SplatKernelsV3
  import SplatKernelsV4
#endif

package typealias DrawStripBackward = (
  _ sorted: UnsafePointer<Float>, _ instances: UnsafePointer<UInt32>,
  _ tileStarts: UnsafePointer<Int32>, _ tileEnds: UnsafePointer<Int32>, _ left: Int,
  _ columns: Int, _ tileRows: Int, _ width: Int, _ height: Int,
  _ scratch: UnsafeMutablePointer<Float>, _ image: UnsafePointer<Float>,
  _ gradients: UnsafePointer<Float>, _ planeStride: Int, _ rowStride: Int,
  _ sums: UnsafeMutablePointer<Float>
) -> Void

typealias ProjectSplatsBackward = (
  _ planes: UnsafePointer<Float>, _ stride: Int, _ from: Int, _ to: Int, _ focalX: Float,
  _ focalY: Float, _ strips: UnsafePointer<UInt32>, _ firstOccurrences: UnsafePointer<Int32>,
  _ positions: UnsafePointer<Int32>, _ sums: UnsafePointer<Float>,
  _ gradients: UnsafeMutablePointer<Float>
) -> Void

extension InstructionLevel {
  package var drawStripBackward: DrawStripBackward {
    switch self {
    #if arch(x86_64)
      case .v4: SplatKernelsV4.drawStripBackward
      case .v3: SplatKernelsV3.drawStripBackward
    #endif
    default: SplatKernels.drawStripBackward
    }
  }

  var projectSplatsBackward: ProjectSplatsBackward {
    switch self {
    #if arch(x86_64)
      case .v4: SplatKernelsV4.projectSplatsBackward
      case .v3: SplatKernelsV3.projectSplatsBackward
    #endif
    default: SplatKernels.projectSplatsBackward
    }
  }
}
