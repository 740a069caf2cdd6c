import FittingKernels
import GaussianSplats
public import Geometry

#if arch(x86_64)
  import FittingKernelsV3
  import FittingKernelsV4
#endif

extension InstructionLevel {
  /// One step of Adam on a flat array.
  ///
  /// - Parameters:
  ///   - first, second: The moments, zero before the first step.
  ///   - count: The length of all four arrays.
  public func adamStep(
    parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int,
    rate: Float, settings: AdamSettings
  ) {
    let run =
      switch self {
      #if arch(x86_64)
        case .v4: FittingKernelsV4.adamStep
        case .v3: FittingKernelsV3.adamStep
      #endif
      default: FittingKernels.adamStep
      }
    let corrections = settings.corrections
    run(
      parameters, gradients, first, second, count, rate, settings.beta1, settings.beta2,
      corrections.first, corrections.second, settings.decay, settings.epsilon)
  }

  /// Attributes of some splats for one code: attributes = base + B · code.
  ///
  /// - Parameters:
  ///   - base: `attributeCount` numbers a splat.
  ///   - basis: `attributeCount × codeCount` numbers a splat; `codeCount` is a multiple of 8.
  ///   - attributes: `attributeStride` numbers a splat, of which the first are written.
  public func blendAttributes(
    base: UnsafePointer<Float>, basis: UnsafePointer<Float>, code: UnsafePointer<Float>,
    attributeCount: Int, codeCount: Int, splats: Range<Int>,
    attributes: UnsafeMutablePointer<Float>, attributeStride: Int
  ) {
    precondition(codeCount > 0 && codeCount % 8 == 0)
    let run =
      switch self {
      #if arch(x86_64)
        case .v4: FittingKernelsV4.blendAttributes
        case .v3: FittingKernelsV3.blendAttributes
      #endif
      default: FittingKernels.blendAttributes
      }
    run(
      base, basis, code, attributeCount, codeCount, splats.lowerBound, splats.upperBound,
      attributes, attributeStride)
  }

  /// The backward pass of blending, and Adam on the basis, at once: the basis' gradient, for each
  /// splat (gradient by attributes) ⊗ code, is never written down.
  ///
  /// Splats whose gradients are all zero are left alone, moments included.
  ///
  /// - Parameters:
  ///   - first, second: Moments, as large as the basis, zero before the first step.
  ///   - gradients: `gradientStride` numbers a splat, dL/d(attributes).
  ///   - rates: The learning rate of each attribute.
  ///   - codeGradient: `codeCount` numbers; dL/dcode, by the basis before its step, is added.
  public func updateBasis(
    basis: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, gradientStride: Int,
    code: UnsafePointer<Float>, rates: UnsafePointer<Float>, attributeCount: Int, codeCount: Int,
    splats: Range<Int>, settings: AdamSettings, codeGradient: UnsafeMutablePointer<Float>
  ) {
    precondition(codeCount > 0 && codeCount % 8 == 0)
    let run =
      switch self {
      #if arch(x86_64)
        case .v4: FittingKernelsV4.updateBasis
        case .v3: FittingKernelsV3.updateBasis
      #endif
      default: FittingKernels.updateBasis
      }
    let corrections = settings.corrections
    run(
      basis, first, second, gradients, gradientStride, code, rates, attributeCount, codeCount,
      splats.lowerBound, splats.upperBound, settings.beta1, settings.beta2, corrections.first,
      corrections.second, settings.decay, settings.epsilon, codeGradient)
  }

  /// As ``updateBasis(basis:first:second:gradients:gradientStride:code:rates:attributeCount:codeCount:splats:settings:codeGradient:)``
  /// with half the memory traffic.
  ///
  /// - Parameters:
  ///   - first: BFloat16 moments (the upper halves of Floats), as many as the basis has values.
  ///   - second: Moments of the gradients' squares, `attributeCount` a splat.
  ///   - codeScale: For each code number the root of its mean square so far.
  public func updateBasisCompact(
    basis: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<UInt16>,
    second: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, gradientStride: Int,
    code: UnsafePointer<Float>, codeScale: UnsafePointer<Float>, rates: UnsafePointer<Float>,
    attributeCount: Int, codeCount: Int, splats: Range<Int>, settings: AdamSettings,
    codeGradient: UnsafeMutablePointer<Float>
  ) {
    precondition(codeCount > 0 && codeCount % 8 == 0)
    let run =
      switch self {
      #if arch(x86_64)
        case .v4: FittingKernelsV4.updateBasisCompact
        case .v3: FittingKernelsV3.updateBasisCompact
      #endif
      default: FittingKernels.updateBasisCompact
      }
    let corrections = settings.corrections
    run(
      basis, first, second, gradients, gradientStride, code, codeScale, rates, attributeCount,
      codeCount, splats.lowerBound, splats.upperBound, settings.beta1, settings.beta2,
      corrections.first, corrections.second, settings.decay, settings.epsilon, codeGradient)
  }

  /// The backward pass of blending by the code alone: dL/dcode, added to `codeGradient`.
  public func addCodeGradient(
    basis: UnsafePointer<Float>, gradients: UnsafePointer<Float>, gradientStride: Int,
    attributeCount: Int, codeCount: Int, splats: Range<Int>,
    codeGradient: UnsafeMutablePointer<Float>
  ) {
    precondition(codeCount > 0 && codeCount % 8 == 0)
    let run =
      switch self {
      #if arch(x86_64)
        case .v4: FittingKernelsV4.addCodeGradient
        case .v3: FittingKernelsV3.addCodeGradient
      #endif
      default: FittingKernels.addCodeGradient
      }
    run(
      basis, gradients, gradientStride, attributeCount, codeCount, splats.lowerBound,
      splats.upperBound, codeGradient)
  }
}
