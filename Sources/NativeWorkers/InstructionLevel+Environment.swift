import Foundation
public import GaussianSplats

extension InstructionLevel {
  /// The level named by the environment variable `VISAVIS_SIMD` (`baseline`, `v3` or `v4`),
  /// lowered to what the processor has; its best without one.
  public static var selected: InstructionLevel {
    switch ProcessInfo.processInfo.environment["VISAVIS_SIMD"] {
    case "baseline": .baseline
    case "v3": InstructionLevel.v3.supported
    default: .best
    }
  }
}
