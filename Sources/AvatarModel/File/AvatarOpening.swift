/// Reads an avatar while its bytes come in: first without bases, a still picture that already
/// takes head pose, expression of the mesh and gaze; then the whole.
///
///     append … append ─▶ .base ─▶ append … append ─▶ .whole ─▶ finish
///
/// Files put the bases last, which are two thirds of them. Files that do not are read too, only
/// without the early picture.
public struct AvatarOpening: Sendable {
  /// How much of the avatar is there.
  public enum Progress: Int, Sendable, Comparable {
    /// Nothing to show yet.
    case none = 0
    /// Everything but the bases.
    case base = 1
    /// Everything.
    case whole = 2

    /// Orders by how much is there.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// How much of the avatar is there.
  public private(set) var progress = Progress.none
  /// The avatar as known so far; its bases are empty before ``Progress/whole``.
  public private(set) var avatar: Avatar?
  /// Bytes that the base needs, and the whole; nil before the table has been read.
  public private(set) var baseLength, wholeLength: Int?
  /// Bytes taken in.
  public private(set) var received = 0
  private var bytes: [UInt8] = []

  /// An opening that waits for the first bytes.
  public init() {}

  /// Takes in the next bytes of the file.
  ///
  /// - Returns: how much of the avatar is there now. Bytes behind what the avatar needs are ignored.
  /// - Throws: ``AvatarError`` as soon as the bytes cannot be an avatar's; the opening is spent then.
  /// - Complexity: O(bytes), and the reading of what has become complete: some 20 ms in all.
  public mutating func append(_ next: UnsafeBufferPointer<UInt8>) throws(AvatarError) -> Progress {
    received += next.count
    if progress == .whole { return progress }
    bytes.append(contentsOf: next)
    if wholeLength == nil { try readTable() }
    if let baseLength, progress == .none, bytes.count >= baseLength {
      avatar = try Avatar(base: AvatarDirectory(bytes, of: wholeLength))
      progress = .base
    }
    if let wholeLength, progress == .base, bytes.count >= wholeLength {
      try avatar?.readBases(AvatarDirectory(bytes, of: wholeLength))
      progress = .whole
      bytes = []
    }
    return progress
  }

  /// Says that no bytes follow.
  ///
  /// - Throws: ``AvatarError/truncated(needed:available:)`` unless everything has been read.
  public func finish() throws(AvatarError) {
    if progress != .whole { throw .truncated(needed: wholeLength ?? 12, available: received) }
  }

  private mutating func readTable() throws(AvatarError) {
    guard let table = try AvatarDirectory.length(bytes), bytes.count >= table else { return }
    let directory = try AvatarDirectory(bytes, of: Int(Int32.max))
    var base = table, whole = table
    for section in AvatarSection.allCases {
      guard let end = directory.end(of: section) else {
        if section.isOptional { continue }
        throw .missingSection(section)
      }
      if section != .bases { base = max(base, end) }
      whole = max(whole, end)
    }
    baseLength = base
    wholeLength = max(base, whole)
    bytes.reserveCapacity(min(wholeLength ?? 0, 1 << 24))
  }
}
