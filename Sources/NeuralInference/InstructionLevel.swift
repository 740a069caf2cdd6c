import CLanes

/// The instruction set that the kernels of an interpreter are built for.
public enum InstructionLevel: Int, Sendable, Comparable, CaseIterable {
  /// What every processor of the platform has: SSE2 on x86-64.
  case baseline = 1
  /// AVX2 and fused multiply–add.
  case v3 = 3
  /// AVX-512.
  case v4 = 4

  /// The best level of this processor, or a lower one that the environment asks for by
  /// `VISAVIS_SIMD` (baseline, v3 or v4).
  public static var best: InstructionLevel {
    InstructionLevel(rawValue: Int(lanes_selected_level())) ?? .baseline
  }

  /// Whether this processor has it.
  public var isAvailable: Bool { rawValue <= Int(lanes_instruction_level()) }

  /// Whether the left level is a subset of the right.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
