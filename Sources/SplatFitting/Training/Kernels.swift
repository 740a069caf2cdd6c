import FittingKernels
import GaussianSplats
import Geometry

#if arch(x86_64)
  import FittingKernelsV3
  import FittingKernelsV4
#endif

/// The fit's kernels of one instruction set.
struct Kernels: Sendable {
  typealias Input = UnsafePointer<Float>
  typealias Output = UnsafeMutablePointer<Float>
  typealias PoseGradient =
    @Sendable (
      Int, Int, Input, Input, Int, Input, Input, Input, SIMD3<Float>, SIMD3<Float>, Output, Output
    ) -> Void
  typealias CodeGradient = @Sendable (Int, Int, Int, Int, Int, Input, Input, Output) -> Void
  typealias Update =
    @Sendable (
      Int, Int, Int, Int, Int, Input, Input, Input, Output, Output, Output, Input, Output, Output,
      Input, Float, Input, Float, Float, Float, Float, Float, Output
    ) -> Void

  let poseGradient: PoseGradient
  let codeGradient: CodeGradient
  let update: Update

  init(level: InstructionLevel) {
    switch level.supported {
    #if arch(x86_64)
      case .v4:
        poseGradient = FittingKernelsV4.poseSplatsGradient
        codeGradient = FittingKernelsV4.accumulateCodeGradient
        update = FittingKernelsV4.updateSplats
      case .v3:
        poseGradient = FittingKernelsV3.poseSplatsGradient
        codeGradient = FittingKernelsV3.accumulateCodeGradient
        update = FittingKernelsV3.updateSplats
    #endif
    default:
      poseGradient = FittingKernels.poseSplatsGradient
      codeGradient = FittingKernels.accumulateCodeGradient
      update = FittingKernels.updateSplats
    }
  }
}
