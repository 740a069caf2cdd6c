internal import CLanes

/// The instruction sets that kernels are built for, least first.
public enum InstructionLevel: Int, Sendable, Comparable, CaseIterable {
  /// What every processor of the architecture has: SSE2 on x86-64.
  case baseline = 1
  /// x86-64-v3: AVX2 and FMA.
  case v3 = 3
  /// x86-64-v4: AVX-512.
  case v4 = 4

  /// Orders levels by what they can do.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The best level of the processor at hand.
  public static var best: InstructionLevel {
    InstructionLevel(rawValue: Int(lanes_instruction_level())) ?? .baseline
  }

  /// This level, or the processor's best if that is less.
  public var supported: InstructionLevel { min(self, .best) }
}
