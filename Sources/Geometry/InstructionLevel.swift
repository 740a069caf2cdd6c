internal import CLanes

/// The instruction sets that kernels are built for, least first.
///
/// Every kernel target exists once for each; one is chosen where an object that calls kernels is
/// made, and called through from then on.
public enum InstructionLevel: Int, Sendable, Comparable, CaseIterable {
  /// What every processor of the architecture has: SSE2 on x86-64.
  case baseline = 1
  /// x86-64-v3: AVX2 and fused multiply–add.
  case v3 = 3
  /// x86-64-v4: AVX-512.
  case v4 = 4

  /// Orders levels by what they can do: each has what those before it have.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The best level of the processor at hand, or a lower one that the environment asks for by
  /// `VISAVIS_SIMD` (`baseline`, `v3` or `v4`).
  public static var best: InstructionLevel {
    InstructionLevel(rawValue: Int(lanes_selected_level())) ?? .baseline
  }

  /// This level, or `best` if that is less.
  public var supported: InstructionLevel { min(self, .best) }
}
