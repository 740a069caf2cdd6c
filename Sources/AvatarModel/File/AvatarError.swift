/// Why bytes are not an avatar.
public enum AvatarError: Error, Equatable, Sendable {
  /// The first four bytes are not "VVAV".
  case notAnAvatar(found: UInt32)
  /// Written by a newer program.
  case unsupportedVersion(UInt32)
  /// The file ends before byte `needed`.
  case truncated(needed: Int, available: Int)
  /// A section that every avatar has is missing.
  case missingSection(AvatarSection)
  /// A section's bytes are not what was written.
  case checksumMismatch(AvatarSection, expected: UInt32, found: UInt32)
  /// A section has another length than its contents call for.
  case wrongLength(AvatarSection, expected: Int, found: Int)
  /// A number lies outside its range.
  case valueOutOfRange(AvatarSection, offset: Int)
}

/// The sections of an avatar file; `docs/avatar-format.md` is the specification.
public enum AvatarSection: UInt32, CaseIterable, Sendable {
  /// Where the avatar comes from.
  case provenance = 1
  /// Vertices, triangles, parts, shares of the head.
  case mesh = 2
  /// What each expression moves.
  case expressions = 3
  /// Landmark anchors.
  case landmarks = 4
  /// Eyeballs and rings.
  case features = 5
  /// Bindings and attributes.
  case splats = 6
  /// Bases.
  case bases = 7
  /// Face state to code, and the reference pose.
  case codeMap = 8
  /// What the photometric driver learnt; may be missing.
  case driving = 9
  /// How streams of this person are coded; may be missing.
  case stream = 10

  /// Whether an avatar may lack it.
  var isOptional: Bool { rawValue > AvatarSection.codeMap.rawValue }
}

/// Constants of the format.
public enum AvatarFormat {
  /// "VVAV", little-endian.
  public static var magic: UInt32 { 0x5641_5656 }
  /// What this code writes and reads.
  public static var version: UInt32 { 1 }
  /// The most splats that a file may hold.
  public static var largestSplatCount: Int { 262_144 }
  /// The longest code.
  public static var largestCodeLength: Int { 128 }
  /// Bits of a basis value.
  public static var basisBits: Int { 6 }
}
