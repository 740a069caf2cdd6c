import Geometry
import InferenceKernels

#if arch(x86_64)
  import InferenceKernelsV3
  import InferenceKernelsV4
#endif

/// The kernels of one instruction level, as values: chosen once, called through.
///
/// Their arguments are those of the functions of the same name in `InferenceKernels`.
struct Kernels {
  typealias Source = UnsafePointer<Float>
  typealias Target = UnsafeMutablePointer<Float>

  let panelWidth: Int
  let matrixProduct:
    (
      Int, Int, Int, Source, Int, Source, Source, Int, Int, Float, Float, Source?, Int, Int, Target,
      Int
    ) -> Void
  let depthwise:
    (
      Int, Source, Int, Int, Int, Int, Int, Int, Int, Int, Source, Source, Int, Int, Float, Float,
      Source?, Int, Int, Target, Int, Int, Int
    ) -> Void
  let gatherPatches:
    (Int, Int, Source, Int, Int, Int, Int, Int, Int, Int, Int, Target, Int, Int, Int) -> Void
  let pool: (Bool, Int, Source, Int, Int, Int, Int, Int, Int, Int, Int, Target, Int, Int) -> Void
  let mean: (Int, Int, Source, Target) -> Void
  let combine: (Int, Int, Int, Source, Int, Source, Int, Float, Float, Target) -> Void
  let rectify: (Int, Int, Source, Source, Float, Target) -> Void
  let hardSwish: (Int, Source, Target) -> Void
  let logistic: (Int, Source, Target) -> Void
  let interpolateRow:
    (
      Int, Source, Source, Float, UnsafePointer<Int32>, UnsafePointer<Int32>, Source, Target, Int
    ) -> Void
  let copyRows: (Int, Int, Source, Int, Target, Int) -> Void
  let depthToSpace: (Int, Int, Source, Int, Int, Int, Target, Int) -> Void

  init(_ level: InstructionLevel) {
    #if arch(x86_64)
      switch level {
      case .v4:
        self.init(
          panelWidth: InferenceKernelsV4.panelWidth(),
          matrixProduct: InferenceKernelsV4.matrixProduct,
          depthwise: InferenceKernelsV4.depthwise,
          gatherPatches: InferenceKernelsV4.gatherPatches, pool: InferenceKernelsV4.pool,
          mean: InferenceKernelsV4.mean, combine: InferenceKernelsV4.combine,
          rectify: InferenceKernelsV4.rectify, hardSwish: InferenceKernelsV4.hardSwish,
          logistic: InferenceKernelsV4.logistic,
          interpolateRow: InferenceKernelsV4.interpolateRow,
          copyRows: InferenceKernelsV4.copyRows, depthToSpace: InferenceKernelsV4.depthToSpace)
        return
      case .v3:
        self.init(
          panelWidth: InferenceKernelsV3.panelWidth(),
          matrixProduct: InferenceKernelsV3.matrixProduct,
          depthwise: InferenceKernelsV3.depthwise,
          gatherPatches: InferenceKernelsV3.gatherPatches, pool: InferenceKernelsV3.pool,
          mean: InferenceKernelsV3.mean, combine: InferenceKernelsV3.combine,
          rectify: InferenceKernelsV3.rectify, hardSwish: InferenceKernelsV3.hardSwish,
          logistic: InferenceKernelsV3.logistic,
          interpolateRow: InferenceKernelsV3.interpolateRow,
          copyRows: InferenceKernelsV3.copyRows, depthToSpace: InferenceKernelsV3.depthToSpace)
        return
      case .baseline: break
      }
    #endif
    self.init(
      panelWidth: InferenceKernels.panelWidth(), matrixProduct: InferenceKernels.matrixProduct,
      depthwise: InferenceKernels.depthwise, gatherPatches: InferenceKernels.gatherPatches,
      pool: InferenceKernels.pool, mean: InferenceKernels.mean,
      combine: InferenceKernels.combine, rectify: InferenceKernels.rectify,
      hardSwish: InferenceKernels.hardSwish, logistic: InferenceKernels.logistic,
      interpolateRow: InferenceKernels.interpolateRow, copyRows: InferenceKernels.copyRows,
      depthToSpace: InferenceKernels.depthToSpace)
  }

  private init(
    panelWidth: Int,
    matrixProduct:
      @escaping (
        Int, Int, Int, Source, Int, Source, Source, Int, Int, Float, Float, Source?, Int, Int,
        Target, Int
      ) -> Void,
    depthwise:
      @escaping (
        Int, Source, Int, Int, Int, Int, Int, Int, Int, Int, Source, Source, Int, Int, Float,
        Float, Source?, Int, Int, Target, Int, Int, Int
      ) -> Void,
    gatherPatches:
      @escaping (
        Int, Int, Source, Int, Int, Int, Int, Int, Int, Int, Int, Target, Int, Int, Int
      ) -> Void,
    pool:
      @escaping (
        Bool, Int, Source, Int, Int, Int, Int, Int, Int, Int, Int, Target, Int, Int
      ) -> Void,
    mean: @escaping (Int, Int, Source, Target) -> Void,
    combine: @escaping (Int, Int, Int, Source, Int, Source, Int, Float, Float, Target) -> Void,
    rectify: @escaping (Int, Int, Source, Source, Float, Target) -> Void,
    hardSwish: @escaping (Int, Source, Target) -> Void,
    logistic: @escaping (Int, Source, Target) -> Void,
    interpolateRow:
      @escaping (
        Int, Source, Source, Float, UnsafePointer<Int32>, UnsafePointer<Int32>, Source, Target, Int
      ) -> Void,
    copyRows: @escaping (Int, Int, Source, Int, Target, Int) -> Void,
    depthToSpace: @escaping (Int, Int, Source, Int, Int, Int, Target, Int) -> Void
  ) {
    self.panelWidth = panelWidth
    self.matrixProduct = matrixProduct
    self.depthwise = depthwise
    self.gatherPatches = gatherPatches
    self.pool = pool
    self.mean = mean
    self.combine = combine
    self.rectify = rectify
    self.hardSwish = hardSwish
    self.logistic = logistic
    self.interpolateRow = interpolateRow
    self.copyRows = copyRows
    self.depthToSpace = depthToSpace
  }
}
