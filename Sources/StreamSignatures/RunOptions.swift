/// How often a stream is signed, and in how large groups.
public struct RunOptions: Sendable, Equatable {
  /// States covered by a signature, 1…256.
  public var run = 120
  /// States in a group, 1…127: all of them must arrive to be verified.
  public var group = 30
  /// Every how many signatures the public key is carried; 0 for never.
  public var keyInterval = 8

  /// Four seconds and groups of a second, at 30 states a second.
  public init() {}

  /// Whether all are within their ranges.
  public var isValid: Bool { (1...256).contains(run) && (1...127).contains(group) }
}
