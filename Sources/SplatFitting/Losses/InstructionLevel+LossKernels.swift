import FittingKernels
import GaussianSplats
import Geometry

#if arch(x86_64)
  import FittingKernelsV3
  import FittingKernelsV4
#endif

typealias LumaRows = (
  _ rendered: UnsafePointer<Float>, _ target: UnsafePointer<Float>,
  _ weights: UnsafePointer<Float>?, _ planeStride: Int, _ rowStride: Int, _ red: Float,
  _ green: Float, _ blue: Float, _ half: Bool, _ from: Int, _ to: Int, _ outStride: Int,
  _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>,
  _ outWeights: UnsafeMutablePointer<Float>
) -> Void

typealias StructureRows = (
  _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ weights: UnsafePointer<Float>?,
  _ width: Int, _ height: Int, _ rowStride: Int, _ from: Int, _ to: Int,
  _ maps: UnsafeMutablePointer<Float>, _ planeStride: Int,
  _ scratch: UnsafeMutablePointer<Float>
) -> Double

typealias StructureGradientRows = (
  _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ height: Int, _ rowStride: Int,
  _ from: Int, _ to: Int, _ maps: UnsafePointer<Float>, _ planeStride: Int,
  _ gradient: UnsafeMutablePointer<Float>
) -> Void

typealias LossRows = (
  _ rendered: UnsafePointer<Float>, _ target: UnsafePointer<Float>,
  _ weights: UnsafePointer<Float>?, _ planeStride: Int, _ rowStride: Int, _ width: Int,
  _ from: Int, _ to: Int, _ red: Float, _ green: Float, _ blue: Float, _ absolute: Float,
  _ square: Float, _ alphaSquare: Float, _ structure: UnsafePointer<Float>?,
  _ structureStride: Int, _ structureWidth: Int, _ structureHeight: Int, _ half: Bool,
  _ structureScale: Float, _ gradient: UnsafeMutablePointer<Float>,
  _ sums: UnsafeMutablePointer<Double>
) -> Void

extension InstructionLevel {
  var lumaRows: LumaRows {
    switch self {
    #if arch(x86_64)
      case .v4: FittingKernelsV4.lumaRows
      case .v3: FittingKernelsV3.lumaRows
    #endif
    default: FittingKernels.lumaRows
    }
  }

  var structureRows: StructureRows {
    switch self {
    #if arch(x86_64)
      case .v4: FittingKernelsV4.structureRows
      case .v3: FittingKernelsV3.structureRows
    #endif
    default: FittingKernels.structureRows
    }
  }

  var structureGradientRows: StructureGradientRows {
    switch self {
    #if arch(x86_64)
      case .v4: FittingKernelsV4.structureGradientRows
      case .v3: FittingKernelsV3.structureGradientRows
    #endif
    default: FittingKernels.structureGradientRows
    }
  }

  var lossRows: LossRows {
    switch self {
    #if arch(x86_64)
      case .v4: FittingKernelsV4.lossRows
      case .v3: FittingKernelsV3.lossRows
    #endif
    default: FittingKernels.lossRows
    }
  }
}
